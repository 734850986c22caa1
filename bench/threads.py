"""threads: the topics of run.py that are about tasks on threads."""
import os
import subprocess
import sys

from table import table

SHAPES = {"chain": 1000000, "apart": 1000000, "tree": 1048576, "wave": 1000000, "random": 1000000}
PATTERNS = ["stencil", "nearest", "spread", "fft"]
WORKS = [2048, 1024, 512, 384, 256, 192, 128, 96, 64, 48, 32, 24, 16, 12, 8, 4, 2, 1]
PEERS = {"tbb": "oneTBB", "omp": "OpenMP", "starpu": "StarPU"}
ENV = dict(os.environ, STARPU_SILENT="1", STARPU_HOSTNAME="bench")


def engine(bench, name, kind="tasks"):
    return bench.program(f"tasks/bench-{kind}-{name}")


def peers(bench, names=PEERS):
    """Those that were there when the benchmarks were built."""
    env = dict(ENV, STARPU_HOME=os.path.abspath(bench.build))
    found = [name for name in names if bench.peers and os.path.exists(engine(bench, name))]
    if "starpu" in found and subprocess.run([engine(bench, "starpu"), "chain", "10", "2", "1"], env=env,
                                            capture_output=True).returncode:
        found.remove("starpu")
    return found, env


def check(bench, names, shapes, env, *works):
    """Each task once, behind those it waits for, with the right values."""
    for name in names:
        for shape in shapes:
            done = subprocess.run([engine(bench, name, "check"), shape, "16000", "2", "3", *works], env=env, text=True,
                                  capture_output=True)
            if done.returncode:
                sys.exit(f"{name}, {shape}: {done.stderr}")


def ratio(a, b):
    return a / b if a and b else None


