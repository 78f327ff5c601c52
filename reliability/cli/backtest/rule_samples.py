"""The samples of `reliability backtest --rules`: a file, a server, or what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reliability.backtest.rule_files.run import RuleSamples, RuleSides
from reliability.cli.backtest.stored import INDEX, NothingStored, stored_source
from reliability.errors import ReliabilityError
from reliability.history.sources.openmetrics import OpenMetricsFile
from reliability.history.sources.origins import STORE
from reliability.promql.evaluate.semantics import Ranges, Semantics
from reliability.render.times import utc_minute
from reliability.timespan import MINUTE, SECOND, TimeSpan

if TYPE_CHECKING:
    from reliability.cli.app import App
    from reliability.history.sources.prometheus import PrometheusServer
    from reliability.history.sources.raw_server import RawSampleServer

DEFAULT_DAYS: Final = 30
POINTS: Final = 500
"""Moments at which the beginning of the samples is looked for; then between two of them."""
MARGIN: Final = timedelta(hours=1)
DAYS_BEFORE: Final = timedelta(days=31)
"""Time before the span in which the beginning of the samples is looked for, too."""
ALMOST_A_DAY: Final = timedelta(days=1, minutes=-1)
ANSWERS: Final = "answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFilesOptions:
    """What the options say; `rules` are patterns such as `rules/**/*.yml`, files or folders.

    `ranges` of None is what the server has. With a `forge`, nothing needs to be stored: the default
    branch has yet to fill the store.
    """

    rules: tuple[str, ...]
    alertmanager: Path | None
    alertmanager_version: str
    prometheus: str | None
    authorization: str | None
    samples: Path | None
    revision: str | None
    days: int | None
    ranges: str | None
    page: tuple[str, ...]
    ticket: tuple[str, ...]
    incidents: Path | None
    every: bool
    budget: int | None
    form: str
    output: Path | None
    forge: str | None = None
    event: Path | None = None

    @property
    def length(self) -> timedelta:
        """How long a span is replayed."""
        return timedelta(days=self.days or DEFAULT_DAYS)

    @property
    def how(self) -> Semantics:
        """How to evaluate if no server says it."""
        return Semantics(Ranges(self.ranges or Ranges.LEFT_OPEN.value))


def open_rule_samples(
    app: App, options: RuleFilesOptions, sides: RuleSides, closing: ExitStack, end: float
) -> RuleSamples:
    """Open the source that the options name; without one, what is stored.

    A server is read until `end`, a moment of the monotonic clock.

    Raises:
        ReliabilityError: the options name none, and nothing is stored; or a file has no samples of
            the span.
        SourceError: it cannot be read, or does not answer.
    """
    if options.samples is not None:
        span = TimeSpan.before(app.today, options.length)
        file = OpenMetricsFile.open(options.samples)
        held = file.whole_span
        return RuleSamples(
            reader=file,
            span=span,
            known=_known_of(held, options.samples, span),
            how=options.how,
            begins=held.start if held else None,
            has_recorded=False,
        )
    if options.prometheus is not None:
        return _server(app, options, options.prometheus, closing, end)
    if INDEX.is_file():
        return _store(options, sides)
    if options.forge is not None:
        span = TimeSpan.before(app.today, options.length)
        return RuleSamples(reader=NothingStored(), span=span, known=span, how=options.how)
    raise ReliabilityError(
        "--rules needs samples; pass --prometheus URL, or --samples FILE (OpenMetrics), or "
        "store them with `reliability history pull --rules`"
    )


def _known_of(held: TimeSpan | None, path: Path, span: TimeSpan) -> TimeSpan:
    """Return the part of a span that a file has samples of, None if it has none at all.

    Raises:
        ReliabilityError: the file has samples, and none of them is in the span.
    """
    if held is None:
        return span
    known = span.overlap(held)
    if known is None:
        raise ReliabilityError(
            f"{path} has samples from {utc_minute(held.start)} to {utc_minute(held.end)}, and none "
            f"of the {span.length.days} days to {utc_minute(span.end)}; pass `reliability --today "
            f"{(held.end + ALMOST_A_DAY).date()} backtest`, or other samples"
        )
    # Samples are seldom taken at the very edges.
    is_late = known.start - span.start > MARGIN
    is_short = span.end - known.end > MARGIN
    return TimeSpan(known.start if is_late else span.start, known.end if is_short else span.end)


def _store(options: RuleFilesOptions, sides: RuleSides) -> RuleSamples:
    stored = stored_source(Path.cwd(), options.days, sides.rule_sets, sides.base)
    return RuleSamples(
        reader=stored.reader,
        span=stored.span,
        known=stored.known,
        begins=stored.begins,
        how=options.how if options.ranges else stored.reader.index.how,
        origin=STORE,
        notes=stored.notes,
    )


def _server(
    app: App, options: RuleFilesOptions, url: str, closing: ExitStack, end: float
) -> RuleSamples:
    # httpx and pyarrow, which a replay of a file does not need
    from reliability.history.sources.answers import AnswerCache
    from reliability.history.sources.engine import semantics_of
    from reliability.history.sources.prometheus import open_prometheus
    from reliability.history.sources.raw_server import RawSampleServer

    secret = app.settings.secret(options.authorization) if options.authorization else None
    server = open_prometheus(url, secret, until=end)
    closing.enter_context(server.client)
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    span = TimeSpan.before(app.today, options.length)
    if app.today == now.date():
        span = TimeSpan(now - options.length, now)

    held = known_span(app, server, span.extended(DAYS_BEFORE))
    known = TimeSpan(max(held.start, span.start), span.end)
    how = semantics_of(server.server, Ranges(options.ranges) if options.ranges else None)
    cache = app.settings.cache_folder
    raw = RawSampleServer.of(
        server, AnswerCache.open(cache / ANSWERS, secret or "") if cache else None
    )
    return RuleSamples(
        reader=raw,
        span=span,
        known=known,
        how=how,
        begins=held.start,
        after=lambda: tuple(_notes(raw)),
    )


def _notes(server: RawSampleServer) -> Iterator[str]:
    if server.refusal:
        yield f"read by the query API, without stale markers: {server.refusal}"


def known_span(app: App, server: PrometheusServer, span: TimeSpan) -> TimeSpan:
    """The part of a span from the first sample of `up` on; the whole span if there is no `up`."""
    step = max(-(-span.length // (POINTS * MINUTE)), 1) * MINUTE
    # The end is on the grid: a server that began since the last step but one has `up` only there.
    start = span.end - -(-span.length // step) * step
    grid = TimeSpan(start, span.end + step)
    # What was not scraped at the end may lie between two moments.
    first = _first_of_up(server, grid, step) or _first_of_up(server, grid, step, within=step)
    if first is None:
        app.note("the server has no samples of `up` in this span; figures a week assume all of it")
        return span
    for finer in (MINUTE, SECOND):
        if first > start and step > finer:
            near = TimeSpan(first - step, first + finer)
            first, step = _first_of_up(server, near, finer) or first, finer
    return TimeSpan(max(first, span.start), span.end)


def _first_of_up(
    server: PrometheusServer, span: TimeSpan, step: timedelta, within: timedelta | None = None
) -> datetime | None:
    """The first moment of a grid at which `up` has a value, or had one `within` a time before."""
    up = f"last_over_time(up[{int(within.total_seconds())}s])" if within else "up"
    times = [
        int(counter.samples.times[0])
        for counter in server.evaluated(f"count({up})", span, step)
        if len(counter.samples.times)
    ]
    return datetime.fromtimestamp(min(times) / 1000, UTC) if times else None
