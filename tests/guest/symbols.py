#!/usr/bin/env python3
"""What libleat gives to a program, and what it can reach: the exported names are
those of the headers, and nothing is imported that a guest has no business with.

    symbols.py LIBRARY HEADERS

Prints TAP."""
import re
import subprocess
import sys
from pathlib import Path

library, headers = sys.argv[1], Path(sys.argv[2])
# Asserting is for checking builds; a release has none (b_ndebug).
REFUSED = {
    "prints": "stdout stderr printf vprintf __printf_chk __vprintf_chk puts putchar perror psignal syslog error warn",
    "ends the process": "exit _exit _Exit quick_exit abort raise atexit on_exit pthread_exit",
    "touches signals": "signal bsd_signal sysv_signal sigaction sigprocmask siginterrupt alarm setitimer",
    "changes the locale": "setlocale uselocale",
    "reads or writes the environment": "getenv setenv putenv unsetenv clearenv",
    "opens ports": "socket bind listen accept accept4 connect getaddrinfo",
    "starts a shell or copies the process": "system popen fork vfork _Fork daemon",
    "unloads modules": "dlclose",
    "waits for any child": "wait wait3 wait4",
    "changes what the process shares": "chdir fchdir umask setrlimit setpriority nice srand srandom strtok",
}
failed = number = 0


def told(name, wrong):
    global failed, number
    number += 1
    failed += bool(wrong)
    print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
    for line in wrong:
        print(f"# {line}")


def nm(*options):
    out = subprocess.run(["nm", "-D", *options, library], capture_output=True, text=True, check=True).stdout
    return {line.split()[-1].split("@")[0] for line in out.splitlines()}


def dynamic():
    return subprocess.run(["readelf", "-dW", library], capture_output=True, text=True, check=True).stdout


def declared():
    """Functions between the visibility pragmas, as leat.h shows them."""
    names = set()
    for header in (headers / "leat").rglob("*.h"):
        text = re.sub(r"/\*.*?\*/", " ", header.read_text(), flags=re.S)
        for part in re.findall(r"visibility push\(default\)(.*?)visibility pop", text, flags=re.S):
            part = re.sub(r"^\s*#.*?(?<!\\)$", " ", part, flags=re.M)
            names |= set(re.findall(r"\b(leat_\w+)\s*\(", part))
    return names


imported, exported = nm("--undefined-only"), nm("--defined-only")
ours = {name for name in exported if not name.startswith(("__asan", "__odr_asan", "__ubsan", "__tsan", "__sanitizer"))}
for what, names in REFUSED.items():
    told(f"the library never {what}", sorted(imported & set(names.split())))
told("what the headers declare is exported", sorted(declared() - ours))
told("nothing else is", sorted(ours - declared()))
told("the library stays once it is loaded", [] if "NODELETE" in dynamic() else ["no -z nodelete"])
told("before 1.0 the soname names the minor version",
     [] if re.search(r"soname: \[libleat\.so\.0\.\d+\]", dynamic()) else [dynamic()])
print(f"1..{number}")
sys.exit(failed > 0)
