#!/usr/bin/env python3
"""Each public header compiles alone and twice, in C and C++, without a warning;
a module links and runs without libleat; a C++ host runs. Prints TAP.

    run.py HEADERS LIBRARY WORK SANITIZE"""
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
headers, library, work = (Path(p).resolve() for p in sys.argv[1:4])
sanitize = sys.argv[4]
STRICT = ["-Wall", "-Wextra", "-pedantic", "-Werror", f"-I{headers}"]
C = [["-std=c11"], ["-std=gnu2x"]]
CPP = [["-std=c++17"], ["-std=c++20"]]
extra = [] if sanitize == "none" else [f"-fsanitize={sanitize}"]
number, failed = 0, 0


def told(name, process):
    global number, failed
    number += 1
    failed += process.returncode != 0
    print(f"{'not ok' if process.returncode else 'ok'} {number} - {name}")
    if process.returncode:
        for line in (process.stdout + process.stderr).splitlines():
            print(f"# {line}")


def run(command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **more)


def compilers():
    for name, language, modes in (("gcc", "c", C), ("clang", "c", C), ("g++", "c++", CPP), ("clang++", "c++", CPP)):
        if shutil.which(name):
            for mode in modes:
                yield name, language, mode


def check_headers():
    for cc, language, mode in compilers():
        for header in sorted((headers / "leat").glob("*.h")):
            text = f"#include <leat/{header.name}>\n#include <leat/{header.name}>\nint main(void);\n"
            told(f"{header.name} compiles alone with {cc} {mode[0]}",
                 run([cc, *mode, *STRICT, "-x", language, "-fsyntax-only", "-"], input=text))


def check_both_orders():
    """What a module and a host may both include."""
    for cc, language, mode in compilers():
        for first, second in (("build", "leat"), ("leat", "build"), ("build", "builder")):
            text = (f"#include <leat/{first}.h>\n#include <leat/{second}.h>\nint f(leat_builder *b);\n"
                    "int f(leat_builder *b) { return leat_builder_note(b, \"x\", \"nullable\") + "
                    "leat_builder_set_inspect(b); }\n")
            told(f"{first}.h goes before {second}.h with {cc} {mode[0]}",
                 run([cc, *mode, *STRICT, "-x", language, "-fsyntax-only", "-"], input=text))


def check_types():
    """LEAT_FUNCTION must name the function's own types, numbers as well."""
    for cc, language, mode in compilers():
        for types, good in (("double, (double, x)", True), ("int, (double, x)", False), ("double, (int, x)", False)):
            result, parameter = types.split(", ", 1)
            text = (f"#include <leat/node.h>\nstatic double half(double x) {{ return x / 2; }}\n"
                    f"LEAT_FUNCTION({result}, half, {parameter});\n")
            done = run([cc, *mode, *STRICT, "-x", language, "-fsyntax-only", "-"], input=text)
            if not good:
                done.returncode = 0 if done.returncode else 1
            told(f"LEAT_FUNCTION({result}, half, {parameter}) is {'taken' if good else 'told'} by {cc} {mode[0]}", done)


def check_program(name, cc, mode, source, *link):
    program = work / name
    told(f"{source} compiles with {cc} {mode[0]}",
         run([cc, *mode, *STRICT, *extra, "-g", str(HERE / source), "-o", str(program), *link]))
    told(f"{source} of {cc} {mode[0]} runs", run([str(program)]))


work.mkdir(parents=True, exist_ok=True)
check_headers()
check_both_orders()
check_types()
for cc, language, mode in compilers():
    if extra and "clang" in cc:
        continue                    # the library brings the sanitizer of its own compiler
    name = f"{cc}{mode[0]}"
    if language == "c":
        check_program(f"node-{name}", cc, mode, "node.c", "-lm")
    else:
        check_program(f"host-{name}", cc, mode, "host.cpp", str(library), f"-Wl,-rpath,{library.parent}")
print(f"1..{number}")
sys.exit(failed > 0)
