#!/usr/bin/env python3
"""Runs an example as its reader would and compares what it says.

    examples/check.py hello|weather|embed|gate|watch|tariff|branches|trip|columns|handles|counts|three-ways|waits
"""
import csv
import json
import math
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "tools"), os.path.join(HERE, "weather")]
from tap import BUILD, LEAT, answer, equal, main, run, test  # noqa: E402
import expected  # noqa: E402


def close(got, wanted):
    """Equal, but for the last digits of floats: compilers may fuse operations."""
    if isinstance(wanted, float):
        return isinstance(got, (int, float)) and math.isclose(got, wanted, rel_tol=1e-11)
    if isinstance(wanted, list):
        return len(got) == len(wanted) and all(map(close, got, wanted))
    if isinstance(wanted, dict):
        return list(got) == list(wanted) and all(close(got[k], wanted[k]) for k in wanted)
    return got == wanted


def same(got, wanted):
    if not close(got, wanted):
        equal(got, wanted)


# --- hello ---

def check_hello():
    folder = os.path.join(HERE, "hello")

    @test
    def the_two_functions_answer_from_the_csv():
        text = answer(LEAT, "run", "weather.c", "anomaly", "days=@seattle.csv", "normal=11.5",
                      cwd=folder)
        equal(text, f"anomaly = {expected.answers()['anomaly']!r}\n")

    @test
    def the_program_greets_with_functions_of_its_own():
        equal(answer(os.path.join(BUILD, "examples", "example_hello")),
              "Hello, Seattle: +0.8 degrees today.\n")


# --- weather ---

def check_weather():
    folder = os.path.join(HERE, "weather")
    wanted = expected.answers()
    given = ["days=@seattle.csv", "normal=11.5"]

    def weather(*args):
        return answer(LEAT, "run", "weather.c", *args, cwd=folder)

    @test
    def every_node_answers_as_worked_out_without_leat():
        got = json.loads(weather(*wanted, "--json", *given))
        for name in wanted:
            same(got[name], wanted[name])
        equal(list(got), list(wanted))

    @test
    def the_report_reads_the_same_to_the_last_letter():
        equal(weather("-r", "report", *given), wanted["report"] + "\n")

    @test
    def a_default_gives_way_to_a_given_value():
        equal(weather("hot_spell", "hot=25", *given[:1]),
              f"hot_spell = {expected.answers(hot=25)['hot_spell']}\n")

    @test
    def a_node_used_by_notes_still_takes_its_own_limit():
        nights = sum(day["temp_min"] < 2.5 for day in expected.read_days())
        equal(weather("nights_below", "limit=2.5", *given[:1]), f"nights_below = {nights}\n")

    @test
    def an_array_of_structs_goes_out_as_csv():
        out = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"leat-months-{os.getpid()}.csv")
        try:
            equal(weather("months", "-o", out, *given[:1]), "")
            with open(out, newline="") as f:
                rows = [{k: float(v) if k in ("mean_temp", "rain") else int(v)
                         for k, v in row.items()} for row in csv.DictReader(f)]
        finally:
            if os.path.exists(out):
                os.unlink(out)
        same(rows, wanted["months"])

    @test
    def without_days_every_node_that_averages_them_fails_by_name():
        done = run(LEAT, "run", "weather.c", "mean_temp", "days=[]", cwd=folder)
        equal((done.returncode, done.stdout), (1, ""))
        equal("mean_temp failed: no days to average" in done.stderr, True)


# --- embed ---

EMBED = """\
net is a double, read by tax total
  basket reads 2
  net reads 1
  tax reads 1
  total reads 2
4 items: 10.00 and 2.00 tax: 12.00
  basket reads 2
  net reads 1
  tax reads 1
  total reads 2
10 items: 25.00 and 2.50 tax: 27.50
  basket reads 2
  basket fails: a basket of -1 items
"""


def check_embed():
    said = answer(os.path.join(BUILD, "examples", "example_embed"))

    @test
    def runs_hooks_and_failures_are_told_in_order():
        equal(said[:len(EMBED)], EMBED)

    @test
    def a_failed_node_is_named_with_its_place():
        line = said[len(EMBED):].splitlines()[0]
        equal("basket" in line and "embed.c:" in line and "a basket of -1 items" in line, True)

    @test
    def missing_inputs_are_all_named():
        line = said[len(EMBED):].splitlines()[1]
        equal(line.startswith("nothing given: ") and "items" in line and "price" in line, True)

    @test
    def a_type_that_does_not_fit_stops_the_build():
        equal([line for line in said.splitlines() if line.startswith("  discount, parameter total:")]
              != [], True)

    @test
    def nothing_is_left_alive():
        equal(said.splitlines()[-1], "9 calls seen, 0 baskets left")


