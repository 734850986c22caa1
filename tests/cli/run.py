#!/usr/bin/env python3
"""Runs transcripts of the leat command and compares every byte.

    run.py LEAT [FILE...]

A .case file beside this script holds transcripts:

    ## a missing input is told with its type and its first reader
    in weather
    $ leat run weather.c
    2| leat: error: 2 inputs are missing
    = 3

`in FOLDER` runs in a fresh copy of that folder; the transcripts of one file that
name the same folder share the copy. `on terminal` makes standard output one.
`unless COMMAND` skips a transcript if the shell command succeeds.
Lines `1|` and `2|` are standard output and error, `= N` the exit status (0 if it
is left out). `{{...}}` in a line is a regular expression; the rest is literal.
Prints TAP."""
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Case:
    def __init__(self, name, source):
        self.name, self.source = name, source
        self.folder, self.terminal, self.unless, self.command = None, False, None, None
        self.out, self.err, self.status = [], [], 0


def read_cases(path):
    cases = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        where = f"{path.name}:{number}"
        if line.startswith("## "):
            cases.append(Case(line[3:], where))
        elif not line or line.startswith("# "):
            continue
        elif line.startswith("in "):
            cases[-1].folder = line[3:]
        elif line == "on terminal":
            cases[-1].terminal = True
        elif line.startswith("unless "):
            cases[-1].unless = line[7:]
        elif line.startswith("$ "):
            if cases[-1].command is not None:
                sys.exit(f"{where}: a second command in one transcript")
            cases[-1].command = line[2:]
        elif line.startswith(("1|", "2|")):
            (cases[-1].out if line[0] == "1" else cases[-1].err).append(line[3:])
        elif line.startswith("= "):
            cases[-1].status = int(line[2:])
        else:
            sys.exit(f"{where}: cannot be read: {line}")
    return cases


def matches(expected, got):
    parts = re.split(r"(\{\{.*?\}\})", expected)
    pattern = "".join(p[2:-2] if p.startswith("{{") else re.escape(p) for p in parts)
    return re.fullmatch(pattern, got) is not None


def differences(what, expected, text):
    """Lines for a diagnostic; [] if all is as expected."""
    if text and not text.endswith("\n"):
        text += "(no newline at the end)\n"
    got = text.split("\n")[:-1]
    if len(expected) == len(got) and all(map(matches, expected, got)):
        return []
    return [f"{what}: expected"] + ["  " + e for e in expected] + ["got"] + ["  " + g for g in got]


def run_on_terminal(command, folder, env):
    """Standard output is a terminal, standard error stays apart."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(["sh", "-c", command], cwd=folder, env=env, stdin=subprocess.DEVNULL,
                             stdout=theirs, stderr=subprocess.PIPE)
    os.close(theirs)
    out = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        if not piece:
            break
        out += piece
    err = child.stderr.read()
    os.close(ours)
    return child.wait(), out.replace(b"\r\n", b"\n"), err


def run(case, folder, env):
    if case.terminal:
        status, out, err = run_on_terminal(case.command, folder, env)
    else:
        done = subprocess.run(["sh", "-c", case.command], cwd=folder, env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=240, check=False)
        status, out, err = done.returncode, done.stdout, done.stderr
    wrong = differences("standard output", case.out, out.decode(errors="backslashreplace"))
    wrong += differences("standard error", case.err, err.decode(errors="backslashreplace"))
    if status != case.status:
        wrong.append(f"exit status: expected {case.status}, got {status}")
    return wrong


def place(case, copies, scratch):
    key = (case.source.split(":")[0], case.folder)
    if key not in copies:
        copies[key] = scratch / f"{len(copies)}" / (case.folder or "empty")
        if case.folder:
            shutil.copytree(HERE / case.folder, copies[key])
        else:
            copies[key].mkdir(parents=True)
    return copies[key]


def environment(leat, scratch):
    bin_ = scratch / "bin"
    bin_.mkdir()
    (bin_ / "leat").symlink_to(leat)
    env = {k: v for k, v in os.environ.items() if not k.startswith("LEAT_") and k != "TERM"}
    env.setdefault("RUSTUP_HOME", str(Path.home() / ".rustup"))
    env.update(PATH=f"{bin_}:{os.environ['PATH']}", XDG_CACHE_HOME=str(scratch / "cache"), LC_ALL="C.UTF-8", LEAT_JOBS="1",
               TESTS=str(HERE), HOME=str(scratch))
    return env


def main(leat, names):
    files = [Path(n) for n in names] or sorted(HERE.glob("*.case"))
    cases = [case for f in files for case in read_cases(f)]
    failed, copies = 0, {}
    print(f"1..{len(cases)}", flush=True)
    with tempfile.TemporaryDirectory(prefix="leat-cli-") as scratch:
        scratch = Path(scratch).resolve()
        env = environment(Path(leat).resolve(), scratch)
        for number, case in enumerate(cases, 1):
            if case.unless and subprocess.run(["sh", "-c", case.unless], env=env, check=False).returncode == 0:
                print(f"ok {number} - {case.name} # SKIP {case.unless}", flush=True)
                continue
            wrong = run(case, place(case, copies, scratch), env)
            failed += bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} {number} - {case.name}", flush=True)
            for line in [f"{case.source}: $ {case.command}"] + wrong if wrong else []:
                print("#", line, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
