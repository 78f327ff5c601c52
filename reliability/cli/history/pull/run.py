"""Runs `reliability history pull`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import click

from reliability.backtest.replay import warm_up_of
from reliability.cli.app import App
from reliability.cli.history.place import HistoryLocation, open_place, slis_of, span_words
from reliability.errors import ReliabilityError, SourceError
from reliability.history.fetching import fetching
from reliability.history.pull import fill
from reliability.history.series import NoHistory
from reliability.history.sli import NotCounted
from reliability.history.sources.stored import StoredHistory
from reliability.load.base import load_commit
from reliability.real_path import real_path
from reliability.resolve.objectives import objectives
from reliability.timespan import DAY, TimeSpan

if TYPE_CHECKING:
    from reliability.history.fetching import Fetching
    from reliability.history.pull import Progress
    from reliability.history.sli import SliHistory


MAX_NEW_SLIS: Final = 100
"""The maximum number of new SLIs that are pulled for one change."""


def run(
    app: App, names: tuple[str, ...], days: int | None, for_changes: bool, revision: str | None
) -> None:
    """Pull the selected SLIs into the store, and remove months that are older than `keep`."""
    if for_changes != (revision is not None):
        raise ReliabilityError("--for-changes and --base REV go together; pass both")
    asked = _all(app, names) if revision is None else _changed(app, names, revision)
    span = TimeSpan.before(app.today, timedelta(days=days) if days else asked.place.spec.span)
    before = _warm_up(app)
    spec, store = asked.place.spec, asked.place.store

    with fetching(spec, store, app.settings.secret) as server, store.writing():
        _note_retention(app, server, span)
        for sli in asked.slis:
            _pull(app, asked.place, server, sli=sli, asked=(before, span))
        if not for_changes:
            _prune(app, asked.place)


def _warm_up(app: App) -> timedelta:
    """Return how far before a span alerts look: their longest window, in whole days."""
    return -(-warm_up_of(list(objectives(app.catalog()))) // DAY) * DAY


@dataclass(frozen=True, slots=True)
class HistoryPullOptions:
    """The SLIs to pull, and the store to write."""

    place: HistoryLocation
    slis: list[SliHistory]


def _all(app: App, names: tuple[str, ...]) -> HistoryPullOptions:
    return HistoryPullOptions(open_place(app), slis_of(app.catalog(), names))


def _changed(app: App, names: tuple[str, ...], revision: str) -> HistoryPullOptions:
    """Return the SLIs that the base does not have, with the history policy of the base.

    A change must not choose the host that gets the credentials, nor the folder to write.
    """
    if not revision:
        raise ReliabilityError("--base is empty; pass the base branch of the change")
    base = load_commit(app.root, revision)
    place = open_place(app, base.catalog)
    _ensure_inside(app, place)
    known = set(slis_of(base.catalog, ()))
    slis = [sli for sli in slis_of(app.catalog(), names) if sli not in known]

    if len(slis) > MAX_NEW_SLIS:
        raise ReliabilityError(
            f"{len(slis)} SLIs are new, and at most {MAX_NEW_SLIS} are pulled for one change; "
            "name those that matter"
        )

    if not slis:
        app.say(f"every SLI is known to the base {base.commit[:12]}: nothing to fetch")
    return HistoryPullOptions(place, slis)


def _ensure_inside(app: App, place: HistoryLocation) -> None:
    """Ensure that no link in a change redirects a write of the store."""
    root, folder = real_path(app.root), place.store.folder
    if real_path(folder) != root / place.spec.store:
        raise SourceError(
            f"{place.spec.store} is a symbolic link out of the repository; nothing was written"
        )


def _prune(app: App, place: HistoryLocation) -> None:
    """Remove months that are older than `keep` of the policy, if it is set."""
    if place.spec.keep is not None:
        removed = list(place.store.prune(app.today - place.spec.keep))
        if removed:
            app.note(f"{len(removed)} files removed that were older than the history to keep")


def _note_retention(app: App, server: Fetching, span: TimeSpan) -> None:
    """Print a note if the span is longer than the server's retention."""
    kept = server.keeps()
    if kept is not None and kept < span.length:
        day = timedelta(days=1)
        app.note(
            f"{server.url} keeps {kept / day:g} days, and {span.length / day:g} are asked for; "
            "what is older stays unknown unless it is in the store already"
        )


def _pull(
    app: App,
    place: HistoryLocation,
    server: Fetching,
    sli: SliHistory,
    asked: tuple[timedelta, TimeSpan],
) -> None:
    """Pull one SLI, and print how much of the span is known then.

    `asked` is the time before the span that is pulled as well, and the span.
    """
    for damaged in place.store.set_aside(sli.service, sli.slo):
        app.note(f"{damaged}; it was set aside, and its days are fetched again")
    job = server.job(sli)
    if isinstance(job, NotCounted):
        app.note(f"{sli.slo}: left out: {job.reason}")
        return

    before, span = asked
    whole = span.extended(before)
    chunks = _report_progress(app, sli, fill(job.family, job.booking, whole, pace=job.pace))
    known = _days_known(place, sli, span)
    app.say(f"{sli.slo}: {chunks} chunks fetched, {span_words(whole)} stored; {known} days known")


def _days_known(place: HistoryLocation, sli: SliHistory, span: TimeSpan) -> str:
    """Return how many days of a span have data, in the group with the least: `29.5 of 30`."""
    history = StoredHistory(place.store).series(sli, span)
    share = (
        0.0 if isinstance(history, NoHistory) else min(series.coverage(span) for series in history)
    )
    days = span.length / timedelta(days=1)
    return f"{share * days:.1f} of {days:g}"


def _report_progress(app: App, sli: SliHistory, pulled: Iterator[Progress]) -> int:
    """Print the progress of a pull, and return the number of chunks.

    In place on a terminal, else a line for each tenth.
    """
    last, reported = 0, 0
    for progress in pulled:
        last = progress.done
        line = f"{sli.slo}: {progress.done} of {progress.of} chunks"
        if sys.stderr.isatty() and not app.quiet:
            click.echo(f"\r{line}", err=True, nl=progress.done == progress.of)
        elif progress.done * 10 // progress.of > reported:
            reported = progress.done * 10 // progress.of
            app.note(line)

    return last