# --- gate ---

GATE = """\
  outline costs 10, 90 left
  draft costs 40, 50 left
  publish costs 10, 40 left
  publish 50?
published 50
  outline costs 10, 30 left
draft failed: refused by gate budget: the budget is spent ("""


def check_gate():
    said = answer(os.path.join(BUILD, "examples", "example_gate"))

    @test
    def a_budget_and_a_person_are_asked():
        equal(said[:len(GATE)], GATE)


# --- watch ---

def check_watch():
    *looks, report = answer(os.path.join(BUILD, "examples", "example_watch")).splitlines()

    @test
    def the_run_is_told_from_its_beginning_to_its_end():
        equal(report, "report = 504")
        equal(looks[-1], "13 of 13 done, 0 waiting")
        done = [int(line.split()[0]) for line in looks]
        equal(done, sorted(done))
        equal(len(looks) > 1, True)

    @test
    def what_is_at_work_is_named_with_its_age():
        working = [piece for line in looks for piece in line.split(", ")[2:]]
        equal([w for w in working if not re.fullmatch(r"page\d+ for \d+ ms", w)], [])


# --- tariff ---

def check_tariff():
    folder = os.path.join(HERE, "tariff")

    def bill(*given):
        return answer(LEAT, "run", "-r", "tariff.c", "bill", "minutes=12", *given, cwd=folder)

    @test
    def config_chooses_the_price_of_a_minute():
        equal(bill(), "12 minutes: 3.60\n")
        equal(bill("country=norway"), "12 minutes: 2.40\n")
        equal(bill("country=norway", "line=mobile"), "12 minutes: 1.00\n")
        equal(bill("country=st-helena", "line=fixed"), "12 minutes: 10.80\n")
        equal(bill("country=st-helena", "line=satellite"), "12 minutes: 3.60\n")

    @test
    def a_default_varies_and_gives_way():
        equal(bill("line=mobile"), "12 minutes: 3.70\n")
        equal(bill("line=mobile", "fee=0.5"), "12 minutes: 4.10\n")

    @test
    def an_override_stands_for_a_node():
        equal(bill("--override", "cost=5"), "12 minutes: 5.00\n")

    @test
    def tags_find_nodes():
        text = answer(LEAT, "nodes", "tariff.c", "--tag", "audience=customer", "--json", cwd=folder)
        equal([node["name"] for node in json.loads(text)["nodes"]], ["bill"])


# --- branches ---

def check_branches():
    folder = os.path.join(HERE, "branches")
    both = ["company.c", "-m", "north=branch.c", "-m", "south=branch.c"]
    given = ["north.sales=@north.csv", "south.sales=@south.csv", "share=0.2"]

    @test
    def two_branches_share_what_is_not_their_own():
        equal(answer(LEAT, "run", *both, *given, "south.share=0.25", cwd=folder),
              "profit = 227.15\nbest_day = 2026-03-03\n")
        equal(answer(LEAT, "run", *both, "profit", *given, cwd=folder), "profit = 202.15\n")

    @test
    def a_branch_is_asked_by_its_full_name_and_its_fields_too():
        equal(answer(LEAT, "run", *both, "north.summary.best", "south.profit", *given, cwd=folder),
              'north.summary.best = {"date":"2026-03-04","amount":310.25}\nsouth.profit = 100\n')

    @test
    def a_branch_runs_alone():
        equal(answer(LEAT, "run", "branch.c", "profit", "sales=@south.csv", "share=1", cwd=folder),
              "profit = 500\n")


# --- trip ---

def check_trip():
    folder = os.path.join(HERE, "trip")

    @test
    def all_of_it_is_booked():
        text = answer(LEAT, "run", "trip.c", "--flow", "trip", "charge", "city=Oslo", "budget=900", cwd=folder)
        equal(text, "charge = 100\n")

    @test
    def or_nothing_is():
        done = run(LEAT, "run", "trip.c", "--flow", "trip", "city=Oslo", "budget=700", cwd=folder)
        equal(done.returncode, 4)
        equal([line for line in done.stderr.splitlines() if line.startswith("cancelled")],
              ["cancelled car: 700 is not enough", "cancelled hotel: 700 is not enough"])


