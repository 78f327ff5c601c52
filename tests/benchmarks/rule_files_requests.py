"""`python -m tests.benchmarks.rule_files_requests`: requests and seconds for changed alerts.

200 alerts of 50 services over 30 days, a sample a minute; 1, 10 and 200 of them change. Each figure
is of a whole process.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

from tests.backtest.rule_files.rule_repository import RuleRepository
from tests.benchmarks.rule_files import BEFORE, LENGTH, rules, write_samples
from tests.cli.program import reliability
from tests.servers.generation import GENERATIONS, Generation, find
from tests.servers.programs import backfill
from tests.servers.prometheus import prometheus_config, run_prometheus

SERVICES: Final = 50
ALERTS: Final = 200
CHANGED: Final = (1, 10, 200)


def main() -> int:
    """Print a line for each number of changed alerts."""
    for generation in map(find, GENERATIONS):
        if isinstance(generation, Generation):
            with tempfile.TemporaryDirectory() as folder:
                measure(generation, Path(folder))
    return 0


def measure(generation: Generation, folder: Path) -> None:
    """Run the command against one server."""
    write_samples(folder / "samples.txt", LENGTH + BEFORE, 1, SERVICES)
    (folder / "server" / "data").mkdir(parents=True)
    assert backfill(generation, folder / "samples.txt", folder / "server" / "data").accepted
    text = rules(SERVICES, ALERTS)
    with run_prometheus(generation, folder / "server", prometheus_config()) as server:
        for changed in CHANGED:
            (folder / str(changed)).mkdir()
            repository = RuleRepository.at(folder / str(changed), {"rules.yml": text})
            repository.write({"rules.yml": text.replace("* 0.001", "* 0.002", 4 * changed)})
            begin = time.perf_counter()
            ended = reliability(
                *("--verbose", "backtest", "--rules", "rules.yml", "--base", "HEAD"),
                *("--prometheus", server.url, "--days", f"{LENGTH // timedelta(days=1)}"),
                folder=repository.root,
            )
            seconds = time.perf_counter() - begin
            assert ended.code == 0, ended.err
            lines = ended.err.splitlines()
            requests = sum(
                server.url in line and line.startswith(("GET", "POST")) for line in lines
            )
            version = ".".join(map(str, generation.prometheus_version))
            first = ended.out.splitlines()[0]
            sys.stdout.write(f"{version}: {first}: {requests} requests, {seconds:.1f} s\n")


if __name__ == "__main__":
    sys.exit(main())
