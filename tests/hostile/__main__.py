"""Prints what each hostile repository costs; names given narrow it down.

`python -m tests.hostile servers [SHARE] [COMMAND...]` runs commands against a lying server; with
a share of 20, every twentieth lie.
"""

import random
import sys
import time

from tests.hostile.run import MEBIBYTES, SECONDS, cases, run
from tests.hostile.servers import COMMANDS, place


def of_servers(words: list[str]) -> int:
    """A row for each command; ends with 1 if one crashed, or printed what steers a terminal."""
    share = int(words.pop(0)) if words and words[0].isdigit() else 1
    runs = wrong = 0
    with place() as here:
        for name in [name for name in COMMANDS if not words or name in words]:
            begin, faults, slowest = time.monotonic(), 0, 0.0
            cases = [*here.cases(name)]
            random.Random(name).shuffle(cases)
            cases = cases[: max(1, len(cases) // share)]
            for what, lie in cases:
                start = time.monotonic()
                result = here.run(name, lie)
                slowest = max(slowest, time.monotonic() - start)
                if result.faults:
                    faults += 1
                    print(f"{', '.join(result.faults)}: {what}\n    {result.output[-300:]!r}")
            runs, wrong = runs + len(cases), wrong + faults
            took = time.monotonic() - begin
            print(f"{name:<26}{len(cases):>6} runs{faults:>5} faults{slowest:>7.1f} s", end="")
            print(f" longest{took:>8.1f} s", flush=True)
    print(f"{runs} runs, {wrong} faults")
    return 1 if wrong else 0


def main(words: list[str]) -> int:
    """A row for each case; ends with 1 where one is over a limit, crashes or hangs."""
    print(f"{'hostile repository':<52}{'exit':>5}{'s':>8}{'cpu s':>8}{'MiB':>7}{'findings':>10}")
    wrong = 0
    for name, make in cases().items():
        if words and not any(word in name for word in words):
            continue
        ran = run(make)
        over = ran.code not in (0, 1, 2) or ran.work > SECONDS or ran.memory > MEBIBYTES
        wrong += over
        print(
            f"{name:<52}{ran.code:>5}{ran.seconds:>8.2f}{ran.work:>8.2f}{ran.memory:>7.0f}"
            f"{ran.findings:>10}{'  OVER' if over else ''}",
            flush=True,
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(of_servers(sys.argv[2:]) if sys.argv[1:2] == ["servers"] else main(sys.argv[1:]))
