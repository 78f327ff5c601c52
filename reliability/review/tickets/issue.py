"""The texts of a ticket and of the issue about all groups without a ticket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from reliability.backtest.status import SloStatus, UnknownStatus
from reliability.compile.prometheus.directory import Directory
from reliability.forge.marker import Marker
from reliability.forge.notes import Issue, IssueDraft
from reliability.load.catalog import Catalog
from reliability.model.alert_policy import AlertPolicy
from reliability.providers.fired import FiredAlert
from reliability.render.durations import length_words
from reliability.render.markdown import code, plain
from reliability.render.numbers import percent
from reliability.render.words import Words
from reliability.resolve.alerts import BURN, NO_DATA
from reliability.resolve.signals import signals
from reliability.review.figures import folded, moment, so_far, table, title
from reliability.review.renamed import service_of
from reliability.review.tickets.drafts import Ticket
from reliability.review.tickets.groups import GroupActivity, SignalGroup, what_differs
from reliability.review.tickets.record import record_of
from reliability.timespan import TimeSpan

LABEL: Final = "reliability-ticket"
SHOWN: Final = 10
LISTED: Final = 200
LONGEST: Final = 1_000
"""The maximum length of an expression or a set of labels, in characters."""
SAFE: Final = "/:?=&%#,;@+~"
"""The characters of a URL that stay as they are; a parenthesis or a space would end the link."""
NOW: Final = timedelta(minutes=5)
"""An alert that fired within this time counts as firing now."""


@dataclass(frozen=True, slots=True)
class GroupDeclaration:
    """The declaration of a group: its expression (empty for a burn rate), and its runbook."""

    expression: str = ""
    runbook: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketIssueWriter:
    """A writer of tickets in one language; `zones` are the time zones of services' teams.

    `budgets` are the statuses of the objectives that groups are about, as far as they are known.
    """

    words: Words
    declared: Mapping[tuple[str, str], GroupDeclaration]
    zones: Mapping[str, str]
    now: datetime
    quiet: timedelta
    flood: Marker
    has_history: bool
    budgets: Mapping[SignalGroup, SloStatus] = field(default_factory=dict)

    def ticket(self, ticket: Ticket) -> IssueDraft:
        """Return the draft of one group's ticket."""
        words, group = self.words, ticket.activity.group
        zone = self._zone(group.service)
        since = moment(ticket.activity.episodes[-1].start, words, zone)
        return IssueDraft(
            marker=ticket.marker,
            title=title(heading(group, words)),
            text="\n".join((str(ticket.record), *self._lines(ticket))),
            labels=(LABEL,),
            on_reopening=words("Firing again since {since} {zone}.", since=since, zone=zone.key),
            aliases=ticket.aliases,
        )

    def _lines(self, ticket: Ticket) -> Iterator[str]:
        words, record = self.words, ticket.record
        time = length_words(record.fired, words)
        zone = self._zone(ticket.activity.group.service)
        first, last = (moment(each, words, zone) for each in (record.first, record.last))
        yield words.many(
            "**Fired {count} time for {time}**, from {first} to {last} {zone}.",
            "**Fired {count} times for {time} in total**, from {first} to {last} {zone}.",
            record.count,
            time=time,
            first=first,
            last=last,
            zone=zone.key,
        )

        if self.now - record.last <= NOW:
            yield words("It is firing now.")
        yield ""
        yield words("This is a ticket, not a page: look at it within a few days.")
        yield from self._budget(ticket.activity.group)
        yield from self._declared(ticket.activity.group)
        yield from self._lately(ticket)
        yield ""
        yield words(
            "This issue closes automatically after {quiet} without firing. To get no more tickets "
            "for this signal, close the issue as *not planned*, or move the signal to the log "
            "tier.",
            quiet=length_words(record.quiet(self.quiet), words),
        )

        if not self.has_history:
            yield ""
            yield words(
                "Read from Alertmanager, which knows only what is firing now: alerts that started "
                "and stopped between two runs are not counted."
            )

    def _budget(self, group: SignalGroup) -> Iterator[str]:
        words, status = self.words, self.budgets.get(group)
        if isinstance(status, UnknownStatus):
            why = plain(cut(words.text(status.reason)))
            yield from ("", words("Error budget spent: not known: {why}", why=why))
        elif status is not None:
            rate = words("not known") if status.burn is None else f"{status.burn:.1f}"
            yield ""
            yield words(
                "Error budget spent: {share} of that of {period}; the burn rate is {rate}.",
                share=so_far(percent(1 - status.remaining), status.coverage.part, words),
                period=length_words(status.objective.period, words),
                rate=rate,
            )

    def _declared(self, group: SignalGroup) -> Iterator[str]:
        declared = self.declared.get((group.service, group.slo or group.signal), GroupDeclaration())
        if declared.runbook:
            yield ""
            yield self.words("Runbook: {runbook}", runbook=_linked(declared.runbook))
        if declared.expression:
            yield ""
            yield self.words("Expression: {text}", text=code(cut(declared.expression)))

    def _lately(self, ticket: Ticket) -> Iterator[str]:
        words = self.words
        rows = sorted(_by_alert(ticket.activity.alerts), key=lambda row: row[1].start, reverse=True)
        zone = self._zone(ticket.activity.group.service)
        heads: tuple[str, ...] = (
            *(words("start ({zone})", zone=zone.key), words("duration"), words("labels")),
        )
        shown: list[tuple[str, ...]] = [
            (
                moment(span.start, words, zone),
                length_words(span.length, words),
                _which(alert, ticket.activity),
            )
            for alert, span in rows[:SHOWN]
        ]

        if not any(row[-1] for row in shown):
            heads, shown = heads[:2], [row[:2] for row in shown]
        yield from folded(words("Latest firings"), table(heads, shown))

    def flooded(self, tickets: Sequence[Ticket]) -> IssueDraft:
        """Return one issue about all groups without a ticket."""
        words = self.words
        heads = (words("service"), words("signal"), words("count"), words("total time"))
        rows = [
            (
                code(ticket.activity.group.service),
                plain(heading(ticket.activity.group, words)),
                f"{len(ticket.activity.episodes):,}",
                length_words(ticket.record.fired, words),
            )
            for ticket in tickets[:LISTED]
        ]

        text = words.many(
            "{count} more signal fired than the limit of open tickets allows. So many at once "
            "usually share one cause, or should not be tickets.",
            "{count} more signals fired than the limit of open tickets allows. So many at once "
            "usually share one cause, or should not be tickets.",
            len(tickets),
        )
        return IssueDraft(
            marker=self.flood,
            title=title(words("Many signals fired at once")),
            text="\n".join((text, *table(heads, rows, numbers=2))),
            labels=(LABEL,),
            on_reopening=words("The limit of open tickets was reached again."),
        )

    def word(self, issue: Issue) -> str:
        """Return the comment with which a ticket is closed."""
        record = record_of(issue.text)
        if record is None:
            return self.words("Nothing is firing anymore.")

        zone = self._zone(service_of(issue.marker))
        return self.words(
            "Did not fire since {last} {zone}, for more than {quiet}. This issue reopens if it "
            "fires again.",
            last=moment(record.last, self.words, zone),
            zone=zone.key,
            quiet=length_words(record.quiet(self.quiet), self.words),
        )

    def _zone(self, service: str) -> ZoneInfo:
        """Return the time zone of a service's team; UTC if it is not known."""
        return ZoneInfo(self.zones.get(service, "UTC"))


