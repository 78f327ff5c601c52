"""Reads real pages for `reliability site`: exports of a pager, and PagerDuty's analytics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from reliability.cli.app import App
from reliability.errors import ReliabilityError
from reliability.onboarding.triage.message import ReceivedMessage
from reliability.onboarding.triage.sources import pagerduty
from reliability.onboarding.triage.sources.table import Table, messages
from reliability.onboarding.triage.sources.trouble import UnreadError
from reliability.providers.pagerduty.analytics import PagerSource
from reliability.site.real_pages import RealPage, RealPages
from reliability.timespan import TimeSpan


def read_real_pages(
    app: App,
    exports: Sequence[Path],
    pager: PagerSource | None,
    *,
    span: TimeSpan,
    with_names: bool,
) -> RealPages | None:
    """Read the pages of all files, and those of an account in a span; None without a source.

    Names of people are dropped unless `with_names`.

    Raises:
        ReliabilityError: a file has no column with a time, or none with a text; or the account
            does not answer.
    """
    unread: list[UnreadError] = []
    received = [message for path in exports for message in _exported(path, unread)]
    if unread:
        app.note(f"{len(unread)} rows cannot be read, and are left out: {unread[0]}")
    sources = [path.name for path in exports]
    if pager is not None:
        incidents = pager.incidents(span, app.settings.secret, "high")
        received += pagerduty.messages(incidents)
        sources.append(pager.host)
    if not sources:
        return None
    pages = tuple(_page(message, with_names=with_names) for message in received)
    return RealPages(tuple(sources), pages)


def _exported(path: Path, unread: list[UnreadError]) -> Iterator[ReceivedMessage]:
    """Yield the pages of a file."""
    table = Table.at(path)
    if table is None:
        raise ReliabilityError(
            f"--pager-export: {path}: no column with a time, or none with a text; "
            "export incidents of PagerDuty as CSV"
        )
    for message in messages(table):
        if isinstance(message, UnreadError):
            unread.append(message)
        elif message.mentions or not table.is_pagerduty:
            yield message


def _page(message: ReceivedMessage, *, with_names: bool) -> RealPage:
    return RealPage(
        at=message.at,
        team=message.team,
        service=message.service,
        people=message.people if with_names else (),
    )
