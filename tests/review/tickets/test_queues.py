"""Queues of several repositories: which are read, written and remembered, in a golden file.

`pytest tests/review/tickets/test_queues.py --update-golden` rewrites it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Final

import pytest

from reliability.forge.folder.forge import FolderForge
from reliability.forge.forge import Forge
from reliability.forge.marker import Marker
from reliability.load.catalog import Catalog
from reliability.load.loader import load
from reliability.review.issue_run import IssueRun
from reliability.review.tickets.drafts import KIND
from reliability.review.tickets.groups import grouped
from reliability.review.tickets.queues import TicketQueues, open_queues
from tests.golden import Golden
from tests.review.issues.office import DAY, HOUR, MINUTE, NOW, fired, span

GOLDEN: Final = Path(__file__).parent / "golden"
OWN: Final = "acme/office"
QUEUES: Final = {
    "shop": "{slack: '#sales', issues: acme/sales}",
    "web": "{issues: acme/web}",
    "stock": "{issues: acme/office}",
    "pay": "{slack: '#money'}",
    "mail": None,
}
"""The ticket channel of the team of each service; None if it has none."""

TEAM: Final = """
apiVersion: reliability/v1
kind: Team
metadata: {name: of-SERVICE}
spec: {displayName: A, members: ["@dev"], channels: {CHANNELS}}
---
apiVersion: reliability/v1
kind: Ownership
metadata: {name: SERVICE}
spec: {team: of-SERVICE, criticality: important}
"""
POLICY: Final = """
apiVersion: reliability/v1
kind: NotificationPolicy
metadata: {name: notification}
spec:
  tiers: {alert: {page: true}, ticket: {ticket: true}, log: {}}
  tickets: {closeAfter: 2h, maxOpen: 2}
