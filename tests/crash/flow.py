#!/usr/bin/env python3
"""Durable flows, killed with SIGKILL inside every atom and every revert, and before and
after everything that is synced to disk; then resumed. The end is that of a run that is
left alone, and at most the atom that was running is done again. Interrupted there, none
is. Prints TAP.

    flow.py LEAT KILLER MODULE WORK"""
import os
import shutil
import subprocess
import sys
from pathlib import Path

leat, killer, module, work = (str(Path(p).resolve()) for p in sys.argv[1:5])
number, failed = 0, 0
BAD, GOOD = ["x=1", "bad=1"], ["x=1", "bad=0"]


def told(name, problem):
    global number, failed
    number += 1
    failed += bool(problem)
    print(f"{'not ok' if problem else 'ok'} {number} - {name}")
    if problem:
        for line in str(problem).splitlines():
            print(f"# {line}")


def run(*words, kill=None, **more):
    env = dict(os.environ, **(kill or {}))
    if kill and any(when in ("KILL_BEFORE", "KILL_AFTER", "FAIL_SYNC") for when in kill):
        env["LD_PRELOAD"] = killer
    return subprocess.run([leat, *words], cwd=work, env=env, capture_output=True, text=True, timeout=120, check=False)


def ledger():
    path = Path(work, "ledger")
    return path.read_text(encoding="utf-8").split() if path.exists() else []


def afresh():
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)


def whole(flow, given):
    afresh()
    done = run("run", module, "--flow", flow, *given)
    return done.returncode, done.stdout, ledger()


def after_kill(flow, given, kill, again):
    """What is wrong after it; None where nothing was killed."""
    code, out, wanted = whole(flow, given)
    afresh()
    first = run("run", module, "--flow", flow, "--durable", *given, kill=kill)
    before = ledger()
    if first.returncode != -9:
        return None
    second = run("resume")
    if second.returncode == 6 and not before:       # killed before there was a run
        return ""
    got = ledger()
    if second.returncode == 6 and before == wanted: # killed when all was over
        return ""
    if (second.returncode, second.stdout) != (code, out):
        return f"{second.returncode} {second.stdout}{second.stderr}, not {code} {out}"
    repeats = [n for n in range(again + 1) if before[:len(before) - n] + got[len(before):] == wanted]
    return "" if repeats else f"killed after {before}, then {got[len(before):]}; alone: {wanted}"


def kill_everywhere(flow, given, again):
    name = f"{flow}, {'reverted' if given is BAD else 'done'}"
    for at in dict.fromkeys(whole(flow, given)[2]):
        told(f"{name}: killed in {at}", after_kill(flow, given, {"KILL_AT": at}, again))
    for when in ("KILL_BEFORE", "KILL_AFTER"):
        for n in range(1, 200):
            problem = after_kill(flow, given, {when: str(n)}, again)
            if problem is None:
                break
            told(f"{name}: {when} sync {n}", problem)
        told(f"{name}: {when}: something was killed", "nothing" if n < 3 else "")


def after_interrupt(flow, given, where, number):
    """What is wrong after a signal in `where`: nothing is reverted for it, nothing done twice."""
    code, out, wanted = whole(flow, given)
    afresh()
    more = {"TERMINATE": "1"} if number == 15 else {}
    first = run("run", module, "--flow", flow, "--durable", *given, kill={"INTERRUPT_AT": where, **more})
    before = ledger()
    if before == wanted and "leat resume" not in first.stderr and first.returncode in (code, -number):
        return ""                                           # it was the last
    if first.returncode != -number or first.stdout or "leat resume 1" not in first.stderr:
        return f"{first.returncode} {first.stdout}{first.stderr}"
    if before != wanted[:len(before)]:
        return f"interrupted after {before}; alone: {wanted}"
    second = run("resume", "1")
    if (second.returncode, second.stdout) != (code, out):
        return f"{second.returncode} {second.stdout}{second.stderr}, not {code} {out}"
    return "" if ledger() == wanted else f"{before}, then {ledger()[len(before):]}; alone: {wanted}"


def interrupt_everywhere(flow, given):
    name = f"{flow}, {'reverted' if given is BAD else 'done'}"
    for at in dict.fromkeys(whole(flow, given)[2]):
        told(f"{name}: interrupted in {at}", after_interrupt(flow, [*given, "-j1"], at, 2))
    told(f"{name}: terminated in b", after_interrupt(flow, [*given, "-j1"], "b", 15))


def interrupt_twice():
    afresh()
    done = run("run", module, "--flow", "line", "--durable", *GOOD, "-j1", kill={"INTERRUPT_AT": "b", "AGAIN": "1"})
    second = run("resume")
    whole_ = ledger()
    told("a second signal ends it at once, and it can be resumed",
         "" if done.returncode == -2 and "it goes on with" not in done.stderr and second.returncode == 0 and whole_.count("b") == 2
         else f"{done.returncode} {done.stderr}; {second.returncode} {second.stderr}; {whole_}")


def journal_fails():
    afresh()
    first = run("run", module, "--flow", "line", "--durable", *GOOD, kill={"FAIL_SYNC": str(syncs_until("b"))})
    told("a journal that fails suspends the run with the reason",
         "" if first.returncode == 125 and "leat resume 1" in first.stderr and "suspended: " in first.stderr
         else f"{first.returncode} {first.stdout}{first.stderr}")
    second = run("resume")
    told("and it can be resumed", "" if second.returncode == 0 and ledger().count("a") == 1 else
         f"{second.returncode} {second.stdout}{second.stderr} {ledger()}")


def syncs_until(what):
    """The first sync by which it is not yet on record."""
    for n in range(1, 100):
        afresh()
        run("run", module, "--flow", "line", "--durable", *GOOD, kill={"KILL_BEFORE": str(n)})
        if what in ledger():
            break
    afresh()
    return n


def kill_again_and_again():
    afresh()
    code, out, _ = whole("line", BAD)
    for n in range(4, 40):              # the first time an atom has been
        afresh()
        done = run("run", module, "--flow", "line", "--durable", *BAD, kill={"KILL_AFTER": str(n)})
        if ledger():
            break
    lives = 1
    while done.returncode == -9 and lives < 100:
        done = run("resume", kill={"KILL_AFTER": "6"} if lives < 60 else None)
        lives += 1
    ended = (done.returncode, done.stdout) == (code, out) or (done.returncode == 6 and ledger()[-1] == "-a")
    told("a run that is killed in every life still ends", "" if ended and lives > 2 else f"{lives} lives: {done.returncode} {done.stdout}{done.stderr}")


for given in (GOOD, BAD):
    kill_everywhere("line", given, 1)
kill_everywhere("wide", [*GOOD, "-j1"], 2)     # in one order; rows of atoms that run side by side are written together
kill_again_and_again()
for given in (GOOD, BAD):
    interrupt_everywhere("line", given)
    interrupt_everywhere("wide", given)
interrupt_twice()
journal_fails()
print(f"1..{number}")
sys.exit(failed > 0)
