"""Fuzzes for so many seconds: by coverage where atheris is installed, else by hypothesis alone.

`python -m tests.fuzz 60`, or `make fuzz SECONDS=60`. Ends with 1 at the first find.
"""

import contextlib
import sys
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings


def by_coverage(seconds: int) -> int:
    """Run atheris (libFuzzer); it ends the process and prints executions and finds itself."""
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=["reliability", "yaml"]):
        from tests.fuzz.target import FILES, PLACES, check_bytes

    with TemporaryDirectory() as folder:
        for number, path in enumerate(PLACES):
            (Path(folder) / str(number)).write_bytes(bytes([number]) + FILES[path])
        atheris.Setup(
            [sys.argv[0], folder, f"-max_total_time={seconds}", "-max_len=4096", "-timeout=20"],
            lambda data: check_bytes(data) and None,
        )
        atheris.Fuzz()
    return 0


def by_strategies(seconds: int) -> int:
    """Run hypothesis in rounds until the time is over; a find is printed, made small."""
    from tests.fuzz.mutated import any_bytes
    from tests.fuzz.target import check_bytes

    counted, end = 0, time.monotonic() + seconds

    @settings(
        max_examples=500,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(any_bytes())
    def round_of(data: bytes) -> None:
        nonlocal counted
        counted += 1
        check_bytes(data)

    with contextlib.suppress(KeyboardInterrupt):
        while time.monotonic() < end:
            round_of()
    print(f"{counted:,} executions in {seconds} s, no find")
    return 0


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    sys.exit(by_coverage(asked) if find_spec("atheris") else by_strategies(asked))