def heading(group: SignalGroup, words: Words) -> str:
    """Return the title of a group."""
    values = [value for _, value in group.labels]
    if group.signal == BURN:
        slo = _with_details(values)
        return words("{service}: error budget of {slo} is burning", service=group.service, slo=slo)
    if group.signal == NO_DATA:
        slo = _with_details(values)
        return words("{service}: no data for {slo}", service=group.service, slo=slo)

    signal = _with_details([group.signal, *values])
    return words("{service}: {signal}", service=group.service, signal=signal)


def _with_details(values: Sequence[str]) -> str:
    """Return the first value, with the others in parentheses: `checkout (served, eu-west-1)`.

    An SLO and its objective both have free names, so side by side they would read as one.
    """
    first, *details = values or ("",)
    return f"{first} ({', '.join(details)})" if details else first


def declared_by(catalog: Catalog) -> dict[tuple[str, str], GroupDeclaration]:
    """Return the declaration of each signal and SLO, by service and name."""
    address = Directory.of(catalog).runbook_url
    declarations: dict[tuple[str, str], GroupDeclaration] = {}
    for policy in catalog.documents(AlertPolicy):
        for entry in policy.value.spec.objectives:
            key = policy.value.spec.service, entry.slo
            declarations.setdefault(key, GroupDeclaration(runbook=address(entry.runbook or "")))

    for signal in signals(catalog):
        written = signal.signal
        declarations[signal.service, written.name] = GroupDeclaration(
            written.expr, address(written.runbook or "")
        )

    return declarations


def cut(text: str) -> str:
    """Return a text in one line, shortened to `LONGEST` characters."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _linked(runbook: str) -> str:
    """Return a link to a runbook; a path without `runbookBase` leads nowhere, and stays code."""
    if not runbook.startswith(("https://", "http://")):
        return code(runbook)
    return f"[{code(runbook.rpartition('/')[2] or runbook)}]({quote(runbook, safe=SAFE)})"


def _which(alert: FiredAlert, activity: GroupActivity) -> str:
    labels = what_differs(alert, activity)
    return code(cut(labels)) if labels else ""


def _by_alert(alerts: Sequence[FiredAlert]) -> Iterator[tuple[FiredAlert, TimeSpan]]:
    for alert in alerts:
        for span in alert.episodes:
            yield alert, span
