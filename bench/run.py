#!/usr/bin/env python3
"""The figures of docs/performance.md.

    bench/run.py --build build-bench [--rounds 3] [--no-peers] [--patience S] [TOPIC...]

Topics: graph, owned, build, call, edit, stream, flow, csv, journal, and on threads
tasks, boxes, metg, choice, whole, hear, each, idle; without one, all. Each waits for a quiet
machine, runs peers and Leat in turn, and prints medians of the rounds and the ratio
of medians. `load` is the foreign work, in processors, of the worst run.
"""
import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

import quiet
import threads
from table import table

HERE = os.path.dirname(os.path.abspath(__file__))
SHAPES = ["chain", "wide", "tree", "wave", "layers"]
PEER = "sf-hamilton==1.90.0"


class Bench:
    def __init__(self, options):
        self.build, self.rounds, self.patience = options.build, options.rounds, options.patience
        self.peers = not options.no_peers
        self.hamilton = None
        self.load = 0.0

    def program(self, name):
        return os.path.join(self.build, "bench", name)

    @property
    def peer(self):
        """Hamilton's Python, made when it is first needed; None without peers."""
        if self.peers and not self.hamilton:
            self.hamilton = self.peer_python()
        return self.hamilton

    def peer_python(self):
        """Of a virtual environment in the build folder that has the peer."""
        folder = os.path.abspath(os.path.join(self.build, "peers"))
        python = os.path.join(folder, "bin", "python")
        stamp = os.path.join(folder, PEER)
        if not os.path.exists(stamp):
            shutil.rmtree(folder, ignore_errors=True)
            for command in ([sys.executable, "-m", "venv", folder],
                            [python, "-m", "pip", "--quiet", "install", PEER]):
                if subprocess.run(command).returncode:
                    print(f"no peer: {' '.join(command)} failed")
                    return None
            open(stamp, "w").close()
        return python

    def answer(self, *command, env=None):
        text, load = quiet.run(command, env=env, patience=self.patience)
        self.load = max(self.load, load)
        return json.loads(text)

    def median(self, *commands, env=None):
        """Per command, its figures: medians over rounds that take turns."""
        told = [[] for _ in commands]
        for i in range(self.rounds):
            turn = range(len(commands))
            for k in turn if i % 2 == 0 else reversed(turn):
                told[k].append(self.answer(*commands[k], env=env))
        return [{name: statistics.median([t[name] for t in rounds])
                 if isinstance(rounds[0][name], (int, float)) else rounds[0][name]
                 for name in rounds[0]} for rounds in told]

    def instructions(self, function, count, *command, env=None):
        """That one call of `function` takes, divided by count; None without valgrind."""
        if not shutil.which("valgrind"):
            return None
        done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                               f"--toggle-collect={function}", *command],
                              env=env, text=True, capture_output=True)
        found = re.search(r"Collected : (\d+)", done.stderr)
        return int(found[1]) / count if found and done.returncode == 0 else None


def graph(bench):
    """Scalars on a static graph, inline."""
    small, rows = 1000, []
    for shape in SHAPES:
        leat = [bench.program("bench-graph"), shape, str(small), "2001"]
        peer = [bench.peer, os.path.join(HERE, "peer_hamilton.py"), shape, str(small), "7"]
        told = bench.median(leat, *([peer] if bench.peer else []))
        if bench.peer and told[0]["answer"] != told[1]["answer"]:
            sys.exit(f"{shape}: the peer's graph is another one")
        again, other = told[0]["again"], told[1]["again"] if bench.peer else None
        rows.append([shape, told[0]["nodes"], again, other, other and other / again])
    table("Beside Hamilton, ns/node (Leat: a run that was reset)",
          ["shape", "nodes", "Leat", "Hamilton", "ratio"], rows)
    rows = []
    for nodes in (10000, 100000):
        for shape in SHAPES:
            told, = bench.median([bench.program("bench-graph"), shape, str(nodes), "101"])
            rows.append([shape] + [told[name] for name in (
                "nodes", "first", "fresh", "again", "hook", "body", "plan_bytes", "frame_bytes")])
    table("ns/node: a driver's first run, a new run, a run that was reset, the same with one call "
          "hook, the bodies alone; bytes/node",
          ["shape", "nodes", "first", "fresh", "again", "hook", "bodies", "plan B", "frame B"], rows)
    instructions(bench, [])


def instructions(bench, owned):
    nodes, rounds, rows = 10000, 3, []
    for shape in SHAPES:
        command = [bench.program("bench-graph"), shape, str(nodes), str(rounds), *owned]
        exact = bench.answer(*command)["nodes"]
        rows.append([shape, exact] + [
            bench.instructions(f"measure_{name}", exact * rounds, *command)
            for name in ("first", "fresh", "again", "hook", "body")])
    table("Instructions/node (callgrind)",
          ["shape", "nodes", "first", "fresh", "again", "hook", "bodies"], rows)


def owned(bench):
    """Every value a struct of its own: malloc, hand over, destroy."""
    rows = []
    for shape in SHAPES:
        told, = bench.median([bench.program("bench-graph"), shape, "10000", "101", "owned"])
        rows.append([shape] + [told[name] for name in (
            "nodes", "first", "fresh", "again", "hook", "body")])
    table("Owned pointers, ns/node (bodies: with their malloc and free)",
          ["shape", "nodes", "first", "fresh", "again", "hook", "bodies"], rows)
    instructions(bench, ["owned"])


