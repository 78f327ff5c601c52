"""What it costs to start the command."""

from pathlib import Path

from tests.benchmarks.measure import Measured, reliability, whole_process


def help_text(folder: Path) -> Measured:
    """`reliability --help`."""
    seconds, _ = whole_process(reliability("--help"), folder, runs=11)
    return Measured("reliability --help", seconds, limit=0.10)
