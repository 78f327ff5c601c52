"""Runs every benchmark and prints one table; ends with 1 when something is over its limit."""

import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.benchmarks import (
    backtest,
    build,
    check,
    environments,
    fleet_history,
    import_,
    notifications,
    rule_files,
    samples,
    site,
    triage,
)
from tests.benchmarks.command import help_text
from tests.benchmarks.measure import Benchmark, row

BENCHMARKS: Final[tuple[Benchmark, ...]] = (
    help_text,
    check.shipped,
    check.three_files,
    check.a_thousand_services,
    check.ten_thousand_services,
    build.ten_thousand_slos,
    build.five_thousand_objectives,
    *environments.all_of(),
    backtest.one_slo,
    backtest.kernel,
    backtest.sweep,
    notifications.a_thousand_alerts,
    *fleet_history.replays(),
    *site.all_of(),
    *import_.of_corpora(),
    triage.slack,
    *backtest.against_prometheus(),
    *samples.all_of(),
    *rule_files.all_of(),
)


def main() -> int:
    """Prints a row as soon as it is measured."""
    print(f"{'whole process, the middle of several runs':<52}{'measured':>12}{'limit':>12}")
    over = 0
    for benchmark in BENCHMARKS:
        with tempfile.TemporaryDirectory() as folder:
            measured = benchmark(Path(folder))
        print(row(measured), flush=True)
        over += not measured.is_within
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