# --- payment ---

def check_payment():
    if subprocess.run(["pkg-config", "--exists", "sqlite3"], check=False).returncode:
        return                          # there is no store
    with open(os.path.join(HERE, "payment", "payment.c")) as f:
        whole = f.read()
    paying = "    if (!f || fprintf"

    def killed(text):
        """What the bank has in the end, of a process that died in pay."""
        with tempfile.TemporaryDirectory() as other:
            with open(os.path.join(other, "payment.c"), "w") as f:
                f.write("#include <signal.h>\n" + text)
            died = run(LEAT, "run", "payment.c", "--flow", "invoice", "--durable", "to=Ann", "amount=120", cwd=other)
            equal(died.returncode, -9)
            with open(os.path.join(other, "payment.c"), "w") as f:
                f.write(whole)
            done = run(LEAT, "resume", cwd=other)
            equal((done.returncode, done.stderr), (0, "Ann, we have paid you 120.\n"))
            with open(os.path.join(other, "bank.txt")) as f:
                return [line.split()[1:] for line in f]

    @test
    def killed_behind_the_payment_it_is_not_paid_again():
        equal(killed(whole.replace("    return r;", "    raise(SIGKILL);\n    return r;")), [["Ann", "120"]])

    @test
    def killed_before_it_it_is_paid():
        equal(killed(whole.replace(paying, "    raise(SIGKILL);\n" + paying)), [["Ann", "120"]])


# --- columns ---

def check_columns():
    folder = os.path.join(HERE, "columns")
    out = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"leat-spread-{os.getpid()}.cols")

    @test
    def a_file_of_the_modules_own_format_is_read():
        equal(answer(LEAT, "run", "columns.c", "mean_spread", "widest", "days=@days.cols", cwd=folder),
              "mean_spread = 6.5625\nwidest = 7.5\n")

    @test
    def and_one_is_written_that_reads_back():
        try:
            answer(LEAT, "run", "columns.c", "spread", "-o", f"spread={out}", "days=@days.cols", cwd=folder)
            with open(out) as f:
                names, *rows = f.read().split("\n", 1)[1].splitlines()
            equal(names, "spread")
            same([float(row) for row in rows], [7.5, 7.5, 4.75, 6.5])
            equal("two columns are needed, not 1" in
                  run(LEAT, "run", "columns.c", "spread", f"days=@{out}", cwd=folder).stderr, True)
        finally:
            if os.path.exists(out):
                os.unlink(out)

    @test
    def a_file_that_is_no_such_table_is_refused_by_name():
        done = run(LEAT, "run", "columns.c", "spread", "days=@README.md", cwd=folder)
        equal((done.returncode, done.stdout), (3, ""))
        with open(out, "w") as f:
            f.write("2 1 x 1")
        done = run(LEAT, "run", "columns.c", "spread", f"days=@{out}", cwd=folder)
        os.unlink(out)
        equal((done.returncode, done.stdout), (3, ""))
        equal(f"days: frame_from_cols({out}) failed: it ends too early (" in done.stderr, True)

    @test
    def columns_print_as_what_they_are():
        equal(answer(LEAT, "run", "columns.c", "spread", "--json", "days=@days.cols", cwd=folder),
              '{"spread":{"schema":{"opaque":"struct ArrowSchema"},"array":{"opaque":"struct ArrowArray"}}}\n')

    @test
    def nodes_lists_the_functions_of_files():
        text = answer(LEAT, "nodes", "columns.c", cwd=folder)
        lines = [line.split() for line in text.splitlines() if "frame_" in line]
        equal([line[:5] for line in lines],
              [["frame_from_cols", "loader", "struct", "frame", "from"], ["frame_to_cols", "saver", "struct", "frame", "to"]])
        text = answer(LEAT, "nodes", "columns.c", "--json", cwd=folder)
        equal([(l["function"], l["suffix"], l["saves"]) for l in json.loads(text)["loaders"]],
              [("frame_from_cols", "cols", False), ("frame_to_cols", "cols", True)])

    @test
    def a_program_lends_columns_and_takes_columns_without_a_copy():
        equal(answer(os.path.join(BUILD, "examples", "example_columns"), "columns.c", cwd=folder),
              "widest: 6; in: not copied; out: not copied\nthe days are back: the same\n"
              "spread of the last day: 3\n")


# --- handles ---

