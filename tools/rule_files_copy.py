"""A Git repository of plain rule files with nothing of ours in it, samples and incidents for it."""

import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tools.shipped_copies import run_module

TODAY: Final = "2026-10-08"
END: Final = datetime(2026, 10, 8, tzinfo=UTC)
START: Final = END - timedelta(days=7)
STEP: Final = timedelta(minutes=1)

RULES: Final = """\
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
ALERTMANAGER: Final = """\
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
INCIDENTS: Final = """\
title,started_at,resolved_at,service
Mail is late,2026-10-05T06:00:00Z,2026-10-05T06:30:00Z,mail
Queue stuck,2026-10-06T00:10:00Z,2026-10-06T01:30:00Z,mail
"""


@dataclass(frozen=True, slots=True)
class RuleFilesCopy:
    """The folder of the repository, in which commands run; samples are beside it."""

    root: Path

    @classmethod
    def at(cls, folder: Path, files: Mapping[str, str]) -> "RuleFilesCopy":
        """Commit the files to a new repository below a folder."""
        made = cls(folder / "repository")
        made.root.mkdir()
        made.write(files)
        made.git("init", "--quiet", "--initial-branch", "main")
        made.git("add", "--all")
        made.git("commit", "--quiet", "--message", "rules")
        (folder / "samples.txt").write_text(samples(), encoding="utf-8")
        return made

    def git(self, *arguments: str) -> str:
        """Run git as somebody; return what it prints."""
        identity = ("-c", "user.name=me", "-c", "user.email=me@example.com")
        done = subprocess.run(
            ["git", *identity, *arguments],
            cwd=self.root,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def write(self, files: Mapping[str, str]) -> None:
        """Write files."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace a text that a file contains."""
        text = (self.root / name).read_text(encoding="utf-8")
        if old not in text:
            raise ValueError(f"{name} does not contain {old!r}")
        self.write({name: text.replace(old, new)})

    def output(self, arguments: Sequence[str]) -> str:
        """Run a Python module in the repository; return what it prints, errors included."""
        return run_module(self.root, arguments)


@contextmanager
def rule_files_copy() -> Iterator[RuleFilesCopy]:
    """Make the repository with its incidents, and remove it at the end."""
    files = {
        "rules/queue.yml": RULES,
        "alertmanager.yml": ALERTMANAGER,
        "incidents.csv": INCIDENTS,
    }
    with tempfile.TemporaryDirectory() as folder:
        yield RuleFilesCopy.at(Path(folder), files)


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
