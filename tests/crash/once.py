#!/usr/bin/env python3
"""Atoms of effect(once), killed before and behind their effects and around everything that
is synced to disk, in one life after the other. None has its effect twice, what nobody can
know is asked and not guessed, and the end is that of a run that is left alone. Prints TAP.

    once.py LEAT KILLER MODULE WORK"""
import os
import shutil
import subprocess
import sys
from pathlib import Path

leat, killer, module, work = (str(Path(p).resolve()) for p in sys.argv[1:5])
number, failed, asked = 0, 0, 0
ONCE = ("pay", "post")


def told(name, problem):
    global number, failed
    number += 1
    failed += bool(problem)
    print(f"{'not ok' if problem else 'ok'} {number} - {name}")
    for line in str(problem or "").splitlines():
        print(f"# {line}")


def run(*words, kill=None):
    env = dict(os.environ, **(kill or {}))
    if kill and "KILL_AT" not in kill:
        env["LD_PRELOAD"] = killer
    return subprocess.run([leat, *words], cwd=work, env=env, capture_output=True, text=True, timeout=120, check=False)


def ledger():
    """(what, key) as they were done."""
    path = Path(work, "ledger")
    return [tuple(line.split()) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def afresh():
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)


def flow(policy, given):
    return ["run", module, "--flow", "buy", "-j1", "x=1", "who=Ann", *given, *([f"--durable={policy}"] if policy else [])]


def whole(given):
    afresh()
    done = run(*flow(None, given))
    return done.returncode, done.stdout, [what for what, _ in ledger()]


def resumed(wanted_code, kill=None):
    """The next life; a person who looked is asked where nobody else knows."""
    global asked
    done = run("resume", kill=kill)
    if done.returncode == 5 and "it is not known whether post (" in done.stderr:
        asked += 1
        times = sum(what == "post" for what, _ in ledger())
        wrong = run("resume", "--done", "pay=1")
        if wrong.returncode == 0 or times != sum(what == "post" for what, _ in ledger()):
            raise AssertionError(f"no decision, and yet: {wrong.returncode} {wrong.stderr}")
        done = run("resume", *(["--done", "post"] if times else ["--again", "post"]), kill=kill)
    return done


def problem_of(code, out, wanted, done):
    """What is wrong at the end."""
    got = ledger()
    names = [what for what, _ in got]
    if (done.returncode, done.stdout) != (code, out):
        return f"{done.returncode} {done.stdout}{done.stderr}, not {code} {out}"
    for entry in set(got):
        if entry[0] in ONCE and got.count(entry) > 1:
            return f"{entry} twice: {names}"
    for what in ONCE:
        if names.count(what) != wanted.count(what):
            return f"{what} {names.count(what)} times: {names}, not {wanted}"
    keys = {}
    for what, key in got:
        keys.setdefault(what, []).append(key)
    if {what: len(set(found)) for what, found in keys.items()} != wanted_keys(wanted):
        return f"keys: {got}"
    return "" if sorted(set(names)) == sorted(set(wanted)) else f"{names}, not {wanted}"


def wanted_keys(wanted):
    """One key for each round: pay is reverted once on the way, and at the end if it is bad."""
    reverts = wanted.count("-pay")
    return {what: (2 if what == "pay" else reverts if what == "-pay" else 1) for what in set(wanted)}


def after_kill(alone, policy, given, kill):
    code, out, wanted = alone
    afresh()
    first = run(*flow(policy, given), kill=kill)
    if first.returncode != -9:
        return None
    done = resumed(code)
    if done.returncode == 6 and not ledger():
        return ""
    if done.returncode == 6 and [what for what, _ in ledger()] == wanted:
        return ""
    return problem_of(code, out, wanted, done)


def kill_everywhere(policy, given):
    alone = whole(given)
    name = f"{policy}, {given[0]}"
    for at in dict.fromkeys(alone[2]):
        for before in ("", "<"):
            told(f"{name}: killed in {before}{at}", after_kill(alone, policy, given, {"KILL_AT": before + at}))
    for when in ("KILL_BEFORE", "KILL_AFTER") if policy in ("each", "effects") else ():
        for n in range(1, 200):
            problem = after_kill(alone, policy, given, {when: str(n)})
            if problem is None:
                break
            told(f"{name}: {when} sync {n}", problem)


def kill_again_and_again(policy, given, syncs):
    code, out, wanted = whole(given)
    afresh()
    done = run(*flow(policy, given), kill={"KILL_AFTER": "7"})
    lives = 1
    while done.returncode == -9 and lives < 60:
        done = resumed(code, {"KILL_BEFORE" if lives % 2 else "KILL_AFTER": str(syncs)} if lives < 40 else None)
        lives += 1
    told(f"{policy}, {given[0]}: killed in every life", problem_of(code, out, wanted, done) if done.returncode != 6 else "")


def edited():
    """An atom more before the others, in another life: numbers are others by then, and names are not."""
    afresh()
    text = Path(module).read_text(encoding="utf-8")
    mine = Path(work, "edited.c")
    mine.write_text(text, encoding="utf-8")
    run("run", "edited.c", "--flow", "buy", "-j1", "x=1", "who=Ann", "bad=0", "--durable", kill={"KILL_AT": "<check"})
    mine.write_text(text.replace('leat_linear("buy", ', 'leat_linear("buy", leat_atom("zeroth"), ') +
                    '\nint zeroth(leat_context *ctx) { wrote("zeroth", ctx); return 0; }\n', encoding="utf-8")
    second = run("resume", kill={"KILL_AT": "<last"})
    third = run("resume")
    names = [what for what, _ in ledger()]
    told("a flow that grew between its lives goes on by names",
         "" if third.returncode == 0 and names.count("zeroth") == 1 and names.count("first") == 1 and names.count("post") == 1
         else f"{second.returncode} {second.stderr} {third.returncode} {third.stderr} {names}")


for given in (["bad=0"], ["bad=1"]):
    for policy in ("each", "effects", "batch(20ms)", "none") if "bad=0" in given else ("each", "none"):
        kill_everywhere(policy, given)
        kill_again_and_again(policy, given, 6)
edited()
told("somebody was asked", "" if asked > 5 else f"{asked} times")
print(f"1..{number}")
sys.exit(failed > 0)
