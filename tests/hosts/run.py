#!/usr/bin/env python3
"""Programs that are linked in every way run their registered functions, and
modules of every compiler run in `leat`. What needs a compiler that is not there
is skipped with the reason. Prints TAP.

    run.py ROOT BUILD WORK SANITIZE"""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
root, build, work = (Path(p).resolve() for p in sys.argv[1:4])
sanitize = sys.argv[4]
headers, library, archive = root / "include", build / "libleat.so", build / "libleat.a"
store = ["-lsqlite3"] if b"sqlite3_open_v2" in archive.read_bytes() else []
extra = [] if sanitize == "none" else [f"-fsanitize={sanitize}"]
STRICT = ["-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror", f"-I{headers}"]
SHARED = [str(library), f"-Wl,-rpath,{library.parent}"]
PROGRAM = "-3.5 -95\nrich failed: spend is -5 (program.c:9)\n"
number = failed = 0


class Wrong(Exception):
    """What differs from what was expected."""


class Skip(Exception):
    """Why a test cannot run here."""


def test(name, function, *args):
    global number, failed
    number += 1
    try:
        function(*args)
        print(f"ok {number} - {name}")
    except Skip as why:
        print(f"ok {number} - {name} # SKIP {why}")
    except (Wrong, subprocess.TimeoutExpired) as why:
        failed += 1
        print(f"not ok {number} - {name}")
        for line in str(why).splitlines():
            print(f"# {line}")
    sys.stdout.flush()


def need(*programs):
    for program in programs:
        if not shutil.which(program):
            raise Skip(f"no {program}")


def run(*command, code=0, **more):
    p = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=240, cwd=HERE, **more)
    if p.returncode != code:
        raise Wrong(f"{' '.join(map(str, command))}: {p.returncode}, not {code}\n{p.stdout}{p.stderr}")
    return p


def same(got, expected):
    if got != expected:
        raise Wrong(f"expected\n{expected}got\n{got}")


def holds(text, *parts):
    for part in parts:
        if part not in text:
            raise Wrong(f"not there: {part}\nin\n{text}")


def leat(*words, code=0):
    environment = {**os.environ, "XDG_CACHE_HOME": str(work / "cache"), "RUST_BACKTRACE": "0"}
    environment.pop("LD_PRELOAD", None)
    p = run(build / "leat", *words, code=code, env=environment)
    return p.stdout, p.stderr


def no_foreign_sanitizer(compiler):
    if extra and "clang" in compiler:
        raise Skip("the library brings the sanitizer of its own compiler")


# --- registered functions ---

def shared_program(cc, *flags):
    need(cc)
    no_foreign_sanitizer(cc)
    program = work / f"program-{cc}"
    run(cc, *STRICT, *extra, *flags, "program.c", "-o", program, *SHARED)
    same(run(program).stdout, PROGRAM)


def static_library(cc):
    need(cc)
    no_foreign_sanitizer(cc)
    program = work / f"archive-{cc}"
    run(cc, *STRICT, *extra, "program.c", "-o", program, archive, *store, "-lsodium", "-lm", "-ldl", "-pthread")
    if "libleat" in run("ldd", program).stdout:
        raise Wrong("it needs libleat.so")
    same(run(program).stdout, PROGRAM)


def static_program(cc, *flags):
    need(cc)
    if extra:
        raise Skip("sanitizers stand no static program")
    program = work / f"static-{cc}"
    run(cc, *STRICT, *flags, "-static", "program.c", "-o", program, archive, *store, "-lsodium", "-lm")
    same(run(program).stdout, PROGRAM)


def plugins():
    need("cc")
    expected, paths = "", []
    for i in (1, 2):
        paths.append(work / f"plugin{i}.so")
        run("cc", *STRICT, *extra, f"-DPLUGIN={i}", "-fPIC", "-shared", "plugin.c", "-o", paths[-1], *SHARED)
    run("cc", *STRICT, "-Wno-pedantic", *extra, "-rdynamic", "host.c", "-o", work / "host", "-ldl", *SHARED)
    host = ("host answer = -3\nhost only_here: no such node\nhost of_host = -4\n"
            "host renamed: no such node\nhost fails: no such node\n")
    for i, who in ((1, "first"), (2, "second")):
        expected += (f"{who} answer = {i}03\n{who} only_here = {i}04\n{who} of_host: no such node\n"
                     f"{who} renamed = {i}07\n{who} fails: fails failed: plugin {i} fails at 3 (plugin.c:12)\n")
    same(run(work / "host", *paths).stdout, host + expected + host)


