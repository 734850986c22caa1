#!/usr/bin/env python3
"""Reads one CSV of 10^6 rows x 6 columns with Leat and with pyarrow, one thread each.

    bench/csv/run.py BUILD [ROWS] [ROUNDS]     BUILD: meson setup BUILD -Dbench=true

Rounds are interleaved, medians compared, and both must have read the same sum.
Two data sets: `short`, numbers as instruments write them (12.8), and `long`,
doubles in 16 to 17 digits. pyarrow is installed into BUILD/bench-csv/venv if
python has none; with callgrind, instructions are counted too.
"""
import os, random, re, shutil, statistics, subprocess, sys, venv

WEATHER = ["rain", "sun", "fog", "drizzle", "snow", "heavy rain, wind"]


def peer_python(folder):
    """A python that has pyarrow: this one, or a private one."""
    probe = [sys.executable, "-c", "import pyarrow.csv"]
    if subprocess.run(probe, stderr=subprocess.DEVNULL).returncode == 0:
        return sys.executable
    home = os.path.join(folder, "venv")
    python = os.path.join(home, "bin", "python")
    if subprocess.run([python, *probe[1:]], stderr=subprocess.DEVNULL).returncode if os.path.exists(python) else True:
        venv.create(home, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "pyarrow"], check=True)
    return python


def generate(path, rows, long_numbers):
    """The same rows for the same arguments, always."""
    dice = random.Random(rows)
    number = (lambda a, b: repr(dice.uniform(a, b))) if long_numbers else (lambda a, b: f"{dice.uniform(a, b):.1f}")
    with open(path + ".part", "w") as out:
        out.write("date,temp_max,temp_min,wind,station,weather\n")
        for i in range(rows):
            text = WEATHER[dice.randrange(len(WEATHER))]
            if "," in text:
                text = f'"{text}"'
            out.write(f"20{i // 372 % 100:02}-{i // 31 % 12 + 1:02}-{i % 31 + 1:02},{number(-10, 40)},"
                      f"{number(-20, 25)},{number(0, 15)},{dice.randrange(100000)},{text}\n")
    os.replace(path + ".part", path)


PEER = """
import sys, time, pyarrow as pa, pyarrow.csv as csv, pyarrow.compute as pc
data = open(sys.argv[1], "rb").read()
pa.set_cpu_count(1)
types = dict(date=pa.string(), temp_max=pa.float64(), temp_min=pa.float64(), wind=pa.float64(),
             station=pa.int32(), weather=pa.string())
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    table = csv.read_csv(pa.py_buffer(data), read_options=csv.ReadOptions(use_threads=False),
                         convert_options=csv.ConvertOptions(column_types=types))
    took = time.perf_counter() - start
    total = sum(pc.sum(table[c]).as_py() for c in ("temp_max", "temp_min", "wind", "station"))
    print(f"{took:.6f} {table.num_rows} {total:.3f}", flush=True)
"""


def measure(command):
    """The best of a process's readings: the first ones fault its memory in."""
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
    readings = [line.split() for line in lines if line]
    return min(float(r[0]) for r in readings), int(readings[0][1]), float(readings[0][2])


def instructions(command):
    if not shutil.which("valgrind"):
        return None
    run = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command],
                         capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", run.stderr)
    return int(found.group(1)) if found else None


def compare(name, ours, peer, rows, rounds, path):
    times = {"leat": [], "pyarrow": []}
    for _ in range(rounds):
        a, n, x = measure(ours + [path, "3"])
        b, m, y = measure(peer + [path, "3"])
        if n != m or abs(x - y) > 1e-6 * abs(y):
            sys.exit(f"{name}: leat read {n} rows, sum {x}; pyarrow {m} rows, sum {y}")
        times["leat"].append(a)
        times["pyarrow"].append(b)
    leat, arrow = (statistics.median(times[k]) for k in ("leat", "pyarrow"))
    size = os.path.getsize(path)
    print(f"csv {name:5}  leat {leat * 1e3:7.1f} ms ({size / leat / 1e6:5.0f} MB/s)   "
          f"pyarrow {arrow * 1e3:7.1f} ms ({size / arrow / 1e6:5.0f} MB/s)   "
          f"ratio {arrow / leat:.2f}x (wanted >= 0.5x)")
    return arrow / leat


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    build = os.path.abspath(sys.argv[1])
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1000000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    folder = os.path.join(build, "bench-csv")
    os.makedirs(folder, exist_ok=True)
    ours = [os.path.join(build, "bench", "csv", "bench-csv")]
    peer = [peer_python(folder), "-c", PEER]
    ratios = []
    for name in ("short", "long"):
        path = os.path.join(folder, f"{name}-{rows}.csv")
        if not os.path.exists(path):
            generate(path, rows, name == "long")
        ratios.append(compare(name, ours, peer, rows, rounds, path))
        few = os.path.join(folder, f"{name}-10000.csv")
        if not os.path.exists(few):
            generate(few, 10000, name == "long")
        counted = instructions(ours + [few, "1"])
        if counted:
            print(f"csv {name:5}  {counted / 10000:.0f} instructions a row (10,000 rows, the whole process)")
    sys.exit(0 if min(ratios) >= 0.5 else 1)


if __name__ == "__main__":
    main()
