"""Reads exports of a pager for `reliability site`: PagerDuty incidents as CSV, or another table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from reliability.cli.app import App
from reliability.errors import ReliabilityError
from reliability.onboarding.triage.sources.table import Table, messages
from reliability.onboarding.triage.sources.trouble import UnreadError
from reliability.site.real_pages import PagerExport, RealPage


def read_pager_export(app: App, paths: Sequence[Path], *, with_names: bool) -> PagerExport | None:
    """Read the pages of all files; None without a file. Names are dropped unless `with_names`.

    Raises:
        ReliabilityError: a file has no column with a time, or none with a text.
    """
    if not paths:
        return None
    unread: list[UnreadError] = []
    pages = tuple(page for path in paths for page in _pages(path, unread, with_names=with_names))
    if unread:
        app.note(f"{len(unread)} rows cannot be read, and are left out: {unread[0]}")
    return PagerExport(tuple(path.name for path in paths), pages)


def _pages(path: Path, unread: list[UnreadError], *, with_names: bool) -> Iterator[RealPage]:
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
            yield RealPage(
                at=message.at,
                team=message.team,
                service=message.service,
                people=message.people if with_names else (),
            )
