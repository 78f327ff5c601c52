"""A Git repository that holds rule files and nothing of ours, and samples for it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.cli.program import Ended, reliability

TODAY = "2026-10-08"
END = datetime(2026, 10, 8, tzinfo=UTC)
START = END - timedelta(days=7)
STEP = timedelta(minutes=1)

RULES = """\
groups:
  - name: queue
    rules:
      - record: queue:length:max
        expr: max by (queue) (queue_length)
      - alert: QueueLong
        expr: queue:length:max > 50
        for: 5m
        labels: {severity: page, service: mail}
      - alert: QueueEmpty
        expr: queue_length == 0
        labels: {severity: warning}
"""
ALERTMANAGER = """\
route:
  receiver: chat
  group_by: [alertname]
  routes:
    - {receiver: pager, matchers: ['severity="page"']}
receivers:
  - name: chat
    slack_configs: [{channel: "#ops", api_url: "https://hooks.example/x"}]
  - name: pager
    pagerduty_configs: [{routing_key: x}]
"""


@dataclass(frozen=True)
class RuleRepository:
    """The folder, in which commands run."""

    root: Path

    @classmethod
    def at(cls, root: Path, files: Mapping[str, str]) -> RuleRepository:
        """Commit the files, and write samples beside the folder."""
        made = cls(root / "repository")
        made.root.mkdir()
        made.write(files)
        made.git("init", "--quiet", "--initial-branch", "main")
        made.git("add", "--all")
        made.git("commit", "--quiet", "--message", "rules")
        (root / "samples.txt").write_text(samples(), encoding="utf-8")
        return made

    def git(self, *arguments: str) -> None:
        """Run git as somebody."""
        identity = ("-c", "user.name=me", "-c", "user.email=me@example.com")
        subprocess.run(["git", *identity, *arguments], cwd=self.root, check=True)

    def write(self, files: Mapping[str, str]) -> None:
        """Write files."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace a text that a file holds."""
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text
        self.write({name: text.replace(old, new)})

    def backtest(self, *options: str, source: tuple[str, ...] | None = None) -> Ended:
        """Run the command on the samples, or on another source."""
        given = source or ("--samples", "../samples.txt", "--days", "7")
        command = ("--today", TODAY, "backtest", *given)
        return reliability(*command, *options, folder=self.root)


def length(number: int) -> int:
    """Each day: 80 for two hours from 0:00, 60 for 20 minutes at 6:00, 0 for a minute at 12:00."""
    minute = number % 1440
    if minute < 120:
        return 80
    if 360 <= minute < 380:
        return 60
    return 0 if minute == 720 else 10


def samples() -> str:
    """Eight days of one gauge, a sample a minute, as OpenMetrics."""
    first = START - timedelta(days=1)
    count = (END - first) // STEP
    lines = (
        f'queue_length{{queue="mail"}} {length(number)} {(first + number * STEP).timestamp():.0f}'
        for number in range(count)
    )
    return "# TYPE queue_length gauge\n" + "\n".join(lines) + "\n# EOF\n"