def check_handles():
    folder = os.path.join(HERE, "handles")
    if subprocess.run(["pkg-config", "--exists", "sqlite3"], check=False).returncode:
        print("1..0 # SKIP sqlite3 is not installed")
        sys.exit(0)

    def shop(*args):
        return answer(LEAT, "run", "shop.c", *args, "sales=@sales.csv", cwd=folder)

    @test
    def several_nodes_ask_one_connection():
        equal(shop("per_day", "sold", "turnover", "days", "item=tea"),
              "per_day = 17.5\nsold = 11\nturnover = 52.5\ndays = 3\n")

    @test
    def in_turns_they_say_the_same():
        with tempfile.TemporaryDirectory() as other:
            with open(os.path.join(folder, "shop.c")) as f:
                text = f.read().replace("free(sqlite3_close), shared", "free(sqlite3_close), turns")
            with open(os.path.join(other, "shop.c"), "w") as f:
                f.write(text)
            sales = os.path.join(folder, "sales.csv")
            equal(answer(LEAT, "run", "shop.c", "per_day", f"sales=@{sales}", cwd=other), "per_day = 17.5\n")
            equal("turns" in answer(LEAT, "nodes", "shop.c", cwd=other), True)

    @test
    def it_is_closed_after_its_last_reader():
        with tempfile.TemporaryDirectory() as other:
            with open(os.path.join(folder, "shop.c")) as f:
                text = f.read().replace("free(sqlite3_close)", "free(closed)")
            text += ("\nvoid closed(sqlite3 *db) { fputs(\"closed\\n\", stderr); sqlite3_close(db); }\n"
                     "int later(double turnover, int days)\n"
                     "{ fputs(\"later\\n\", stderr); return days + (turnover > 0); }\n")
            with open(os.path.join(other, "shop.c"), "w") as f:
                f.write(text.replace("#include <string.h>", "#include <stdio.h>"))
            sales = os.path.join(folder, "sales.csv")
            done = run(LEAT, "run", "-q", "shop.c", "later", f"sales=@{sales}", cwd=other)
            equal((done.stdout, done.stderr), ("later = 4\n", "closed\nlater\n"))


# --- waits ---

def check_waits():
    folder = os.path.join(HERE, "waits")

    @test
    def nodes_wait_at_the_same_time_on_however_few_threads():
        equal(answer(LEAT, "run", "-j2", "waits.c", "total", "ms=1", cwd=folder), "total = 4957\n")

    @test
    def a_node_that_takes_longer_than_it_may_has_failed():
        ended = run(LEAT, "run", "-j2", "--note=ask_south: timeout(5ms)", "waits.c", "total", "ms=200", cwd=folder)
        equal(ended.returncode, 1)


# --- counts ---

def check_counts():
    folder = os.path.join(HERE, "counts")

    def rows(*given):
        text = answer(LEAT, "run", "counts.c", "--stream", "counts", "--json", "readings=readings.csv", *given, cwd=folder)
        return sorted((row["sensor"], row["readings"], row["coldest"], row["warmest"]) for row in json.loads(text)["table"])

    def wanted(absurd):
        seen = {}
        with open(os.path.join(folder, "readings.csv"), newline="") as f:
            for row in csv.DictReader(f):
                if float(row["celsius"]) >= absurd:
                    seen.setdefault(row["sensor"], []).append(float(row["celsius"]))
        return sorted((name, len(all_), min(all_), max(all_)) for name, all_ in seen.items())

    @test
    def each_sensor_is_counted_exactly_by_however_many_counters():
        for counters in (1, 2, 5):
            equal(rows(f"counters={counters}"), wanted(-90))

    @test
    def an_input_of_the_graph_is_an_operators_too():
        equal(rows("absurd=-2000"), wanted(-2000))

    @test
    def each_sensor_belongs_to_one_counter():
        text = answer(LEAT, "run", "counts.c", "--stream", "counts", "counter", "--json", "readings=readings.csv", cwd=folder)
        counters = json.loads(text)["counter"]
        names = [s["sensor"] for c in counters for s in c["summary"][:c["sensors"]]]
        equal((len(counters), sorted(names)), (2, ["harbour", "hill", "mill", "roof"]))

    @test
    def a_log_that_is_not_there_is_named():
        done = run(LEAT, "run", "counts.c", "--stream", "counts", "readings=none.csv", cwd=folder)
        equal((done.returncode, done.stdout), (1, ""))
        equal("lines failed: cannot read none.csv" in done.stderr, True)


