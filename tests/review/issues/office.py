"""A small office with two services, what fired there, and runs over a forge."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from reliability.backtest.status import SloStatus
from reliability.forge.keep import keep
from reliability.forge.marker import Marker
from reliability.forge.notes import Issue, IssueDraft
from reliability.load.catalog import Catalog
from reliability.load.loader import load
from reliability.providers.fired import FiredAlert
from reliability.render.words import Language, words_in
from reliability.review.tickets.drafts import KIND, Queue, TicketLimits, Writers, issue_drafts
from reliability.review.tickets.groups import SignalGroup, grouped
from reliability.review.tickets.issue import TicketIssueWriter, declared_by
from reliability.review.write_limit import limit_writes
from reliability.timespan import TimeSpan
from tests.backtest.repository import WINDOWS, policy, slo
from tests.forge.drafts import told
from tests.forge.worlds import World

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)

GOVERNING = re.compile("kind: (Waivers|NotificationPolicy)")
OWNERSHIP = """
apiVersion: reliability/v1
kind: Ownership
metadata: {name: SERVICE}
spec: {team: sales, criticality: important}
"""
SIGNALS = """
apiVersion: reliability/v1
kind: AlertPolicy
metadata: {name: SERVICE-signals}
spec:
  service: SERVICE
  signals:
    - name: QueueBacklog
      kind: cause
      tier: ticket
      expr: queue_depth > 1000
      runbook: docs/queue.md
    - {name: DiskFills, kind: saturation, tier: ticket, expr: disk_used > 0.9}
    - {name: ErrorLogged, kind: cause, tier: log, expr: errors > 0}
"""


def catalog(service: str = "shop", **more: str) -> Catalog:
    """A service with an SLO and signals; more files by what they are."""
    files = {
        "slo": slo("checkout", service=service),
        "alert-policy": policy("checkout", service=service),
        "signals": SIGNALS.replace("SERVICE", service),
        "ownership": OWNERSHIP.replace("SERVICE", service),
        **more,
    }
    sources = [
        (PurePosixPath(f"services/{service}/{name}.yaml"), text.encode())
        for name, text in files.items()
        if not GOVERNING.search(text)
    ]
    sources += [
        (PurePosixPath(f"policies/{name}.yaml"), text.encode())
        for name, text in files.items()
        if GOVERNING.search(text)
    ]
    sources.append((PurePosixPath("policies/burn-rates.yaml"), WINDOWS.encode()))
    found, findings = load(sources)
    assert [each.problem.message for each in findings] == []
    return found


def span(ago: timedelta, length: timedelta = MINUTE, now: datetime = NOW) -> TimeSpan:
    """A stretch that began so long ago."""
    return TimeSpan(now - ago, now - ago + length)


def fired(
    *spans: TimeSpan, signal: str = "QueueBacklog", service: str = "shop", **more: str
) -> FiredAlert:
    """An alert of the ticket tier that fired then."""
    labels = {"alertname": signal, "service": service, "team": "sales", "tier": "ticket", **more}
    return FiredAlert(labels, spans)


@dataclass(slots=True)
class Run:
    """Runs of `tickets` over one queue of a forge."""

    world: World
    catalog: Catalog = field(default_factory=catalog)
    bounds: TicketLimits = field(default_factory=lambda: TicketLimits(DAY, 20))
    language: Language = "en"
    has_history: bool = True
    is_shared: bool = False
    zones: dict[str, str] = field(default_factory=dict)
    budgets: dict[SignalGroup, SloStatus] = field(default_factory=dict)

    def __call__(
        self, *alerts: FiredAlert, now: datetime = NOW, board: Any = None, most: int = 300
    ) -> list[str]:
        """What one run does."""
        board = board or self.world.open().issues(KIND)
        present = board.present()
        drafts = self.drafts(alerts, present, now)
        word = self.writer(now).word
        plan = limit_writes(drafts, present, most, word)
        return told(keep(plan.drafts, board, word, pause=lambda _: None))

    def drafts(
        self, alerts: Iterable[FiredAlert], present: Sequence[Issue], now: datetime
    ) -> list[IssueDraft]:
        """What is wanted of the queue."""
        activities = grouped(alerts, self.catalog).activities
        services = frozenset(self.catalog.services)
        queue = Queue(tuple(present), services, Marker(KIND, "more/here"), self.is_shared)
        writer = self.writer(now)
        writers = Writers(writer.ticket, writer.flooded)
        return list(issue_drafts(queue, activities, now, self.bounds, writers))

    def writer(self, now: datetime) -> TicketIssueWriter:
        flood = Marker(KIND, "more/here")
        return TicketIssueWriter(
            words=words_in(self.language),
            declared=declared_by(self.catalog),
            zones=self.zones,
            now=now,
            quiet=self.bounds.quiet,
            flood=flood,
            has_history=self.has_history,
            budgets=self.budgets,
        )

    @property
    def issues(self) -> tuple[Issue, ...]:
        """The tickets that are there."""
        present: tuple[Issue, ...] = self.world.open().issues(KIND).present()
        return present

    def open_titles(self) -> list[str]:
        return [issue.title for issue in self.issues if issue.state == "open"]
