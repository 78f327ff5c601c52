"""`reliability history pull --rules`: store the raw samples that plain rule files read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from reliability.backtest.rule_files.reading import RuleSet
from reliability.backtest.rule_files.repository import working_tree
from reliability.backtest.rule_files.selectors import longest_range, selectors_read
from reliability.cli.app import App
from reliability.cli.backtest.rule_samples import known_span
from reliability.errors import ReliabilityError, SourceError
from reliability.history.samples.filling import StoreFilling, StoreLimits
from reliability.history.samples.store import FOLDER, SampleIndex, SampleStore, start_of
from reliability.history.sources.engine import semantics_of
from reliability.history.sources.prometheus import open_prometheus
from reliability.history.sources.raw_server import RawSampleServer
from reliability.progress import stepped
from reliability.render.display import safe
from reliability.timespan import DAY, TimeSpan
from reliability.writing import make_folder

DEFAULT_DAYS: Final = 30
MAX_DAYS_BEFORE: Final = 31
"""Days before the replay that are fetched for ranges; longer ranges see incomplete samples."""

MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSamplesOptions:
    """The options of one run."""

    rules: tuple[str, ...]
    prometheus: str | None
    authorization: str | None
    days: int | None
    max_series: int
    max_size: int


def store_samples(app: App, options: RuleSamplesOptions) -> None:
    """Fetch the samples that alerts of rule files read and that the store does not have.

    Raises:
        ReliabilityError: no rule or no server is named.
        SourceError: nothing could be stored, or a link leads out of the repository.
    """
    if options.prometheus is None:
        raise ReliabilityError("--rules needs a server; pass --prometheus URL")
    rules = RuleSet.of(working_tree(Path.cwd(), options.rules, None).files.items())
    selectors = selectors_read(rules)
    if not selectors:
        raise ReliabilityError(f"--rules: no alert of {' '.join(options.rules)} reads a series")

    folder = Path.cwd() / PurePosixPath(FOLDER)
    make_folder(folder, app.committed)
    days = options.days or DEFAULT_DAYS
    before = min(max(-(-longest_range(rules) // DAY), 1), MAX_DAYS_BEFORE)
    dates = tuple(app.today - number * DAY for number in range(days + before, 0, -1))

    secret = app.settings.secret(options.authorization) if options.authorization else None
    server = open_prometheus(options.prometheus, secret)
    with server.client:
        raw = RawSampleServer.of(server)
        how = semantics_of(server.server)
        server.server.clock.ensure_right(server.url, app.today)
        filling = StoreFilling(
            store=SampleStore(folder),
            fetch=lambda selector, span, most: raw.at_most(most).counters(selector, span),
            days=dates,
            limits=StoreLimits(series=options.max_series, size=options.max_size * MEGABYTE),
        )
        for _ in stepped("fetching selectors", filling.fill(selectors), len(selectors)):
            pass
        known = known_span(app, server, TimeSpan(start_of(dates[0]), start_of(dates[-1]) + DAY))

    if not filling.held:
        raise SourceError(f"nothing could be stored: {filling.left_out[0].reason}")
    filling.store.write(
        SampleIndex(
            first=dates[0],
            last=dates[-1],
            days=days,
            begins=known.start,
            ranges=how.ranges,
            lookback_seconds=how.lookback.total_seconds(),
            held=tuple(filling.held),
            left_out=tuple(filling.left_out),
        )
    )
    _say(app, filling, days)


def _say(app: App, filling: StoreFilling, days: int) -> None:
    for left_out in filling.left_out:
        app.note(safe(f"left out: {left_out.selector}: {left_out.reason}"))
    series = sum(held.series for held in filling.held)
    app.say(
        f"{len(filling.held)} selectors with {series:,} series of {days} days stored in {FOLDER}: "
        f"{filling.size / MEGABYTE:,.1f} MB, {filling.fetched} files fetched, "
        f"{len(filling.left_out)} selectors left out"
    )
