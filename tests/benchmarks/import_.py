"""What it costs to import a corpus of rule files, the check of the result included."""

from pathlib import Path

from tests.benchmarks.measure import Benchmark, Measured, reliability, whole_process
from tests.environment import corpora_folder

CORPUS = Path("prometheus-rules", "awesome-prometheus-alerts")


def of_corpora() -> tuple[Benchmark, ...]:
    """The row of the corpus, where RELIABILITY_CORPORA names its folder."""
    folder = corpora_folder()
    return (awesome,) if folder is not None and (folder / CORPUS).is_dir() else ()


def awesome(folder: Path) -> Measured:
    """112 files with 954 alerts: read, converted, and checked as a repository of 93 services.

    Nothing is written, so that each run does the same; writing 190 small files is milliseconds.
    """
    corpora = corpora_folder()
    assert corpora is not None
    asked = ("import", corpora / CORPUS, "--into", folder / "new", "--dry-run")
    seconds, memory = whole_process(reliability(*asked), folder, runs=5)
    return Measured("import and check, awesome-prometheus-alerts", seconds, 1.5, memory)