"""


def catalog(*services: str, policy: str = "") -> Catalog:
    """Some of the services, each with a team of its own."""
    files = []
    for service in services:
        channel = QUEUES[service]
        channels = "log: {slack: '#log'}" + (f", ticket: {channel}" if channel else "")
        text = TEAM.replace("SERVICE", service).replace("CHANNELS", channels)
        team, ownership = text.split("---\n")
        files.append((PurePosixPath(f"policies/teams/{service}.yaml"), team.encode()))
        files.append((PurePosixPath(f"services/{service}/ownership.yaml"), ownership.encode()))
    if policy:
        files.append((PurePosixPath("policies/notification.yaml"), policy.encode()))
    loaded, findings = load(files)
    assert [finding.problem.message for finding in findings] == []
    return loaded


@dataclass(slots=True)
class Repositories:
    """Folders as repositories, and runs over them."""

    root: Path
    lines: list[str] = field(default_factory=list)

    def run(self, is_on_github: bool = True, dry_run: bool = False) -> IssueRun:
        return IssueRun(
            opens=self.open,
            is_on_github=is_on_github,
            dry_run=dry_run,
            max_changes=300,
            say=self.lines.append,
            note=lambda text: self.lines.append(f"! {text}"),
        )

    def open(self, repository: str) -> Forge:
        root = self.folder(repository)
        return FolderForge(root=root, now=lambda: NOW)

    def folder(self, repository: str) -> Path:
        return self.root / (repository or "here")

    def tickets(
        self,
        of: Catalog,
        *services: str,
        now: datetime = NOW,
        is_on_github: bool = True,
        dry_run: bool = False,
    ) -> TicketQueues:
        """A run in which a signal of each of these services has fired in the last minute."""
        run = self.run(is_on_github, dry_run)
        queues = open_queues(of, run, now, OWN)
        alerts = [fired(span(MINUTE, now=now), service=service) for service in services]
        activities = grouped(alerts, of).activities
        for name in queues.present:
            done = queues.write(name, activities, {}, has_history=True)
            self.lines.append(f"{name or 'here'}: {'written' if done else 'failed'}")
        self.lines.append("remembered" if queues.remember() else "not remembered")
        return queues

    def list_of_tickets(self) -> str:
        """The text of the issue that lists the tickets of other repositories."""
        pages = [path.read_text() for path in (self.root / "here/issues").glob("*.md")]
        [text] = [page for page in pages if "tickets-elsewhere" in page]
        return text

    def damage(self, repository: str) -> Path:
        """Put a page into the issues of a repository that cannot be read."""
        path = self.folder(repository) / "issues/damaged.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("---\nid: [\n---\n\n")
        return path

    def printed(self) -> str:
        """What was printed since the last call, with the same paths everywhere."""
        text = "\n".join(self.lines).replace(str(self.root), "ROOT")
        self.lines.clear()
        return text


@pytest.fixture
def repositories(tmp_path: Path) -> Repositories:
    return Repositories(tmp_path)


def stories(of: Repositories) -> Iterator[str]:
    """Yield what each run prints, with its title, and the list of tickets after it."""
    every = catalog(*QUEUES)

    of.tickets(every, *QUEUES)
    yield f"# all services\n{of.printed()}\n\n{of.list_of_tickets()}"

    of.tickets(every, *QUEUES)
    yield f"# again\n{of.printed()}"

    damaged = of.damage("acme/sales")
    of.tickets(every, "shop", "web", "pay", now=NOW + 30 * HOUR)
    yield f"# acme/sales cannot be read\n{of.printed()}\n\n{of.list_of_tickets()}"

    damaged.unlink()
    damaged = of.damage("")
    of.tickets(every, "shop", "web", "pay", now=NOW + 31 * HOUR)
    yield f"# this repository cannot be read\n{of.printed()}"

    damaged.unlink()
    of.tickets(catalog("web", "stock"), now=NOW + 90 * HOUR)
    yield f"# nothing fires, and shop is not declared any more\n{of.printed()}"

    of.tickets(catalog("stock", "pay"), "stock", now=NOW + 91 * HOUR)
    yield f"# no other repository is named any more\n{of.printed()}"


def test_queues_over_several_runs(repositories: Repositories, golden: Golden) -> None:
    golden.check(GOLDEN / "queues.txt", "\n\n".join(stories(repositories)) + "\n")


@pytest.mark.parametrize(
    ("is_on_github", "dry_run", "services", "is_listed"),
    [
        (True, False, ("shop", "pay"), True),
        (True, False, ("pay", "stock", "mail"), False),
        (False, False, ("shop", "pay"), False),
        (True, True, ("shop", "pay"), False),
    ],
)
def test_tickets_elsewhere_are_listed_on_github_only(
    repositories: Repositories,
    is_on_github: bool,
    dry_run: bool,
    services: tuple[str, ...],
    is_listed: bool,
) -> None:
    repositories.tickets(catalog(*services), *services, is_on_github=is_on_github, dry_run=dry_run)
    assert ("open: Reliability: tickets in other repositories" in repositories.lines) is is_listed
    assert repositories.lines[-1] == "remembered"


def test_tickets_of_other_repositories_are_known_by_number(repositories: Repositories) -> None:
    of = catalog("shop", "web", "pay")
    repositories.tickets(of, "shop", "web", "pay")
    queues = open_queues(of, repositories.run(), NOW, OWN)
    assert queues.issue_run.known == {
        (KIND, "acme/sales"): {1: Marker(KIND, "shop/QueueBacklog")},
        (KIND, "acme/web"): {1: Marker(KIND, "web/QueueBacklog")},
    }
    assert [issue.title for issue in queues.listed] == [
        "Reliability: tickets in other repositories"
    ]
    assert queues.unread == 0
    assert list(queues.present) == ["", "acme/sales", "acme/web"]


def test_queues_that_cannot_be_read_are_counted(repositories: Repositories) -> None:
    of = catalog("shop", "web", "pay", "stock")
    repositories.damage("acme/web")
    queues = open_queues(of, repositories.run(), NOW, OWN)
    assert (list(queues.present), queues.unread) == (["", "acme/sales"], 1)
    repositories.damage("acme/sales")
    assert open_queues(of, repositories.run(), NOW, OWN).unread == 2

    repositories.damage("")
    assert open_queues(of, repositories.run(), NOW, OWN).unread == 3
    queues = open_queues(of, repositories.run(is_on_github=False), NOW, OWN)
    assert (queues.unread, queues.listed) == (3, ())


@pytest.mark.parametrize(("policy", "quiet", "most"), [("", 24 * HOUR, 20), (POLICY, 2 * HOUR, 2)])
def test_limits_are_those_of_the_policy(
    repositories: Repositories, policy: str, quiet: timedelta, most: int
) -> None:
    of = catalog("pay", policy=policy)
    queues = open_queues(of, repositories.run(), NOW, OWN)
    assert (queues.bounds.quiet, queues.bounds.most) == (quiet, most)
    assert queues.span(None).start == NOW - quiet


@pytest.mark.parametrize(
    ("since", "start"),
    [
        (NOW - DAY, NOW - DAY),
        (NOW - 90 * DAY, NOW - 90 * DAY),
        (NOW - MINUTE, NOW - MINUTE),
        (NOW - MINUTE / 2, NOW - MINUTE),
        (NOW + DAY, NOW - MINUTE),
        (None, NOW - 3 * DAY),
    ],
)
def test_the_span_begins_with_the_last_run_of_any_queue(
    repositories: Repositories, since: datetime | None, start: datetime
) -> None:
    of = catalog("shop", "web")
    repositories.tickets(of, "shop", now=NOW - 3 * DAY)
    repositories.tickets(catalog("web"), "web", now=NOW - 3 * DAY)
    read = open_queues(of, repositories.run(), NOW, OWN).span(since)
    assert (read.start, read.end) == (start, NOW)
