"""promtool and amtool as functions: what they accept, what they say, where an alert is routed."""

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.servers.generation import Generation


@dataclass(frozen=True, slots=True)
class Said:
    """How a program ended, and all that it printed."""

    code: int
    text: str

    @property
    def accepted(self) -> bool:
        return self.code == 0


def run(command: Sequence[str | Path], folder: Path | None = None) -> Said:
    """Runs a program to its end; what it prints on either stream is kept together."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Said(done.returncode, done.stdout)


def check_rules(generation: Generation, *files: Path) -> Said:
    """`promtool check rules`, where a lint finding (a rule that stands twice) fails too."""
    return run([generation.promtool, "check", "rules", "--lint-fatal", *files])


def run_rule_tests(generation: Generation, *files: Path) -> Said:
    """`promtool test rules`; rule files are named relative to each test file."""
    return run([generation.promtool, "test", "rules", *files])


def check_prometheus_config(generation: Generation, file: Path) -> Said:
    """`promtool check config`, with the rule files that it names."""
    return run([generation.promtool, "check", "config", file])


def check_alertmanager_config(generation: Generation, file: Path) -> Said:
    """`amtool check-config`."""
    return run([generation.amtool, "check-config", file])


def config_verdicts(generation: Generation, files: Sequence[Path]) -> dict[Path, Said]:
    """What `amtool check-config` says of many files, which it checks in one run.

    If it panics, which is a refusal of the file that it was checking, another run takes the rest.
    """
    verdicts: dict[Path, Said] = {}
    waiting = list(files)
    while waiting:
        text = run([generation.amtool, "check-config", *waiting]).text
        parts = re.split(r"^Checking '([^']*)'", text, flags=re.MULTILINE)
        for name, verdict in zip(parts[1::2], parts[2::2], strict=True):
            is_accepted = "  SUCCESS" in verdict and "  FAILED" not in verdict
            verdicts[Path(name)] = Said(0 if is_accepted else 1, verdict)
        waiting = [file for file in waiting if file not in verdicts]
        assert not waiting or "panic" in text, text
    return verdicts


def receivers_of(generation: Generation, file: Path, labels: Mapping[str, str]) -> list[str]:
    """The receivers that an alert reaches, in order, by `amtool config routes test`."""
    done = subprocess.run(
        [
            generation.amtool,
            "config",
            "routes",
            "test",
            f"--config.file={file}",
            *(f"{name}={value}" for name, value in labels.items()),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip().split(",")


def write_openmetrics(
    file: Path, metric: str, series: Mapping[str, Sequence[tuple[datetime, float]]]
) -> None:
    """Writes gauge samples of one metric, keyed by its labels as text: `job="api",code="500"`."""
    with file.open("w", encoding="utf-8") as out:
        out.write(f"# TYPE {metric} gauge\n")
        for labels, samples in series.items():
            out.writelines(
                f"{metric}{{{labels}}} {value} {at.timestamp():.3f}\n" for at, value in samples
            )
        out.write("# EOF\n")


def backfill(generation: Generation, openmetrics: Path, data: Path) -> Said:
    """Makes blocks of an OpenMetrics file in a data folder, before Prometheus starts on it.

    The flag for long blocks is hidden in promtool's help, and makes it 40 times faster.
    """
    long_blocks = "--max-block-duration=768h"
    command = ("tsdb", "create-blocks-from", "openmetrics", "--quiet", long_blocks)
    return run([generation.promtool, *command, openmetrics, data])