def exporting_host(*flags):
    need("cc")
    run("cc", *STRICT, *extra, "-rdynamic", "exporter.c", "-o", work / "exporter", *SHARED)
    run("cc", *STRICT, *flags, "-g", "-fPIC", "-shared", "module.c", "-o", work / "module.so")
    environment = {**os.environ, "XDG_CACHE_HOME": str(work / "cache")}
    same(run(work / "exporter", work / "module.so", env=environment).stdout,
         "scaled = 8\nscaled failed: the module's (module.c:8)\n" * 2 +
         "program.scaled = -1000\nprogram.scaled failed: the program's (exporter.c:11)\n")


# --- another C library ---

def musl_headers():
    need("musl-gcc")
    run("musl-gcc", *STRICT, "-O2", "-c", "program.c", "-o", work / "musl.o")
    run("musl-gcc", *STRICT, "-g", "-fPIC", "-shared", "module.c", "-o", work / "musl.so")


def musl_module():
    """Its functions call nothing of its C library, so another one can load it."""
    need("musl-gcc")
    if extra:
        raise Skip("not under sanitizers")
    run("musl-gcc", "-g", "-fPIC", "-shared", "-nostdlib", "-x", "c", "-", "-o", work / "pure.so",
        input="double scaled(double x) { return x * 2; }\n")
    same(leat("run", work / "pure.so", "scaled", "x=4")[0], "scaled = 8\n")


def library_sources():
    yield root / "src" / "store" / "none.c"     # no SQLite is made for musl
    for room in ("base", "value", "graph", "module", "run", "dag", "flow", "stream", "front"):
        for path in sorted((root / "src" / room).glob("*.c")):
            if not path.name.startswith("records_") and not path.name.endswith(("_test.c", "leat-records.c")):
                yield path


def musl_library():
    """Headers of the kernel and of libsodium are the distribution's. Its libsodium is
    made for glibc, but of its code one name is glibc's alone."""
    need("musl-gcc", "gcc")
    if extra:
        raise Skip("musl has no sanitizers")
    sodium, include = next(Path("/usr/lib").glob("*/libsodium.a"), None), work / "sodium"
    if not sodium:
        raise Skip("no libsodium.a")
    include.mkdir(exist_ok=True)
    machine = run("gcc", "-print-multiarch").stdout.strip()
    for name in ("sodium.h", "sodium", "linux", "asm-generic", f"{machine}/asm"):
        if not (include / Path(name).name).exists():
            (include / Path(name).name).symlink_to(Path("/usr/include") / name)
    texts = ["LEAT__VERSION", "LEAT_VERSION", "LEAT__SOURCE_ROOT", "LEAT__BUILD_ROOT", "LEAT__INCLUDE_DIR",
             "LEAT__LIBEXEC_DIR"]
    objects = tempfile.mkdtemp(dir=work)
    run("musl-gcc", "-std=gnu11", "-D_GNU_SOURCE", "-fvisibility=hidden", "-fno-strict-aliasing",
        "-Werror=implicit-function-declaration", "-Werror=int-conversion", "-Werror=format", f"-I{root}/src", f"-I{headers}", f"-I{include}",
        *[f'-D{t}="/nowhere"' for t in texts], "-r", "-nostdlib", "-o", f"{objects}/leat.o", *library_sources())
    run("musl-gcc", *STRICT, "-static", "-Wl,--defsym=__explicit_bzero_chk=explicit_bzero", "program.c",
        f"{objects}/leat.o", sodium, "-o", work / "musl", "-lm")
    shutil.rmtree(objects)
    same(run(work / "musl").stdout, PROGRAM)


# --- modules of other languages ---

