"""A terminal as small as the command needs one: what was written stands on a screen."""
import atexit
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

PATIENCE = 60
PIECE = re.compile(r"\x1b(?:\[(\?)?([0-9;]*)([A-Za-z])|([78D]))|[\r\n\b]|[^\x1b\r\n\b]")


class Screen:
    """Rows of text. `lost`: characters beyond the last column
    where lines do not wrap."""

    def __init__(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.cells = [[" "] * columns for _ in range(rows)]
        self.gone = []                  # lines that have scrolled away
        self.row = self.column = self.lost = 0
        self.top, self.bottom = 0, rows - 1
        self.saved, self.wraps, self.colours, self.rest = (0, 0), True, 0, ""

    def text(self):
        return "\n".join("".join(row).rstrip() for row in self.cells)

    def all(self):
        return "\n".join(self.gone + [self.text()])

    def last(self):
        """Lines below the region that scrolls."""
        return self.text().split("\n")[self.bottom + 1:]

    def down(self):
        if self.row != self.bottom:
            self.row = min(self.row + 1, self.rows - 1)
            return
        self.gone.append("".join(self.cells.pop(self.top)).rstrip())
        self.cells.insert(self.bottom, [" "] * self.columns)

    def put(self, c):
        if self.column >= self.columns:
            if not self.wraps:
                self.lost += 1
                return
            self.column = 0
            self.down()
        self.cells[self.row][self.column] = c
        self.column += 1

    def control(self, private, numbers, letter):
        n = [int(x) if x else 0 for x in numbers.split(";")]
        if letter == "m":
            self.colours += 1
        elif private and n == [7]:
            self.wraps = letter == "h"
        elif letter == "A":
            self.row = max(self.row - (n[0] or 1), 0)
        elif letter == "H":
            self.row, self.column = (n[0] or 1) - 1, ((n + [1])[1] or 1) - 1
        elif letter == "r":
            self.top, self.bottom = (n[0] or 1) - 1, ((n + [0])[1] or self.rows) - 1
            self.row = self.column = 0
        elif letter == "J":
            self.cells[self.row][self.column:] = [" "] * (self.columns - self.column)
            for row in self.cells[self.row + 1:]:
                row[:] = [" "] * self.columns
        elif letter == "K":
            self.cells[self.row] = [" "] * self.columns
        else:
            raise ValueError(f"control {numbers}{letter}")

    def feed(self, text):
        text, self.rest = self.rest + text, ""
        at = 0
        while at < len(text):
            found = PIECE.match(text, at)
            if not found:               # the rest of it is on its way
                self.rest = text[at:]
                return
            at = found.end()
            piece, single = found[0], found[4]
            if found[3]:
                self.control(found[1], found[2], found[3])
            elif single == "7":
                self.saved = self.row, self.column
            elif single == "8":
                self.row, self.column = self.saved
            elif single == "D" or piece == "\n":
                self.down()
            elif piece == "\r":
                self.column = 0
            else:
                self.put(piece)


class Terminal:
    """A command on a terminal of its own, in front."""

    def __init__(self, command, folder, rows=12, columns=80, **environment):
        self.ours, theirs = pty.openpty()
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        env = dict(os.environ, TERM="xterm", **environment)
        env.pop("COLUMNS", None) if "COLUMNS" not in environment else None

        def own_terminal():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.child = subprocess.Popen(command, cwd=folder, env=env, stdin=theirs, stdout=theirs, stderr=theirs,
                                      preexec_fn=own_terminal)
        os.close(theirs)
        atexit.register(self.child.kill)        # it may wait for ever where its test has failed
        self.screen = Screen(rows, columns)
        self.raw = ""

    def read(self, until):
        """One piece of what it writes; False: it has ended."""
        if not select.select([self.ours], [], [], max(until - time.monotonic(), 0))[0]:
            raise TimeoutError(f"still waiting; the screen is\n{self.screen.text()}")
        try:
            piece = os.read(self.ours, 65536).decode()
        except OSError:
            return False
        self.raw += piece
        self.screen.feed(piece)
        return bool(piece)

    def until(self, pattern):
        """Reads until the last lines match; what matched."""
        end = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, "\n".join(self.screen.last()), re.M)):
            if not self.read(end):
                raise EOFError(f"it ended; the screen is\n{self.screen.text()}")
        return found[0]

    def until_said(self, text):
        """Reads until the screen has it."""
        end = time.monotonic() + PATIENCE
        while text not in self.screen.text():
            if not self.read(end):
                raise EOFError(f"it ended; the screen is\n{self.screen.text()}")

    def type(self, keys):
        os.write(self.ours, keys.encode())

    def end(self):
        """Reads to the end; the exit status."""
        end = time.monotonic() + PATIENCE
        while self.read(end):
            pass
        os.close(self.ours)
        return self.child.wait(timeout=PATIENCE)
