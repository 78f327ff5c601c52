"""Repositories of a test that edits them, with every kind of edit that changes a site."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import git
import numpy as np

from reliability.history.definition import Definition
from reliability.history.month import Column, Month, month_span, months
from reliability.history.parquet import write_month
from reliability.history.sli import Counters, Term
from reliability.history.store import Store
from reliability.promql.selector import Selector
from reliability.timespan import TimeSpan
from tests.cli.program import Ended, in_process
from tests.site.test_as_of import commit

END: Final = datetime(2026, 11, 25, tzinfo=UTC)
STORED: Final = TimeSpan(END - timedelta(days=50), END)
SERVICES: Final = 3
INCIDENTS: Final = """\
apiVersion: reliability/v1
kind: Incidents
metadata: {{name: incidents-{number}}}
spec:
  service: {service}
  incidents:
    - name: outage {number}
      start: 2026-11-{day:02}T11:05:00+01:00
      end: 2026-11-{day:02}T13:00:00Z
      impact: a page fails
"""
CORRECTIONS: Final = """\
apiVersion: reliability/v1
kind: Corrections
metadata: {{name: corrections-{number}}}
spec:
  service: {service}
  corrections:
    - {{start: 2026-11-{day:02}T10:00:00Z, end: 2026-11-{day:02}T12:00:00Z, reason: a test}}
"""
BASE: Final = """\
route: {receiver: rest}
receivers: [{name: rest}]
inhibit_rules:
  - source_matchers: ['tier="alert"']
    target_matchers: ['tier="ticket"']
    equal: [team]
"""
"""A configuration in which an alert of one service mutes tickets of others."""
WAIVERS: Final = """\
apiVersion: reliability/v1
kind: Waivers
metadata: {{name: waivers}}
spec:
  waivers:
    - {{rule: slo-no-alert, service: {service}, reason: a test, approver: "@lead",
       until: 2026-12-{day:02}}}
