#!/usr/bin/env python3
"""What leat run draws on a terminal, looked at on a terminal.

    drawn.py LEAT

Nodes go on when a byte is written for them, so nothing depends on time. Prints TAP."""
import atexit
import fcntl
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tools")]
from screen import Terminal  # noqa: E402
from tap import equal, main, test  # noqa: E402

LEAT = os.path.abspath(sys.argv[1])
FOLDER = tempfile.mkdtemp(prefix="leat-drawn-")
atexit.register(shutil.rmtree, FOLDER)
shutil.copy(HERE / "drawn" / "drawn.c", FOLDER)
PIPE, OTHER = os.path.join(FOLDER, "pipe"), os.path.join(FOLDER, "other")
HELD = {}
for name in PIPE, OTHER:
    os.mkfifo(name)
    HELD[name] = os.open(name, os.O_RDWR)   # a byte stays until it is read, whatever signal stops who reads
LONG = "a_node_whose_name_is_much_longer_than_any_terminal_would_ever_care_for"


def let_go(byte="g", pipe=PIPE):
    """Whoever waits, or will, goes on."""
    os.write(HELD[pipe], byte.encode())


def let_go_both():
    let_go()
    let_go(pipe=OTHER)


def run(*words, **how):
    return Terminal([LEAT, "run", "drawn.c", "-j2", *words, f"pipe={PIPE}"], FOLDER, **how)


def nodes(*words, **how):
    return run("wordy", "x=1", f"other={OTHER}", *words, **how)


def finish(terminal, status=0):
    equal(terminal.end(), status)
    equal(terminal.screen.last(), [])
    equal(terminal.screen.wraps, True)
    equal(terminal.screen.lost, 0)


def plain(*words, **environment):
    done = subprocess.run([LEAT, "run", "drawn.c", "quick", "x=1", *words], cwd=FOLDER, text=True, capture_output=True,
                          env=dict(os.environ, TERM="xterm", **environment))
    return re.sub(r"in [0-9.e+-]+ ms", "in T", done.stderr)


subprocess.run([LEAT, "run", "drawn.c", "hotel", "x=1"], cwd=FOLDER, check=True, capture_output=True)     # built once


@test
def it_tells_what_is_done_and_what_runs_for_how_long():
    t = nodes()
    t.until(r"^#{6}-{14}  1/3  1 running .*\n  a_node_whose_name_is_much_long\.\. \d+\.\d s$")
    t.until(r"\.\. 0\.[2-9] s$")
    let_go()
    t.until(r"^#{13}-{7}  2/3  1 running .*\n  wordy \d")
    let_go(pipe=OTHER)
    finish(t)
    equal(t.screen.text().rstrip().endswith("line 39 of what wordy prints\nwordy = 103"), True)


@test
def what_nodes_print_scrolls_above_and_stays_whole():
    t = nodes(rows=10)
    let_go()
    t.until(r"2/3")
    let_go(pipe=OTHER)
    finish(t)
    lines = [line for line in t.screen.all().split("\n") if line]
    equal(lines, ["quick has run"] + [f"line {i} of what wordy prints" for i in range(40)] + ["wordy = 103"])


@test
def lines_are_as_wide_as_the_terminal_at_most():
    for columns in (20, 31, 200):
        t = nodes(columns=columns)
        t.until(r"1/3(.*\n)*  a_node")
        let_go()
        t.until(r"2/3")
        let_go(pipe=OTHER)
        finish(t)
    t = nodes(columns=100, COLUMNS="30")
    t.until(r"1/3")
    equal(max(len(line) for line in t.screen.last()) <= 30, True)
    let_go_both()
    finish(t)


@test
def a_terminal_that_changes_its_size_is_followed():
    t = nodes(rows=12, columns=80)
    t.until(r"-  1/3")
    fcntl.ioctl(t.ours, termios.TIOCSWINSZ, struct.pack("HHHH", 12, 40, 0, 0))
    t.until(r"^1/3")                    # too narrow for a bar
    let_go_both()
    finish(t)


@test
def colours_are_left_out_where_no_color_says_so():
    for plainly in ("", "1"):
        t = nodes(NO_COLOR=plainly)
        t.until(r"1/3")
        let_go_both()
        finish(t)
        equal(t.screen.colours > 0, not plainly)


@test
def a_failure_leaves_the_terminal_as_it_was():
    t = run("pay", "x=1")
    t.until(r"1/2")
    let_go("x")
    finish(t, 1)
    equal("leat: error: pay failed: no money" in t.screen.text(), True)


@test
def a_crash_leaves_the_terminal_as_it_was():
    t = run("crashing", "x=1")
    t.until(r"crashing \d")
    let_go()
    finish(t, 1)
    equal("leat: error: crashing crashed: segmentation fault" in t.screen.all(), True)


@test
def signals_leave_the_terminal_as_it_was():
    for number in (signal.SIGHUP, signal.SIGQUIT):
        t = nodes()
        t.until(r"1/3")
        t.child.send_signal(number)
        finish(t, -number)
    t = nodes()
    t.until(r"1/3")
    t.child.send_signal(signal.SIGINT)
    t.until(r"stopping")
    t.child.send_signal(signal.SIGINT)
    finish(t, -signal.SIGINT)
    equal("leat: stopping: what runs ends first" in t.screen.all(), True)


@test
def a_job_that_is_stopped_gives_the_terminal_back_until_it_goes_on():
    words = f"{LEAT} run drawn.c wordy x=1 pipe={PIPE} other={OTHER}"
    t = Terminal(["bash", "-mc", f"{words}; echo it is stopped; read; fg"], FOLDER)
    t.until(r"1/3")
    t.type("\x1a")
    t.until_said("it is stopped")
    equal(t.screen.last(), [])
    t.type("\n")
    t.until(r"1/3")
    let_go_both()
    finish(t)


@test
def a_flow_tells_its_attempts_and_what_was_reverted():
    t = run("--flow", "trip", "x=1")
    t.until(r"1/2  1 running")
    let_go("x")
    t.until(r"pay attempt 2 of 3, 0 of 1 done")
    let_go()
    finish(t)


@test
def a_stream_tells_what_goes_through_its_operators():
    t = run("--stream", "line")
    t.until(r"^1 of 2 at work .*\n  keep \d.*\n  numbers +\d+  [0-9.]+/s  full behind it\n  keep +\d+  [0-9.]+/s  queue [5-8]/8$")
    let_go()
    finish(t)


@test
def nothing_is_drawn_where_it_is_not_wanted():
    for how, environment in (["--progress=quiet"], {}), (["--progress=none"], {}), (["-q"], {}), ([], {"TERM": "dumb"}):
        t = Terminal(["env", *(f"{k}={v}" for k, v in environment.items()), LEAT, "run", "drawn.c", "wordy", "x=1",
                      f"pipe={PIPE}", f"other={OTHER}", *how], FOLDER)
        let_go_both()
        equal(t.end(), 0)
        equal("\x1b" in t.raw, False)


@test
def without_a_terminal_it_is_lines_if_asked_for():
    equal(plain(), "quick has run\n")
    equal(plain("--progress=auto"), "quick has run\n")
    equal(plain("--progress=tty"), "quick has run\nleat: quick ran in T\n")
    equal(plain(LEAT_PROGRESS="plain"), "quick has run\nleat: quick ran in T\n")
    equal(plain("--progress=loud"), "leat: error: no progress loud: auto, tty, plain or quiet\n")


main()
