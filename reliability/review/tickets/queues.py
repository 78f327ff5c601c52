"""The queues of `reliability tickets`: the repositories that hold the issues of teams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reliability.backtest.status import SloStatus
from reliability.errors import ForgeError
from reliability.forge.known import NONE_KNOWN, known_issues, linkable_issues
from reliability.forge.marker import Marker
from reliability.forge.notes import Issue
from reliability.load.catalog import Catalog
from reliability.model.notification import NotificationPolicy, Tickets
from reliability.model.team import Team
from reliability.resolve.objectives import team_names
from reliability.resolve.zones import time_zones
from reliability.review.issue_run import IssueRun
from reliability.review.language import policy_words
from reliability.review.tickets.drafts import (
    KIND,
    Queue,
    TicketLimits,
    Writers,
    issue_drafts,
    lookback,
    watched,
)
from reliability.review.tickets.elsewhere import KIND as LIST
from reliability.review.tickets.elsewhere import list_of_tickets
from reliability.review.tickets.groups import GroupActivity, SignalGroup
from reliability.review.tickets.issue import TicketIssueWriter, declared_by
from reliability.timespan import MINUTE, TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketQueues:
    """The issues of each queue by its repository; the name of this repository is empty.

    `own` is the full name of this repository. `unread` is the number of queues that could not be
    read. `listed` is the issue that lists the tickets of other repositories.
    """

    catalog: Catalog
    issue_run: IssueRun
    now: datetime
    bounds: TicketLimits
    own: str
    of_service: Mapping[str, str]
    present: Mapping[str, tuple[Issue, ...]]
    unread: int
    listed: tuple[Issue, ...] = ()

    def span(self, since: datetime | None) -> TimeSpan:
        """Return the span to read: from `since`, or from the last run."""
        known = [note for notes in self.present.values() for note in notes]
        if since is None:
            return lookback(known, self.now, self.bounds)
        return TimeSpan(min(since, self.now - MINUTE), self.now)

    def watched(self, span: TimeSpan) -> TimeSpan:
        """Return the span that is read, from the last firing of an open ticket on."""
        notes = [note for notes in self.present.values() for note in notes]
        return watched(notes, span, self.bounds)

    def write(
        self,
        name: str,
        activities: Sequence[GroupActivity],
        budgets: Mapping[SignalGroup, SloStatus],
        *,
        has_history: bool,
    ) -> bool:
        """Update one queue's issues; return whether every attempted write succeeded.

        Raises:
            ForgeError: the queue cannot be read.
        """
        catalog = self.catalog
        flood = Marker(KIND, f"more/{self.own}" if name else "more/here")
        writer = TicketIssueWriter(
            words=policy_words(self.catalog),
            declared=declared_by(catalog),
            zones=time_zones([catalog]),
            now=self.now,
            quiet=self.bounds.quiet,
            flood=flood,
            has_history=has_history,
            budgets=budgets,
        )

        services = frozenset((*catalog.services, *self.of_service))
        queue = Queue(self.present[name], services, flood, is_shared=bool(name))
        mine = [
            activity
            for activity in activities
            if self.of_service.get(activity.group.service, "") == name
        ]
        writers = Writers(writer.ticket, writer.flooded)
        drafts = tuple(issue_drafts(queue, mine, self.now, bounds=self.bounds, write=writers))

        return self.issue_run.write(KIND, drafts, queue.present, word=writer.word, repository=name)

    def remember(self) -> bool:
        """Update the list of tickets in other repositories; return whether that succeeded."""
        elsewhere = sorted({*self.of_service.values()} - {""})
        if (
            not self.issue_run.is_on_github
            or self.issue_run.dry_run
            or not (elsewhere or self.listed)
        ):
            return True

        known = dict.fromkeys(elsewhere, NONE_KNOWN)
        try:
            for name in elsewhere:
                is_read = name in self.present
                now = linkable_issues(self.issue_run.present(KIND, name)) if is_read else NONE_KNOWN
                # A queue that could not be read keeps its former list, or its tickets would be
                # forgotten.
                known[name] = now if is_read else self.issue_run.known.get((KIND, name), NONE_KNOWN)
            known = {name: tickets for name, tickets in known.items() if tickets}
            drafts = [list_of_tickets(known, policy_words(self.catalog))] if known else []
            return self.issue_run.write(LIST, drafts, self.listed, word=lambda _issue: "")
        except ForgeError as error:
            self.issue_run.note(f"the list of tickets in other repositories: {error}")
            return False


def open_queues(catalog: Catalog, issue_run: IssueRun, now: datetime, own: str) -> TicketQueues:
    """Return every queue that a team with a service names.

    A queue that cannot be read is noted and left out. `own` is the full name of this repository.

    Raises:
        ReliabilityError: the forge cannot be used at all.
    """
    of_service = {
        service: "" if queue == own else queue
        for service, queue in _queues_of_services(catalog).items()
    }
    present: dict[str, tuple[Issue, ...]] = {}
    names = sorted({*of_service.values(), ""})

    try:
        listed = _listed(issue_run, names[1:])
    except ForgeError as error:  # transferred tickets would be opened again
        issue_run.note(f"other repositories are left alone, what was there is not known: {error}")
        listed, names = (), [""]

    for name in names:
        try:
            present[name] = issue_run.present(KIND, name)
        except ForgeError as error:
            issue_run.note(f"{name or 'this repository'}: {error}")

    policy = _policy(catalog)
    bounds = TicketLimits(policy.close_after, policy.max_open)
    unread = len({*of_service.values(), ""}) - len(present)
    return TicketQueues(
        catalog=catalog,
        issue_run=issue_run,
        now=now,
        bounds=bounds,
        own=own,
        of_service=of_service,
        present=present,
        unread=unread,
        listed=listed,
    )


def _listed(issue_run: IssueRun, elsewhere: Iterable[str]) -> tuple[Issue, ...]:
    """Return the issue that lists the tickets of other repositories, and register its tickets.

    Transferred tickets are found by their number.

    Raises:
        ForgeError: this repository cannot be read.
    """
    if not issue_run.is_on_github:
        return ()
    listed = issue_run.present(LIST)
    for name in elsewhere:
        known = [known_issues(issue.text, KIND, name) for issue in listed]
        issue_run.known[KIND, name] = dict(item for markers in known for item in markers.items())

    return listed


def _queues_of_services(catalog: Catalog) -> dict[str, str]:
    queues: dict[str, str] = {}
    for service, name in team_names(catalog).items():
        team = catalog.find(Team, name)
        channel = team.value.spec.channels.ticket if team else None
        queues[service] = (channel.issues if channel else None) or ""
    return queues


def _policy(catalog: Catalog) -> Tickets:
    declared = catalog.only(NotificationPolicy)
    return declared.value.spec.tickets if declared else Tickets()
