"""What an edit costs: `leat run` of a source of 20 functions, beside the compiler's
own time for it. One JSON object, milliseconds, medians of interleaved rounds.

    bench/edit.py LEAT ROUNDS

cc         gcc -g -O2 -fPIC -c of the edited file: what no one can save
body       leat run after an edit inside a function: no new signature
signature  leat run after an edit that gives a parameter a new type
same       leat run of the file as it was
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

# A signature is new if no function had it before: each round makes one.
KINDS = ["int", "long", "float", "short", "unsigned", "unsigned long", "char", "unsigned char"]


def source(number, kinds):
    yield "#include <math.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"
    yield "struct point { double x, y; };\n"
    yield f"double first(double x) {{ return x + {number}; }}\n"
    for i in range(1, 19):
        before = "first" if i == 1 else f"step{i - 1}"
        yield (f"/* Step {i} of the way. */\n"
               f"double step{i}(double {before}, double x)\n{{\n"
               f"    struct point p = {{ {before}, x }};\n"
               f"    for (int i = 0; i < {i}; i++)\n        p.x = sqrt(p.x * p.x + p.y);\n"
               f"    return p.x;\n}}\n")
    extra = ", ".join(f"{kind} extra{i}" for i, kind in enumerate(kinds))
    yield f"double last(double step18{', ' + extra if extra else ''}) {{ return step18; }}\n"


def timed(command, env):
    start = time.perf_counter()
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    took = (time.perf_counter() - start) * 1e3
    if done.returncode:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr}")
    return took


def main(leat, rounds):
    times = {"cc": [], "body": [], "signature": [], "same": []}
    with tempfile.TemporaryDirectory(prefix="leat-bench-") as folder:
        env = dict(os.environ, XDG_CACHE_HOME=folder)
        path, object_file = os.path.join(folder, "twenty.c"), os.path.join(folder, "twenty.o")
        run = [leat, "run", path, "last", "x=2"]
        compile = ["gcc", "-g", "-O2", "-fPIC", "-c", path, "-o", object_file]

        def edit(number, kinds=()):
            with open(path, "w") as f:
                f.writelines(source(number, kinds))
            return [f"extra{i}=1" for i in range(len(kinds))]

        edit(0)
        timed(run, env)
        for i in range(1, rounds + 1):
            edit(i)
            times["cc"].append(timed(compile, env))
            times["body"].append(timed(run, env))
            times["same"].append(timed(run, env))
            extra = edit(i, [KINDS[i >> 3 * k & 7] for k in range(1 + i // 8)])
            times["signature"].append(timed(run + extra, env))
    print(json.dumps({name: statistics.median(t) for name, t in times.items()}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