def thrower(compiler, *flags):
    need(compiler)
    if extra:
        raise Skip("not under sanitizers")
    module = work / f"thrower-{compiler}.so"
    try:
        run(compiler, "-g", *flags, "-fPIC", "-shared", "thrower.cpp", "-o", module)
    except Wrong as why:
        raise Skip(str(why).splitlines()[-1]) if "-stdlib=libc++" in flags else why
    check_thrower(module)


def check_thrower(module, *flags):
    same(leat("run", *flags, module, "twice", "x=4")[0], "twice = 4\n")
    for x, what in ((-3, "x is negative: -3"), (0, "a C++ exception of type odd"), (1, "")):
        told = leat("run", *flags, module, "twice", f"x={x}", code=1)[1]
        holds(told, f"leat: error: half failed: {what} (thrower.cpp:11)\n  x = {x}\n",
              "0 tasks ok, 1 failed, 1 not run (twice)")
    told = leat("run", *flags, module, "after", "x=200", code=1)[1]
    holds(told, "made failed: image_free failed: too wide (thrower.cpp:23)")
    out, told = leat("run", *flags, module, "made", "x=200")
    holds(out, "made = ")
    holds(told, "made: its destructor failed: too wide")


def cxx_source(*flags):
    need("g++", *[f.removeprefix("--cc=") for f in flags])
    if extra:
        raise Skip("not under sanitizers")
    check_thrower("thrower.cpp", *flags)


def fortran(level):
    need("gfortran")
    module = work / f"shapes{level}.so"
    run("gfortran", "-g", level, "-fPIC", "-shared", "shapes.f90", "-o", module)
    same(leat("run", module, "scaled", "x=2.5", "by=4")[0], "scaled = 10\n")
    out = leat("nodes", module)[0]
    holds(out, "(double x, int by)", "Fortran passes x by reference: give it the attribute value",
          "Fortran passes xs by reference", "it is of Fortran: declare it bind(C)")


def rust(*flags):
    need("rustc")
    module = work / "crate.so"
    try:
        run("rustc", "--crate-type", "cdylib", "-C", "debuginfo=2", *flags, "crate.rs", "-o", module)
    except Wrong as why:
        raise Skip("rustc makes no cdylib here: " + str(why).splitlines()[-1])
    same(leat("run", module, "total", "x=2.5", "by=3")[0], "total = 10.5\n")
    told = leat("run", module, "panics", "x=-1", code=1)[1]
    holds(told, "x is negative", "panics crashed: abort (")


work.mkdir(parents=True, exist_ok=True)
test("registered functions of a program run", shared_program, "gcc")
test("registered functions of a program of clang run", shared_program, "clang")
test("they survive -O3 -flto --gc-sections", shared_program, "gcc", "-O3", "-flto", "-Wl,--gc-sections")
test("a program is linked with libleat.a", static_library, "gcc")
test("a program of clang is linked with libleat.a", static_library, "clang")
test("a program is static in all it needs", static_program, "gcc")
test("a static program loses nothing to --gc-sections", static_program, "gcc", "-O2", "-Wl,--gc-sections")
test("plugins and their host do not see each other's functions", plugins)
test("a program that exports its symbols keeps them from its module", exporting_host)
test("also where the module exports all of its own", exporting_host, "-fvisibility=default", "-O0")
test("node.h and registered functions compile with musl", musl_headers)
test("a module of musl runs", musl_module)
test("the library compiles with musl and runs in a static program", musl_library)
test("exceptions of a module of g++ become failures", thrower, "g++")
test("also at -O2 with LTO", thrower, "g++", "-O2", "-flto")
test("exceptions of a module of clang++ become failures", thrower, "clang++")
test("exceptions of a module with libc++ become failures", thrower, "clang++", "-stdlib=libc++")
test("a source of C++ runs", cxx_source)
test("a source of C++ runs with clang", cxx_source, "--cc=clang")
test("functions of Fortran that take values run, others are refused", fortran, "-O0")
test("also at -O2", fortran, "-O2")
test("a crate of Rust runs, and its panic ends the process", rust)
print(f"1..{number}")
sys.exit(failed > 0)
