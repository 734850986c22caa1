"""The peer of graph.c: the same shapes on Hamilton (PyPI: sf-hamilton), one JSON object.

    PYTHON-WITH-HAMILTON bench/peer_hamilton.py SHAPE NODES ROUNDS [hook]

Nanoseconds per node, median of rounds of Driver.execute; `body` is what the
same functions cost when called one after another without it.
"""
import json
import logging
import os
import statistics
import sys
import threading
import time
import types

os.environ["HAMILTON_TELEMETRY_ENABLED"] = "false"
logging.disable(logging.CRITICAL)
WIDTH, FAN_IN = 128, 64


def reduce(parents, begin, fan_in):
    end = len(parents)
    while end - begin > 1:
        parents += [list(range(i, min(i + fan_in, end))) for i in range(begin, end, fan_in)]
        begin, end = end, len(parents)


def layers(n):
    parents, random = [[] for _ in range(WIDTH)], 1
    for i in range(WIDTH, n // WIDTH * WIDTH):
        above = i // WIDTH * WIDTH - WIDTH
        reads = [i - WIDTH]
        for _ in range(2):
            random = (random * 1103515245 + 12345) & 0x7FFFFFFF
            reads.append(above + (random >> 8) % WIDTH)
        parents.append(list(dict.fromkeys(reads)))
    reduce(parents, len(parents) - WIDTH, FAN_IN)
    return parents


def shape(name, n):
    """Per node, whom it reads; shape.c makes the same."""
    if name == "chain":
        return [[]] + [[i - 1] for i in range(1, n)]
    if name == "wave":
        side = int(n ** 0.5)
        return [([i - side] if i >= side else []) + ([i - 1] if i % side else [])
                for i in range(side * side)]
    if name == "layers":
        return layers(n)
    parents = [[] for _ in range(n // 2 if name == "tree" else n - n // FAN_IN)]
    reduce(parents, 0, 2 if name == "tree" else FAN_IN)
    return parents


def source(parents):
    for i, reads in enumerate(parents):
        names = [f"n{p}" for p in reads] or ["x"]
        args = ", ".join(f"{name}: int" for name in names)
        yield f"def n{i}({args}) -> int:\n    return {' + '.join(names)} + 1\n"


def module(text):
    m = types.ModuleType("bench_nodes")
    sys.modules[m.__name__] = m
    exec(compile(text, m.__name__, "exec"), m.__dict__)
    return m


def median_ns(call, rounds):
    times = []
    for _ in range(rounds):
        start = time.perf_counter_ns()
        call()
        times.append(time.perf_counter_ns() - start)
    return statistics.median(times)


def bodies(m, parents):
    calls = [(getattr(m, f"n{i}"), [f"n{p}" for p in reads] or ["x"], f"n{i}")
             for i, reads in enumerate(parents)]

    def call():
        values = {"x": 1}
        for function, reads, name in calls:
            values[name] = function(**{r: values[r] for r in reads})
    return call


def measure(name, n, rounds, hooked):
    from hamilton import driver
    from hamilton.lifecycle import NodeExecutionHook

    class Nothing(NodeExecutionHook):
        def run_before_node_execution(self, **_):
            pass

        def run_after_node_execution(self, **_):
            pass

    parents = shape(name, n)
    m = module("\n".join(source(parents)))
    last, count = f"n{len(parents) - 1}", len(parents)

    def build(*adapters):
        return driver.Builder().with_modules(m).with_adapters(*adapters).build()

    d = build()
    answer = d.execute([last], inputs={"x": 1})[last]
    told = {"shape": name, "nodes": count, "answer": answer % 2 ** 64,
            "again": median_ns(lambda: d.execute([last], inputs={"x": 1}), rounds) / count,
            "body": median_ns(bodies(m, parents), rounds) / count,
            "build": median_ns(build, min(rounds, 3)) / count}
    if hooked:
        h = build(Nothing())
        told["hook"] = median_ns(lambda: h.execute([last], inputs={"x": 1}), rounds) / count
    print(json.dumps(told))


if __name__ == "__main__":
    sys.setrecursionlimit(1_000_000)        # its walk recurses
    threading.stack_size(512 << 20)
    args = (sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), "hook" in sys.argv[4:])
    worker = threading.Thread(target=measure, args=args)
    worker.start()
    worker.join()
