"""quiet: run a program when the machine has nothing else to do, and tell how much
foreign work ran beside it (in processors: 0.05 is a twentieth of one)."""
import os
import resource
import subprocess
import sys
import time

TICKS = os.sysconf("SC_CLK_TCK")
QUIET = 0.06


def busy_seconds():
    """Of all processors together, since the machine started, idle and waiting left out."""
    with open("/proc/stat") as f:
        field = [int(word) for word in f.readline().split()[1:9]]
    return (sum(field) - field[3] - field[4]) / TICKS


def own_seconds():
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


class Watch:
    def __init__(self):
        self.start = time.monotonic(), busy_seconds() - own_seconds()

    def foreign(self):
        """Foreign load since this watch began; a tick or two of error is let go."""
        took = max(time.monotonic() - self.start[0], 0.02)
        return max(0.0, busy_seconds() - own_seconds() - self.start[1] - 2 / TICKS) / took


def wait(patience):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        watch = Watch()
        time.sleep(0.25)
        if watch.foreign() <= QUIET:
            return


def run(command, env=None, patience=20):
    """(what it printed, foreign load): of the quietest of a few tries; without
    patience of the one try."""
    best = None
    for _ in range(3 if patience else 1):
        wait(patience)
        watch = Watch()
        done = subprocess.run(command, env=env, text=True, capture_output=True)
        foreign = watch.foreign()
        if done.returncode:
            sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr}")
        if best is None or foreign < best[1]:
            best = done.stdout, foreign
        if foreign <= QUIET:
            break
    return best