"""


@dataclass
class Edited:
    """A repository that a test edits, and the day of its builds."""

    root: Path
    today: str = "2026-11-25"
    builds: int = 0
    names: list[str] = field(default_factory=lambda: [f"service-{n:05}" for n in range(SERVICES)])

    def file(self, service: str, name: str) -> Path:
        return self.root / "services" / service / name

    def replace(self, path: Path, old: str, new: str) -> None:
        if path.is_file():
            path.write_text(path.read_text().replace(old, new))

    def build(self, out: Path, *options: str) -> Ended:
        day = ("--today", self.today)
        return in_process(*day, "site", "--days", "45", "--out", out, *options, folder=self.root)

    def compare(self) -> None:
        """Build into the folder of the last build, and into a new one."""
        self.builds += 1
        kept, new = self.root.parent / "kept", self.root.parent / f"new-{self.builds}"
        assert self.build(kept).code == 0
        assert self.build(new).code == 0
        assert contents(kept) == contents(new)
        shutil.rmtree(new)


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a site."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def write_history(root: Path, service: str, seed: int) -> None:
    """Write fifty days of requests with an outage every few days."""
    terms = [
        (Term(Selector.parse(f'http_requests_total{{job="{service}"{more}}}'), 1),)
        for more in (',code!~"5.."', "")
    ]
    definition = Definition.of(Counters("good", *terms))
    family = Store(root / ".reliability" / "history").family(
        service, f"{service}-requests", definition
    )
    family.folder.mkdir(parents=True, exist_ok=True)
    dice = np.random.default_rng(seed)
    for first, part in months(STORED):
        month = Month(span=month_span(first), covered=(part,), source="a test")
        minutes = np.arange(part.steps(timedelta(minutes=1)))
        outage = (minutes // 1440 % 5 == seed % 5) & (minutes % 1440 // 60 == 11)
        for code, mean in (("200", np.full(len(minutes), 60.0)), ("500", 0.01 + 30.0 * outage)):
            values = np.full(month.span.steps(timedelta(minutes=1)), np.nan)
            values[month.part(part)] = dice.poisson(mean)
            labels = (("__name__", "http_requests_total"), ("code", code), ("job", service))
            month.columns[Column(0, labels)] = values
        write_month(family.path(first), month, "requests", definition)


def target(edited: Edited, service: str, number: int) -> None:
    edited.replace(edited.file(service, "slo.yaml"), "target: 0.999", f"target: 0.99{number}")


def title(edited: Edited, service: str, number: int) -> None:
    edited.replace(edited.file(service, "slo.yaml"), "succeed\n", f"succeed {number}\n")


def reviewed(edited: Edited, service: str, number: int) -> None:
    edited.replace(edited.file(service, "slo.yaml"), "2026-11-01", f"2026-0{number + 1}-01")


def team(edited: Edited, service: str, number: int) -> None:
    path = edited.file(service, "ownership.yaml")
    edited.replace(path, "team: team-0000", f"team: team-000{number % 2}")


def dependency(edited: Edited, service: str, number: int) -> None:
    other = f"service-0000{number % (SERVICES + 1)}"
    path = edited.file(service, "ownership.yaml")
    edited.replace(path, "  criticality", f"  dependencies: [{other}]\n  criticality")


def tier(edited: Edited, service: str, number: int) -> None:
    del number
    edited.replace(edited.file(service, "alert-policy.yaml"), "slow: ticket", "slow: log")


def incident(edited: Edited, service: str, number: int) -> None:
    """Record an incident, in the folder of a service that it may not be about."""
    other = edited.names[number % len(edited.names)]
    text = INCIDENTS.format(service=service, number=number, day=number + 10)
    if edited.file(other, "slo.yaml").is_file():
        edited.file(other, "incidents.yaml").write_text(text)


def correction(edited: Edited, service: str, number: int) -> None:
    if edited.file(service, "slo.yaml").is_file():
        text = CORRECTIONS.format(service=service, number=number, day=number + 10)
        edited.file(service, "corrections.yaml").write_text(text)


def waiver(edited: Edited, service: str, number: int) -> None:
    text = WAIVERS.format(service=service, day=number + 1)
    (edited.root / "policies" / "waivers.yaml").write_text(text)


def history(edited: Edited, service: str, number: int) -> None:
    write_history(edited.root, service, number + 7)


def team_document(edited: Edited, service: str, number: int) -> None:
    del service
    path = edited.root / "policies/teams/team-0000.yaml"
    edited.replace(path, "Europe/Berlin", ("Asia/Tokyo", "UTC")[number % 2])


def policy(edited: Edited, service: str, number: int) -> None:
    del service
    path = edited.root / "policies/burn-rates.yaml"
    edited.replace(path, "short: 5m, budget: 2%", f"short: 5m, budget: {number % 3 + 3}%")


def inhibition(edited: Edited, service: str, number: int) -> None:
    del service, number
    (edited.root / "policies" / "alertmanager.base.yml").write_text(BASE)


def unreadable(edited: Edited, service: str, number: int) -> None:
    del number
    edited.replace(edited.file(service, "ownership.yaml"), "spec:", "spec: {")


def removal(edited: Edited, service: str, number: int) -> None:
    del number
    shutil.rmtree(edited.file(service, ""), ignore_errors=True)


def rename(edited: Edited, service: str, number: int) -> None:
    name = f"renamed-{number}"
    if edited.file(service, "slo.yaml").is_file() and name not in edited.names:
        edited.file(service, "").rename(edited.file(name, ""))
        for path in edited.file(name, "").iterdir():
            edited.replace(path, service, name)
        edited.names.append(name)


def day(edited: Edited, service: str, number: int) -> None:
    del service
    edited.today = f"2026-11-{21 + number % 5}"


def merge(edited: Edited, service: str, number: int) -> None:
    repository = git.Repo(edited.root)
    if repository.is_dirty(untracked_files=True):
        commit(repository, f"2026-11-1{number}", f"Change {service}")


def page(edited: Edited, service: str, number: int) -> None:
    """Damage a page of the site by hand, or remove one."""
    for language in ("en", "ja")[: number % 2 + 1]:
        path = edited.root.parent / "kept" / language / "services" / f"{service}.html"
        if path.is_file() and number < 5:
            path.unlink()
        elif path.is_file():
            path.write_bytes(path.read_bytes().replace(b"a", b"b"))


EDITS: Final[tuple[Callable[[Edited, str, int], None], ...]] = (
    *(target, title, reviewed, team, dependency, tier, incident, correction, waiver, history),
    *(merge, page, team_document, policy, day, rename, inhibition, unreadable, removal),
)
