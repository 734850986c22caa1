"""What weather.c must answer, worked out again without it: `python3 expected.py`."""
import csv
import itertools
import json
import os
from collections import Counter

HERE = os.path.dirname(os.path.abspath(__file__))
NUMBERS = ("precipitation", "temp_max", "temp_min", "wind")


def read_days():
    with open(os.path.join(HERE, "seattle.csv"), newline="") as f:
        return [{k: float(v) if k in NUMBERS else v for k, v in row.items()}
                for row in csv.DictReader(f)]


def middle(day):
    return (day["temp_max"] + day["temp_min"]) / 2


def total(values):
    """From left to right, as a loop in C adds up."""
    sum = 0.0
    for value in values:
        sum += value
    return sum


def by_month(days):
    for date, group in itertools.groupby(days, lambda day: day["date"][:7]):
        group = list(group)
        yield {"year": int(date[:4]), "month": int(date[5:]), "days": len(group),
               "mean_temp": total(map(middle, group)) / len(group),
               "rain": total(day["precipitation"] for day in group)}


def longest_run(days, hot):
    runs = itertools.groupby(days, lambda day: day["temp_max"] >= hot)
    return max((len(list(group)) for reached, group in runs if reached), default=0)


def slope(months):
    x = [i / 12 for i in range(len(months))]
    y = [month["mean_temp"] for month in months]
    mean_x, mean_y = total(x) / len(x), total(y) / len(y)
    return (total((a - mean_x) * (b - mean_y) for a, b in zip(x, y))
            / total((a - mean_x) ** 2 for a in x))


def grid(months):
    names = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    lines = ["year  " + "   ".join(names)]
    for year, row in itertools.groupby(months, lambda month: month["year"]):
        cells = ["%.1f" % month["mean_temp"] for month in row]
        lines.append(str(year) + " " + " ".join(cell.rjust(4 if i == 0 else 5)
                                                for i, cell in enumerate(cells)))
    return "\n".join(lines)


def answers(normal=11.5, hot=30):
    days = read_days()
    months = list(by_month(days))
    a = {"mean_temp": total(map(middle, days)) / len(days)}
    a["anomaly"] = a["mean_temp"] - normal
    a["rain_total"] = total(day["precipitation"] for day in days)
    a["frosts"] = sum(day["temp_min"] < 0 for day in days)
    a["hard_frosts"] = sum(day["temp_min"] < -5 for day in days)
    a["hot_spell"] = longest_run(days, hot)
    a["hottest"] = max(days, key=lambda day: day["temp_max"])
    a["coldest"] = min(days, key=lambda day: day["temp_min"])
    a["last_snow"] = [day for day in days if day["weather"] == "snow"][-1]
    a["months"] = months
    a["wettest"] = max(months, key=lambda month: month["rain"])
    a["trend"] = slope(months)
    a["skies"] = [{"weather": sky, "days": n}
                  for sky, n in Counter(day["weather"] for day in days).most_common()]
    a["usual_sky"] = a["skies"][0]["weather"]
    a["table_text"] = grid(months)
    side = "below" if a["anomaly"] < 0 else "above"
    a["headline"] = (f"mostly {a['usual_sky']}, {abs(a['anomaly']):.2f} degrees {side} normal, "
                     f"{a['trend']:+.2f} a year")
    a["report"] = "\n".join([
        f"Seattle, {len(days)} days from {days[0]['date']} to {days[-1]['date']}: {a['headline']}",
        f"hottest    {a['hottest']['date']}  {a['hottest']['temp_max']:5.1f} degrees; "
        f"{a['hot_spell']} days in a row at most",
        f"coldest    {a['coldest']['date']}  {a['coldest']['temp_min']:5.1f} degrees; "
        f"{a['frosts']} frosts",
        f"wettest    {a['wettest']['year']}/{a['wettest']['month']:02}     "
        f"{a['wettest']['rain']:5.0f} mm of {a['rain_total']:.0f} mm",
        f"last snow  {a['last_snow']['date']}", "", a["table_text"]])
    return a


if __name__ == "__main__":
    print(json.dumps(answers(), indent=1))
