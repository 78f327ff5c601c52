"""Commands that ask servers, run against one that lies: `python -m tests.hostile servers`.

Every command that has a server is run once against good answers, which shows the endpoints that it
reads; then once for each lie at each of them, in this process. Exit code 3 is a crash.
"""

import contextlib
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from reliability.cli.main import exit_code_of
from tests.hostile.liar import Addresses, Lie, lying
from tests.hostile.lies import lies
from tests.live.repository import alertmanager_at, make_repository, prometheus_at

DAY: Final = "2026-11-26"
COMMANDS: Final = {
    "plan": ("plan",),
    "sync": ("sync", "--yes"),
    "drift": ("drift",),
    "tickets": ("tickets", "--since", "2026-11-25"),
    "tickets of Alertmanager": ("tickets", "--alertmanager", "{alertmanager}"),
    "triage": ("triage", "--prometheus", "{prometheus}", "--days", "1"),
    "status": ("status", "--from", "live"),
    "gate": ("gate", "attendance", "--from", "live"),
    "digest": ("digest",),
    "history pull": ("history", "pull", "--days", "1"),
    "history pull of Datadog": ("history", "pull", "--days", "1"),
    "new": ("new", "attendance", "--candidates", "--prometheus", "{prometheus}"),
    "new of Datadog": ("new", "attendance", "--candidates"),
    "check --live": ("check", "--live", "{prometheus}"),
    "backtest of samples": ("backtest", "--mode", "sample", "--days", "1"),
}
HISTORY: Final = """apiVersion: reliability/v1
kind: HistorySources
metadata: {name: history}
spec:
  source: {type: prometheus, url: "%s", chunk: 1d, concurrency: 1}
  span: 6d
  store: .reliability/history
"""
DATADOG: Final = """apiVersion: reliability/v1
kind: HistorySources
metadata: {name: history}
spec:
  source:
    {type: datadog, url: "%s", apiKey: "env:PATH", applicationKey: "env:PATH",
     slos: {attendance-clock-in: 0123abcd}}
  span: 6d
  store: .reliability/history
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """One run: its exit code and what it printed."""

    code: int
    output: str

    @property
    def faults(self) -> list[str]:
        """What must never be: a crash, a line that a runner takes for a command, an escape."""
        lines = self.output.splitlines()
        steering = any(line.lstrip().startswith(("::", "##[")) for line in lines)
        return [
            *(["crash"] if self.code == 3 or "Traceback" in self.output else []),
            *(["command line"] if steering else []),
            *(["escape"] if "\x1b" in self.output else []),
        ]


@dataclass(slots=True)
class Place:
    """A repository, the liar that it is synced to, and commands run in it."""

    root: Path
    addresses: Addresses

    def run(self, name: str, lie: Lie | None = None) -> Ran:
        """Run a command in a fresh copy of the repository."""
        liar = self.addresses.liar
        liar.lie = lie
        liar.seen.clear()
        words = {
            "prometheus": self.addresses.prometheus, "alertmanager": self.addresses.alertmanager,
        }  # fmt: skip
        arguments = [word.format(**words) for word in COMMANDS[name]]
        self.restore(name)
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            code = exit_code_of(["--root", str(self.root), "--today", DAY, *arguments])
        return Ran(code, out.getvalue())

    def restore(self, name: str) -> None:
        """Undo what a command wrote, and name the source of history that it asks."""
        for folder in (".reliability", "prometheus", "am"):
            shutil.rmtree(self.root / folder, ignore_errors=True)
        (self.root / "prometheus").mkdir()
        (self.root / "am").mkdir()
        form = DATADOG if "Datadog" in name else HISTORY
        (self.root / "policies/history.yaml").write_text(form % self.addresses.prometheus)

    def endpoints(self, name: str) -> list[str]:
        """What a command asks when all is well."""
        self.run(name)
        return list(dict.fromkeys(self.addresses.liar.seen))

    def cases(self, name: str) -> Iterator[tuple[str, Lie]]:
        """Every lie at every endpoint of a command."""
        for endpoint in self.endpoints(name):
            good = self.addresses.liar.good[endpoint]
            for what, status, content in lies(good):
                yield f"{name} · {endpoint} · {what}", Lie(endpoint, status, content)


@contextmanager
def place() -> Iterator[Place]:
    """A small repository that is synced to the liar."""
    with TemporaryDirectory(prefix="liar-") as folder:
        root = Path(folder) / "repository"
        root.mkdir()
        with lying(root / "prometheus", root / "am/alertmanager.yml") as addresses:
            repository = make_repository(
                root,
                prometheus_at(addresses.prometheus, root / "prometheus", timeout="5s"),
                alertmanager_at(addresses.alertmanager, root / "am/alertmanager.yml", timeout="5s"),
            )
            repository.keep_services("attendance", "monitoring")
            before = Path.cwd()
            os.chdir(root)
            try:
                yield Place(root, addresses)
            finally:
                os.chdir(before)
