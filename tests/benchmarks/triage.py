"""What it costs to sort an export of Slack with 200,000 messages."""

import multiprocessing
from pathlib import Path

from tests.benchmarks.measure import Measured, reliability, whole_process
from tests.onboarding.triage.slack_export import export, written

MESSAGES = 200_000


def slack(folder: Path) -> Measured:
    """42 MB in thirty files, read one at a time; what stays is counts."""
    there = folder / "export"
    making = multiprocessing.get_context("spawn").Process(target=make, args=(there,))
    making.start()
    making.join()
    seconds, memory = whole_process(
        reliability("triage", there, "--format", "json"), folder, runs=3
    )
    return Measured("triage, 200,000 messages of Slack", seconds, 15.0, memory)


def make(there: Path) -> None:
    """Write the export; in a process of its own, whose memory is not what is measured."""
    export(there, list(written(MESSAGES)))
