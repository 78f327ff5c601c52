"""`reliability backtest --rules`: any repository of rule files, with nothing adopted."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from reliability.backtest.rule_files.backtest import RuleBacktestInputs, rule_files_backtest
from reliability.backtest.rule_files.comparing import compare
from reliability.backtest.rule_files.incidents import read_incidents
from reliability.backtest.rule_files.reach import Reach, ReachMapping
from reliability.backtest.rule_files.reading import RuleSet
from reliability.backtest.rule_files.replaying import RuleReplayer
from reliability.backtest.rule_files.report import html, json, markdown, text
from reliability.backtest.rule_files.repository import (
    RuleFiles,
    at_merge_base,
    routes,
    working_tree,
)
from reliability.cli.app import App
from reliability.cli.backtest.posting import change_of, post
from reliability.cli.backtest.stored import INDEX, NothingStored, stored_source
from reliability.errors import ReliabilityError
from reliability.finding import Problem
from reliability.history.sources.openmetrics import OpenMetricsFile
from reliability.promql.evaluate.semantics import Ranges, Semantics
from reliability.render.display import inert, safe
from reliability.timespan import TimeSpan

if TYPE_CHECKING:
    from reliability.backtest.rule_files.result import RuleBacktest
    from reliability.history.sources.prometheus import PrometheusServer
    from reliability.promql.samples import SampleReader

DEFAULT_DAYS: Final = 30
STANDARD_INPUT: Final = "-"
PROGRESS_EVERY: Final = 20
"""Alerts between two lines of progress."""

MOST_SERIES: Final = 5_000
"""Series of one selector that are fetched: 30 days at 15 s are 170,000 samples each."""
POINTS: Final = 10_000
"""Moments at which the beginning of the samples is looked for."""

Files = dict[PurePosixPath, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFilesOptions:
    """What the options say; `rules` are patterns such as `rules/**/*.yml`, files or folders."""

    rules: tuple[str, ...]
    alertmanager: Path | None
    prometheus: str | None
    authorization: str | None
    samples: Path | None
    revision: str | None
    days: int | None
    ranges: str
    page: tuple[str, ...]
    ticket: tuple[str, ...]
    incidents: Path | None
    every: bool
    budget: int | None
    form: str
    output: Path | None
    forge: str | None = None
    event: Path | None = None


@dataclass(slots=True, kw_only=True)
class _Progress:
    """Says how far a replay is, and ends it when the budget of time is used up."""

    note: Callable[[str], None]
    budget: int | None
    started: float = field(default_factory=time.monotonic)

    def goes_on(self, done: int, total: int) -> bool:
        """Whether there is time for another alert."""
        spent = time.monotonic() - self.started
        if self.budget is not None and spent > self.budget:
            return False
        if done and done % PROGRESS_EVERY == 0:
            left = spent / done * (total - done)
            self.note(f"replayed {done} of {total} alerts, about {left:.0f} s to go")
        return True


def run(app: App, options: RuleFilesOptions) -> int:
    """Replay what changed in rule files; the exit code.

    Raises:
        ReliabilityError: an option or file cannot be read, or no rule is found.
        SourceError: the server does not answer.
    """
    here = Path.cwd()
    patterns = [pattern for pattern in options.rules if pattern != STANDARD_INPUT]
    tree = working_tree(here, patterns, options.alertmanager)
    files = dict(tree.files)
    if STANDARD_INPUT in options.rules:
        files[PurePosixPath("<stdin>")] = sys.stdin.buffer.read()
    rules = RuleSet.of(files.items())
    if not any(True for _ in rules.alerts):
        raise ReliabilityError(_nothing(options.rules, files, rules))

    change, revision = None, options.revision
    if options.forge is not None:
        change = change_of(app, options.forge, event=options.event, revision=revision)
        revision = change.revision
    base = None
    if revision is not None:
        base = at_merge_base(here, revision, patterns, options.alertmanager)
    result = _replayed(app, options, rules, (tree, base))
    forms = {
        "text": text.text,
        "markdown": markdown.text,
        "json": json.text,
        "html": html.page,
    }
    written = forms[options.form](result)
    if options.output is not None:
        app.write(options.output, f"{written}\n")
    if options.output is not None or change is not None:
        app.say(inert(safe(text.headline(result))))
    else:
        app.say(written)
    if change is None or base is None:
        return 0
    is_related = (tree.files, tree.alertmanager) != (base.files, base.alertmanager)
    return post(app, change, result, is_related=is_related)


def _replayed(
    app: App, options: RuleFilesOptions, rules: RuleSet, sides: tuple[RuleFiles, RuleFiles | None]
) -> RuleBacktest:
    tree, base = sides
    mapped = _mapping(options)
    new_routes = routes(options.alertmanager, tree.alertmanager, mapped)
    old_routes = new_routes
    old_rules = None
    if base is not None:
        old_rules = RuleSet.of(base.files.items())
        _note_unread(app, base, old_rules.problems)
    if base is not None and base.alertmanager is not None:
        old_routes = routes(options.alertmanager, base.alertmanager, mapped)

    with ExitStack() as closing:
        read = [side for side in (rules, old_rules) if side is not None]
        reader, span, known, notes = _source(app, options, closing, (read, base))
        replayer = RuleReplayer(
            reader=reader,
            span=known,
            begins=known.start if known.start > span.start else None,
            how=Semantics(Ranges(options.ranges)),
            has_recorded=options.samples is None,
        )
        progress = _Progress(note=app.note, budget=options.budget)
        inputs = RuleBacktestInputs(
            comparison=compare(old_rules, rules),
            routes=(old_routes, new_routes),
            routes_from=str(options.alertmanager or ""),
            span=span,
            base=base.commit if base else "",
            incidents=read_incidents(options.incidents) if options.incidents else None,
            problems=(*tree.problems, *rules.problems),
            notes=notes,
            every_alert=options.every,
            goes_on=progress.goes_on,
        )
        return rule_files_backtest(inputs, replayer)


def _note_unread(app: App, base: RuleFiles, problems: Sequence[Problem]) -> None:
    """Say what is missing from the base, whose alerts count as new."""
    if problems:
        first = f"{problems[0].at.text}: {problems[0].message}"
        count = "1 rule" if len(problems) == 1 else f"{len(problems):,} rules"
        app.note(f"{count} of the base {base.commit[:12]} cannot be read: {safe(first)}")


def _nothing(patterns: Iterable[str], files: Files, rules: RuleSet) -> str:
    shown = " ".join(patterns)
    if not files:
        return f"--rules: no file matches {shown}"
    count = "1 file matches" if len(files) == 1 else f"{len(files):,} files match"
    first = f"; {rules.problems[0].at.text}: {rules.problems[0].message}" if rules.problems else ""
    return f"--rules: {count} {shown}, without an alerting rule{first}"


def _mapping(options: RuleFilesOptions) -> ReachMapping:
    written: list[tuple[Reach, str]] = [("page", matchers) for matchers in options.page]
    written += [("ticket", matchers) for matchers in options.ticket]
    return ReachMapping.of(written)


def _source(
    app: App,
    options: RuleFilesOptions,
    closing: ExitStack,
    sides: tuple[Sequence[RuleSet], RuleFiles | None],
) -> tuple[SampleReader, TimeSpan, TimeSpan, tuple[str, ...]]:
    """Return the source of samples, the span to replay, what is known of it, and what it lacks."""
    length = timedelta(days=options.days or DEFAULT_DAYS)
    if options.samples is not None:
        span = TimeSpan.before(app.today, length)
        return OpenMetricsFile.open(options.samples), span, span, ()
    if options.prometheus is None:
        if not INDEX.is_file() and options.forge is not None:
            span = TimeSpan.before(app.today, length)
            return NothingStored(), span, span, ()
        if not INDEX.is_file():
            raise ReliabilityError(
                "--rules needs samples; pass --prometheus URL, or --samples FILE (OpenMetrics), or "
                "store them with `reliability history pull --rules`"
            )
        rules, base = sides
        stored = stored_source(Path.cwd(), options.days, rules, base.commit if base else "")
        return stored.reader, stored.span, stored.known, stored.notes

    # httpx, which a replay of a file does not need
    from reliability.history.sources.live import LiveServer
    from reliability.history.sources.prometheus import open_prometheus

    secret = app.settings.secret(options.authorization) if options.authorization else None
    server = open_prometheus(options.prometheus, secret)
    closing.enter_context(server.client)
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    span = TimeSpan.before(app.today, length)
    if app.today == now.date():
        span = TimeSpan(now - length, now)
    reader = LiveServer(server, most_series=MOST_SERIES)
    return reader, span, known_span(app, server, span), ()


def known_span(app: App, server: PrometheusServer, span: TimeSpan) -> TimeSpan:
    """The part of a span from the first sample of `up` on; the whole span if there is no `up`."""
    step = max(span.length // POINTS, timedelta(minutes=1))
    through_end = TimeSpan(span.start, span.end + step)
    first = min(
        (
            int(counter.samples.times[0])
            for counter in server.evaluated("count(up)", through_end, step)
            if len(counter.samples.times)
        ),
        default=None,
    )
    if first is None:
        app.note("the server has no samples of `up` in this span; figures a week assume all of it")
        return span
    start = datetime.fromtimestamp(first / 1000, UTC)
    return TimeSpan(max(start, span.start), span.end)