# --- three-ways ---

def check_three_ways():
    folder = os.path.join(HERE, "three-ways")

    def felt(day):
        degrees, kmh = day["temp_min"], day["wind"] * 3.6
        if degrees > 10 or kmh < 4.8:
            return degrees
        return 13.12 + 0.6215 * degrees + (0.3965 * degrees - 11.37) * kmh ** 0.16

    def beds(day, bearable=-5):
        return max(0, 10 * math.ceil(bearable - felt(day)))

    def shelter(*args, **more):
        return run(LEAT, "run", "shelter.c", *args, cwd=folder, **more)

    days = expected.read_days()
    night = max(days, key=beds)         # the one that takes most beds
    that_night = ["days=@seattle.csv", f"date={night['date']}"]

    @test
    def once_a_date_is_all_that_changes():
        for day in (night, days[0]):
            got = json.loads(shelter("felt", "beds", "--json", that_night[0], f"date={day['date']}").stdout)
            same(got, {"felt": felt(day), "beds": beds(day)})
        equal("no day 2014/02/31 among 1461" in shelter("beds", that_night[0], "date=2014/02/31").stderr, True)

    n = beds(night)
    hall, wardens = 100 + 2 * n, 80 * (1 + n // 30)

    def safely(funds):
        return f"hall = {hall}\nwardens = {wardens}\nsoup = {funds - hall - wardens - 5 * n}\n"

    @test
    def safely_there_is_all_of_it():
        done = shelter("--flow", "evening", *that_night, "funds=1200")
        equal((done.returncode, done.stdout), (0, safely(1200)))
        equal(done.stderr, f"ordered a hall for {hall}\nordered wardens for {wardens}\n")

    @test
    def or_nothing_the_newest_called_off_first():
        done = shelter("--flow", "evening", *that_night, "funds=800")
        equal((done.returncode, done.stdout), (4, ""))
        equal([line.split(" for ")[0] for line in done.stderr.splitlines()[:4]],
              ["ordered a hall", "ordered wardens", "called off wardens", "called off a hall"])

    @test
    def killed_it_goes_on_behind_what_had_ended():
        if subprocess.run(["pkg-config", "--exists", "sqlite3"], check=False).returncode:
            return                      # there is no store
        with open(os.path.join(folder, "shelter.c")) as f:
            text = f.read().replace("int left = funds", 'if (access("killed", F_OK)) {\n'
                                    '        fclose(fopen("killed", "w"));\n        raise(SIGKILL);\n    }\n    int left = funds')
        with tempfile.TemporaryDirectory() as other:
            with open(os.path.join(other, "shelter.c"), "w") as f:
                f.write("#include <signal.h>\n#include <unistd.h>\n" + text)
            died = run(LEAT, "run", "shelter.c", "--flow", "evening", "--durable", f"date={night['date']}", "funds=1200",
                       f"days=@{folder}/seattle.csv", cwd=other)
            equal((died.returncode, died.stdout), (-9, ""))
            equal(died.stderr.count("ordered"), 2)
            done = run(LEAT, "resume", cwd=other)
            equal((done.returncode, done.stdout, done.stderr), (0, safely(1200), ""))

    def season(times, bearable=-5):
        all_ = [beds(day, bearable) for day in days]
        return {"nights": times * len(all_), "open": times * sum(n > 0 for n in all_),
                "beds": times * sum(all_), "most": max(all_)}

    @test
    def for_ever_every_night_is_seen():
        equal(json.loads(shelter("--stream", "winters", "--json", "log=seattle.csv").stdout)["season"], season(1))
        got = shelter("--stream", "winters", "--json", "log=seattle.csv", "bearable=0").stdout
        equal(json.loads(got)["season"], season(1, bearable=0))

    @test
    def for_ever_a_log_may_be_a_pipe_of_any_length():
        with open(os.path.join(folder, "seattle.csv")) as f:
            text = f.read()
        got = shelter("--stream", "winters", "--json", "log=/dev/stdin", stdin=100 * text).stdout
        equal(json.loads(got)["season"], season(100))


{"hello": check_hello, "weather": check_weather, "embed": check_embed, "gate": check_gate, "watch": check_watch, "tariff": check_tariff,
 "branches": check_branches, "trip": check_trip, "payment": check_payment, "columns": check_columns, "handles": check_handles, "counts": check_counts,
 "three-ways": check_three_ways, "waits": check_waits}[sys.argv[1]]()
main()
