"""Prints what each hostile repository costs; names given narrow it down."""

import sys

from tests.hostile.run import MEBIBYTES, SECONDS, cases, run


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
    sys.exit(main(sys.argv[1:]))