def tasks(bench):
    """Empty tasks on a built graph."""
    names, env = peers(bench)
    check(bench, ["leat", *names], SHAPES, env)
    rows = []
    for shape, nodes in SHAPES.items():
        own = [[engine(bench, "leat"), shape, str(nodes), workers, "5"] for workers in "12"]
        told = bench.median(*own, *([engine(bench, name), shape, str(nodes // 10 if name == "starpu" else nodes), "2",
                                     "1" if name == "starpu" else "2"] for name in names), env=env)
        one, two = told[0]["again"], told[1]["again"]
        other = {name: told[2 + i]["again"] for i, name in enumerate(names)}
        rows.append([shape, told[1]["nodes"], one, two, ratio(one, two), *(other.get(name) for name in PEERS),
                     ratio(min(other.values(), default=None), two)])
    table("Empty tasks, ns/task, open frames forced; 2 workers but for the first column",
          ["shape", "nodes", "Leat, 1", "Leat", "1 : 2", *PEERS.values(), "best peer : Leat"], rows)
    rows = [[shape] + [instructions(bench, shape, name) for name in ("leat", "tbb")] for shape in SHAPES]
    table("Instructions/task, 1 worker (callgrind)", ["shape", "Leat", "oneTBB"], rows)


def instructions(bench, shape, name):
    nodes, rounds = 100000, 3
    command = [engine(bench, name), shape, str(nodes), "1", str(rounds)]
    if not os.path.exists(command[0]) or (name != "leat" and not bench.peers):
        return None
    exact = bench.answer(*command, env=ENV)["nodes"]
    return bench.instructions("measure_run", exact * (rounds + 1), *command, env=ENV)


def boxes(bench):
    """Every value a struct of its own, on open frames."""
    check(bench, ["owned"], SHAPES, ENV)
    rows = []
    for shape in SHAPES:
        told = bench.median(*([engine(bench, "owned"), shape, "262144", workers, "5"] for workers in "12"), env=ENV)
        rows.append([shape, told[1]["nodes"], told[0]["again"], told[1]["again"]])
    table("Owned pointers, ns/task, open frames forced", ["shape", "nodes", "1 worker", "2 workers"], rows)


def granularity(told, peak, wanted):
    """Microseconds of processor time a task takes where efficiency falls below `wanted`."""
    before = None
    for work in WORKS:
        took = told[f"w{work}"]
        now = work / took / peak, 2 * took / 1000
        if now[0] < wanted:
            if not before:
                return None
            part = (before[0] - wanted) / (before[0] - now[0])
            return before[1] + part * (now[1] - before[1])
        before = now
    return before[1]


def metg(bench):
    """The shortest task that still keeps half, four fifths, of the processors at work."""
    names, env = peers(bench, ["tbb", "omp"])
    check(bench, ["leat", *names], PATTERNS, env, "10")
    told = {}
    for pattern in PATTERNS:
        figures = bench.median(*([engine(bench, name), pattern, "16000", "2", "5" if name == "omp" else "15", *map(str, WORKS)]
                                 for name in ["leat", *names]), env=env)
        told.update({(pattern, name): f for name, f in zip(["leat", *names], figures)})
    peak = max(WORKS[0] / f[f"w{WORKS[0]}"] for f in told.values())
    for wanted in (0.5, 0.8):
        rows = []
        for pattern in PATTERNS:
            all_of = {name: told.get((pattern, name)) for name in ("leat", "tbb", "omp")}
            at = {name: f and granularity(f, peak, wanted) for name, f in all_of.items()}
            rows.append([pattern, at["leat"], at["tbb"], at["omp"], ratio(at["leat"], at["tbb"])])
        table(f"METG({wanted:.0%}), us, 2 workers, 16 wide, 1,000 steps",
              ["pattern", "Leat", "oneTBB", "OpenMP", "Leat : oneTBB"], rows, digits=2)


def choice(bench):
    """Threads where the engine chooses, beside inline; and the whole by name."""
    rows, whole = [], []
    for shape in ("chain", "wide", "tree", "wave", "layers"):
        for nodes in (1000, 10000, 100000):
            told, = bench.median([bench.program("bench-choice"), shape, str(nodes), "2", "51"])
            limit = told["inline"] * 1.05 + 50
            rows.append([shape] + [told[name] for name in ("nodes", "inline_first", "threads_first", "threads_second",
                                                           "inline", "threads")] + [limit])
    table("A run on an executor of two threads that is left to choose, us; limit: inline + 5 % + 50 us",
          ["shape", "nodes", "inline, first", "threads, first", "second", "inline", "threads", "limit"], rows)


def whole(bench):
    """Build, run and free, by indices and by name."""
    rows = []
    for shape, nodes in (("wave", 1000000), ("random", 1000000), ("wave", 10000000)):
        told, = bench.median([bench.program("tasks/bench-whole"), shape, str(nodes), "2"])
        rows.append([f"{shape}, by indices", told["nodes"]] + [told[name] for name in ("build", "run", "free", "all", "mb")])
    for shape in ("wave", "layers"):
        told, = bench.median([bench.program("bench-choice"), shape, "1000000", "2", "0"])
        rows.append([f"{shape}, by name", told["nodes"]] + [told[name] for name in ("build", "run", "free")] +
                    [told["build"] + told["run"] + told["free"], told["mb"]])
    table("A graph built, run once on two threads and freed, ms; MB at most",
          ["", "nodes", "build", "run", "free", "all", "MB"], rows)


def hear(bench):
    """Every task told to a hook of events."""
    rows = []
    for shape, nodes in SHAPES.items():
        told, = bench.median([bench.program("tasks/bench-hear"), shape, str(nodes), "2", "15"])
        rows.append([shape, told["nodes"], told["plain"], told["deaf"], told["heard"], told["heard"] - told["plain"]])
    table("Events, ns/task, open frames forced, 2 workers: no hook, one that hears none, one that hears all "
          "(wanted: 10 more in the median, 25 at most)",
          ["shape", "nodes", "plain", "deaf", "heard", "more"], rows)


def each(bench):
    """A loop inside a node, beside the plain loop."""
    rows = []
    for items, grain in ((1000, 100), (10000, 1000), (100000, 1000), (1000000, 1000), (10000000, 10000)):
        rounds = str(max(11, min(301, 20000000 // items)))
        told = bench.median(*([bench.program("bench-each"), str(items), str(grain), workers, rounds] for workers in "012"))
        rows.append([items, grain, *(t["plain"] / t["each"] for t in told)])
    table("leat_each : the plain loop, throughput (wanted: 0.95)",
          ["items", "grain", "inline", "1 worker", "2 workers"], rows, digits=2)


def idle(bench):
    """Nothing to do, and the first task after it."""
    told, = bench.median([bench.program("tasks/bench-idle"), "1000000", "301"])
    table("Idle", ["", "us"],
          [["processor time in the first ms after a run", told["settle_us"]],
           ["... in the second after that", told["idle_us"]],
           ["first task after idle", told["task"]], ["futex wake", told["futex"]],
           ["ratio", ratio(told["task"], told["futex"])]], digits=2)


TOPICS = (tasks, boxes, metg, choice, whole, hear, each, idle)