def build(bench):
    """A graph from functions with names, types and places."""
    rows = []
    for shape in SHAPES:
        inner = [bench.program("bench-inner-graph"), shape, "10000", "51"]
        whole = [bench.program("bench-graph"), shape, "10000", "9"]
        peer = [bench.peer, os.path.join(HERE, "peer_hamilton.py"), shape, "1000", "3"]
        told = bench.median(inner, whole, *([peer] if bench.peer else []))
        other = told[2]["build"] if bench.peer else None
        exact = told[0]["nodes"]
        count = bench.instructions("leat__graph_build", exact * 3, *inner[:3], "3")
        rows.append([shape, exact, told[0]["build"], count, told[1]["build"], other,
                     other and other / told[1]["build"]])
    table("Build, ns/node: the graph from functions; instructions/node; prototypes to driver; "
          "Hamilton (1,000 nodes)",
          ["shape", "nodes", "graph", "instr.", "driver", "Hamilton", "ratio"], rows)


def call(bench):
    """A generated typed call beside the function."""
    with tempfile.TemporaryDirectory(prefix="leat-bench-") as cache:
        env = dict(os.environ, XDG_CACHE_HOME=cache)
        told, = bench.median([bench.program("bench-inner-call"),
                              os.path.join(HERE, "call_nodes.c"), "201"], env=env)
    rows = [[name, told[f"{key}_direct"], told[f"{key}_typed"],
             told[f"{key}_typed"] - told[f"{key}_direct"]]
            for key, name in (("two", "(double, double)"), ("six", "six, numbers and pointers"))]
    table("A call, ns", ["arguments", "direct", "typed", "more"], rows)


def edit(bench):
    """leat run of an edited file of 20 functions."""
    told, = bench.median([sys.executable, os.path.join(HERE, "edit.py"),
                          os.path.join(bench.build, "leat"), "11"])
    cc = told["cc"]
    rows = [["gcc -g -O2 -fPIC -c", cc, None], ["edited inside", told["body"], told["body"] - cc],
            ["new signature", told["signature"], told["signature"] - cc],
            ["unchanged", told["same"], None]]
    table("leat run of 20 functions, ms", ["", "ms", "over gcc"], rows)


def stream(bench):
    """Packets through operators that do next to nothing."""
    rows, nodes = [], os.path.join(HERE, "stream_nodes.c")
    with tempfile.TemporaryDirectory(prefix="leat-bench-") as cache:
        env = dict(os.environ, XDG_CACHE_HOME=cache)
        for shape, workers in (("fused", 1), ("hop", 1), ("hop", 2), ("hops", 1), ("hops", 2)):
            command = [bench.program("bench-inner-stream"), nodes, shape]
            told, = bench.median([*command, "50000000", str(workers)], env=env)
            count = bench.instructions("run_it", 1e6, *command, "1000000", "1", env=env) if workers == 1 else None
            rows.append([shape, workers, told["per_second"] / 1e6, count, told["end_ns"] / 1e3, told["deepest"]])
    table("Streams: source, map, map, sink fused, or with three queues (hops); source and sink with one (hop)",
          ["shape", "workers", "M packets/s", "instr./packet", "end, us", "deepest"], rows)


def flow(bench):
    """A line of atoms in memory, done and reverted."""
    rows = []
    for atoms in (1000, 100000, 1000000):
        told, = bench.median([bench.program("bench-flow"), str(atoms)])
        rows.append([told["atoms"], told["make_ns"], told["forward_ns"], told["revert_ns"], told["rest_ns"]])
    table("Flows, ns/atom: the flow made, run (wanted: 100), reverted (200), freed", ["atoms", "make", "forward", "revert", "rest"], rows)


def csv(bench):
    """CSV into structs, beside pyarrow."""
    quiet.wait(bench.patience)
    watch = quiet.Watch()
    print(flush=True)
    if subprocess.run([sys.executable, os.path.join(HERE, "csv", "run.py"), bench.build]).returncode:
        print("csv: slower than wanted, or not run")
    bench.load = watch.foreign()


def journal(bench):
    """Durable tasks beside the disk itself, in turns within one run of the program."""
    with tempfile.TemporaryDirectory(dir=os.path.abspath(bench.build)) as folder:
        told, = bench.median([bench.program("bench-inner-journal"), folder, "2"])
    table("Durable tasks a second, and the same disk's own synced records",
          ["", "disk", "Leat", "ratio"],
          [["a commit a task", told["raw"], told["chain"], f"{told['chain_ratio']:.2f}"],
           ["1,000 wide, 128 in flight", told["raw_group"], told["wide"], f"{told['wide_ratio']:.2f}"]])


TOPICS = {topic.__name__: topic
          for topic in (graph, owned, build, call, edit, stream, flow, csv, journal) + threads.TOPICS}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build-bench")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--patience", type=float, default=20, help="seconds to wait for quiet")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("topic", nargs="*", choices=[*TOPICS, []])
    options = parser.parse_args()
    bench = Bench(options)
    with open("/proc/cpuinfo") as f:
        model = re.search(r"model name\s*: (.*)", f.read())
    print(f"{os.cpu_count()} x {model[1] if model else 'processor'}, "
          f"{options.rounds} rounds, medians")
    for name in options.topic or TOPICS:
        bench.load = 0.0
        TOPICS[name](bench)
        print(f"\nload {bench.load:.2f}", flush=True)


if __name__ == "__main__":
    main()
