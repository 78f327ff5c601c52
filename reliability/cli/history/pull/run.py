"""Runs `reliability history pull`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from reliability.backtest.replay import warm_up_of
from reliability.cli.app import App
from reliability.cli.environments import apps_in
from reliability.cli.history.place import HistoryLocation, open_place, slis_of, span_words
from reliability.cli.names import check_names
from reliability.errors import ReliabilityError, SourceError
from reliability.history.fetching import fetching
from reliability.history.pull import fill
from reliability.history.series import NoHistory
from reliability.history.sli import NotCounted
from reliability.history.sources.stored import StoredHistory
from reliability.history.store import TooMuchRemovedError
from reliability.load.base import load_commit
from reliability.model.history import DatadogSource, PrometheusSource
from reliability.progress import stepped
from reliability.real_path import real_path
from reliability.resolve.environments.measured import measured_sides
from reliability.resolve.objectives import objectives
from reliability.timespan import DAY, TimeSpan

if TYPE_CHECKING:
    from reliability.history.fetching import Fetching
    from reliability.history.pull import Booked, CountSource
    from reliability.history.sli import SliHistory
    from reliability.load.catalog import Catalog


PULLABLE: Final = (PrometheusSource, DatadogSource)
MAX_NEW_SLIS: Final = 100
"""The maximum number of new SLIs that are pulled for one change."""


def run(app: App, /, **values: Any) -> None:
    """Pull the selected SLIs into the store, and remove months that are older than `keep`."""
    options = HistoryPullOptions(**values)
    if options.for_changes != (options.revision is not None):
        raise ReliabilityError("--for-changes and --base REV go together; pass both")
    check_names(options.names, [app.catalog()])
    asked = _all(app, options) if options.revision is None else _changed(app, options)
    for request in _pullable(app, asked):
        _pull_all(app, request, options)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPullOptions:
    """The options of one run."""

    names: tuple[str, ...]
    days: int | None
    for_changes: bool
    revision: str | None
    environments: tuple[str, ...]
    allow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPull:
    """The SLIs to pull of one environment, the store to write, and how far alerts look back."""

    place: HistoryLocation
    slis: list[SliHistory]
    warm_up: timedelta


def _pullable(app: App, asked: list[HistoryPull]) -> list[HistoryPull]:
    """Return the pulls from servers; if there are none, the first, which has the reason.

    A server of an environment that evaluates no SLO has nothing to pull.
    """
    if len(asked) == 1:
        return asked
    busy = [pull for pull in asked if pull.slis]
    from_servers = [pull for pull in busy if isinstance(pull.place.spec.source, PULLABLE)]
    for pull in busy if from_servers else ():
        if pull not in from_servers:
            kind = pull.place.spec.source.type
            app.note(f"{pull.place.prefix}left out: its history is of type {kind}, not a server's")
    return from_servers or busy[:1]


def _pull_all(app: App, request: HistoryPull, options: HistoryPullOptions) -> None:
    spec, store = request.place.spec, request.place.store
    span = TimeSpan.before(app.today, timedelta(days=options.days) if options.days else spec.span)
    with fetching(spec, store, app.settings.secret) as server, store.writing():
        _note_retention(app, server, span)
        for sli in stepped("fetching SLIs", request.slis, len(request.slis)):
            _pull(app, request.place, server, sli=sli, asked=(request.warm_up, span))
        if not options.for_changes:
            _prune(app, request.place, allow=options.allow)


def _warm_up(catalog: Catalog) -> timedelta:
    """Return how far before a span alerts look: their longest window, in whole days."""
    return -(-warm_up_of(list(objectives(catalog))) // DAY) * DAY


def _all(app: App, options: HistoryPullOptions) -> list[HistoryPull]:
    return [
        HistoryPull(
            place=open_place(environment),
            slis=slis_of(environment.catalog(), options.names),
            warm_up=_warm_up(environment.catalog()),
        )
        for environment in apps_in(app, options.environments)
    ]


def _changed(app: App, options: HistoryPullOptions) -> list[HistoryPull]:
    """Return the SLIs that the base does not have, with history and environments of the base.

    A change must not choose the host that gets the credentials, nor the folder to write.
    """
    if not options.revision:
        raise ReliabilityError("--base is empty; pass the base branch of the change")
    base = load_commit(app.root, options.revision)
    pulls = [
        _new(app, old, new, options)
        for old, new in measured_sides(base.catalog, app.catalog(), options.environments)
    ]
    number = sum(len(pull.slis) for pull in pulls)
    if number > MAX_NEW_SLIS:
        raise ReliabilityError(
            f"{number} SLIs are new, and at most {MAX_NEW_SLIS} are pulled for one change; "
            "name those that matter"
        )

    if not number:
        app.say(f"every SLI is known to the base {base.commit[:12]}: nothing to fetch")
    return pulls


def _new(app: App, old: Catalog, new: Catalog, options: HistoryPullOptions) -> HistoryPull:
    place = open_place(app, old)
    _ensure_inside(app, place)
    known = set(slis_of(old, ()))
    slis = [sli for sli in slis_of(new, options.names) if sli not in known]
    return HistoryPull(place=place, slis=slis, warm_up=_warm_up(new))


def _ensure_inside(app: App, place: HistoryLocation) -> None:
    """Ensure that no link in a change redirects a write of the store."""
    root, folder = real_path(app.root), place.store.folder
    if real_path(folder) != root / place.spec.store:
        raise SourceError(
            f"{place.spec.store} is a symbolic link out of the repository; nothing was written"
        )


def _prune(app: App, place: HistoryLocation, *, allow: bool) -> None:
    """Remove months that are older than `keep` of the policy, if it is set."""
    if place.spec.keep is None:
        return
    try:
        removed = list(place.store.prune(app.today - place.spec.keep, allow=allow))
    except TooMuchRemovedError as error:  # what was fetched is stored all the same
        app.note(f"{place.prefix}{error}")
        return
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
        app.note(f"{place.prefix}{sli.slo}: left out: {job.reason}")
        return

    before, span = asked
    whole = span.extended(before)
    name = f"{place.prefix}{sli.slo}"
    booking = replace(job.booking, of=partial(_counts, app, server, job.booking))
    chunks = fill(job.family, booking, whole, pace=job.pace)
    known = _days_known(place, sli, span)
    app.say(f"{name}: {chunks} chunks fetched, {span_words(whole)} stored; {known} days known")


def _counts(app: App, server: Fetching, booking: CountSource, span: TimeSpan) -> Booked:
    """Return the counts of a span to store, if the clocks of this machine and the server agree."""
    counts = booking.of(span)
    server.clock.ensure_right(server.url, app.today)
    return counts


def _days_known(place: HistoryLocation, sli: SliHistory, span: TimeSpan) -> str:
    """Return how many days of a span have data, in the group with the least: `29.5 of 30`."""
    history = StoredHistory(place.store).series(sli, span)
    share = (
        0.0 if isinstance(history, NoHistory) else min(series.coverage(span) for series in history)
    )
    days = span.length / timedelta(days=1)
    return f"{share * days:.1f} of {days:g}"
