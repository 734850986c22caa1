"""tap: tests in Python that speak TAP, for what is tested from outside.

    @test
    def the_answer_is_printed(): ...        # the name is the sentence
    main()

A test fails by an exception; `equal` makes a readable one.
"""
import os
import subprocess
import sys
import tempfile
import traceback

BUILD = os.environ.get("LEAT_BUILD_ROOT", "build")
SOURCE = os.environ.get("LEAT_SOURCE_ROOT", ".")
LEAT = os.path.join(BUILD, "leat")
tests = []
scratch = tempfile.TemporaryDirectory(prefix="leat-test-")


def test(function):
    tests.append(function)
    return function


def run(*command, cwd=None, stdin=None):
    """The finished process, output as text. Caches go to a folder of this run."""
    env = dict(os.environ, XDG_CACHE_HOME=scratch.name, LC_ALL="C.UTF-8")
    return subprocess.run(command, cwd=cwd, env=env, input=stdin, timeout=240,
                          capture_output=True, text=True)


def answer(*command, cwd=None):
    """What a command that must succeed writes to standard output."""
    done = run(*command, cwd=cwd)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}\nexit {done.returncode}\n{done.stderr}")
    return done.stdout


def equal(got, expected):
    if got != expected:
        raise AssertionError(f"got:      {got!r}\nexpected: {expected!r}")


def main():
    print(f"1..{len(tests)}", flush=True)
    failed = sum(not passes(number, function) for number, function in enumerate(tests, 1))
    sys.exit(1 if failed else 0)


def passes(number, function):
    name = function.__name__.replace("_", " ")
    try:
        function()
    except Exception:
        for line in traceback.format_exc().splitlines():
            print("#", line)
        print(f"not ok {number} - {name}", flush=True)
        return False
    print(f"ok {number} - {name}", flush=True)
    return True
