"""What `reliability backtest` does with its options."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reliability.backtest.firing import ReplayTerms
from reliability.backtest.headline import named_headline
from reliability.backtest.outcome import ALERT_TIER
from reliability.backtest.report import json, markdown, text
from reliability.backtest.report.html.slos import page
from reliability.backtest.report.slos import slo_report
from reliability.cli.app import App
from reliability.cli.backtest.fleet import ensure_spreads, is_open, spreading_over
from reliability.cli.backtest.rule_samples import DAYS_BEFORE, known_span
from reliability.cli.environments import app_of
from reliability.cli.names import check_names
from reliability.errors import ReliabilityError, SourceError, reason_of
from reliability.finding import Finding, Severity
from reliability.history.open import history_policy
from reliability.history.sources.openmetrics import OpenMetricsFile
from reliability.load.committed import committed_below
from reliability.model.history import STORE, HistorySources, PrometheusSource
from reliability.pipeline import load_revision, replay_history, replay_samples
from reliability.promql.evaluate.semantics import Ranges
from reliability.render.tables import PIPE
from reliability.resolve.environments.measured import compared_sides
from reliability.review.language import policy_words
from reliability.timespan import TimeSpan

if TYPE_CHECKING:
    from reliability.backtest.outcome import Backtest
    from reliability.load.base import Base
    from reliability.promql.samples import SampleReader


NOT_KNOWN: Final = 5


def run(app: App, /, **values: Any) -> int:
    """Do what the options say; the exit code."""
    options = BacktestOptions(**values)
    app = app.with_jobs(options.jobs)
    results = replay(app, options)
    if len(results) > 1 and options.form == "html":
        names = ", ".join(result.environment for result in results)
        raise ReliabilityError(
            f"--format html is about one environment; pass --environment, one of {names}"
        )
    _note_unread(app, app.repository.findings, "left out; see `reliability check`")
    _tell(app, results, options)
    return _verdict(results) if options.fail_on == "incident-missed" else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestOptions:
    """What the options say."""

    names: tuple[str, ...]
    revision: str | None
    days: int | None
    form: str
    brief: bool
    output: Path | None
    fail_on: str
    ranges: str
    phase: int
    mode: str
    samples: Path | None
    every: bool
    jobs: int
    scheduler: str | None
    environments: tuple[str, ...]

    @property
    def is_from_store(self) -> bool:
        """Whether counts by the minute are replayed, and no raw samples."""
        return self.mode == "event" and self.samples is None


def replay(app: App, options: BacktestOptions) -> list[Backtest]:
    """Run the requested backtest, in each environment.

    Raises:
        MissingExtraError: numpy is not installed.
        ReliabilityError: a name is unknown, a revision or the history cannot be read.
    """
    if options.every and options.names:
        raise ReliabilityError("--all and names exclude each other; pass one of them")
    ensure_spreads(options.jobs, options.scheduler, options.is_from_store)
    if is_open(options.scheduler):
        app.note(f"{options.scheduler} is on another machine and not encrypted; use tls://")
    catalog = app.catalog()
    base = load_revision(app.root, options.revision)
    if base is not None:
        if options.is_from_store:
            _note_committed(app, base)
        _note_unread(app, base.findings, f"left out of the base {base.commit[:12]}, not readable")

    check_names(options.names, [catalog, *([base.catalog] if base else [])])
    length = timedelta(days=options.days) if options.days else history_policy(catalog).span
    span = TimeSpan.before(app.today, length)
    phase = timedelta(minutes=options.phase)
    terms = ReplayTerms(span, Ranges(options.ranges), phase, with_confidence=not options.every)
    names = frozenset(options.names)
    results = []
    with spreading_over(options.jobs, options.scheduler) as spreading:
        for old, here in _sides(app, base, options):
            if options.is_from_store:
                results.append(
                    replay_history(here.repository, old, terms, names=names, spreading=spreading)
                )
                continue
            with samples_of(here, options, span) as (reader, begins):
                samples = (reader, options.mode == "sample")
                known = replace(terms, begins=begins)
                results.append(
                    replay_samples(here.repository, old, known, samples=samples, names=names)
                )

    # A server of an environment may evaluate nothing that is replayed.
    replayed = [result for result in results if result.objectives or result.signals]
    return replayed or results[:1]


def _sides(
    app: App, base: Base | None, options: BacktestOptions
) -> Iterator[tuple[Base | None, App]]:
    """Yield the base and the app as each environment has them."""
    catalog = base.catalog if base else None
    for before, after in compared_sides(catalog, app.catalog(), options.environments):
        old = replace(base, catalog=before) if base and before is not None else None
        yield old, app if after is app.catalog() else app_of(app, after)


@contextmanager
def samples_of(
    app: App, options: BacktestOptions, span: TimeSpan
) -> Iterator[tuple[SampleReader, datetime | None]]:
    """The file that was named, else the server of policies/history.yaml; and its first sample.

    The first sample of a server is looked for only if alerts on missing samples are replayed.

    Raises:
        SourceError: neither is there.
    """
    if options.samples is not None:
        file = OpenMetricsFile.open(options.samples)
        held = file.whole_span
        yield file, held.start if held else None
        return
    source = history_policy(app.catalog()).source
    if not isinstance(source, PrometheusSource):
        raise SourceError(
            f"sample mode needs raw samples, and the source of policies/history.yaml is "
            f"{source.type}; pass --samples FILE, or name a server: type: prometheus"
        )
    # httpx and pyarrow, which a replay of what is stored does not need
    from reliability.history.sources.prometheus import open_prometheus
    from reliability.history.sources.raw_server import UNLIMITED, RawSampleServer

    secret = app.settings.secret(source.authorization) if source.authorization else None
    server = open_prometheus(source.url, secret, source.tenant)
    with server.client:
        raw = replace(RawSampleServer.of(server), limits=UNLIMITED)
        is_exact = options.mode == "sample"
        yield raw, known_span(app, server, span.extended(DAYS_BEFORE)).start if is_exact else None
        if raw.refusal:
            app.note(f"read by the query API, without stale markers: {raw.refusal}")


def _note_committed(app: App, base: Base) -> None:
    """Say that the change itself brings the past that is replayed."""
    declared = app.catalog().only(HistorySources)
    store = declared.value.spec.store if declared else STORE
    files = committed_below(app.root, store, base.commit)
    if files:
        app.note(f"the change commits {len(files)} files where history is stored: {files[0]}")


def _note_unread(app: App, findings: Iterable[Finding], words: str) -> None:
    unread = {
        str(finding.problem.at.path) for finding in findings if finding.severity is Severity.ERROR
    }
    if unread:
        app.note(f"{words}: {', '.join(sorted(unread))}")


def _tell(app: App, results: list[Backtest], options: BacktestOptions) -> None:
    """Write the results to the requested output.

    Raises:
        ReliabilityError: the file cannot be written.
    """
    written = _written(app, results, options)
    if options.output is None:
        app.say(written)
        return

    try:
        app.write(options.output, f"{written}\n")
    except OSError as error:
        why = reason_of(error)
        raise ReliabilityError(f"--output: {options.output}: {why}") from error

    app.say("\n".join(named_headline(result) for result in results))


def _written(app: App, results: list[Backtest], options: BacktestOptions) -> str:
    """Return the report of each environment, one below the other.

    The page has the language of the notification policy, as comments and the site do.
    """
    if options.form == "json":
        return json.text(*results)
    if options.form == "html":
        return page(results[0], policy_words(app.catalog()), verbose=app.verbose)
    reports = [slo_report(one, brief=options.brief, verbose=app.verbose) for one in results]
    if options.form == "markdown":
        return "\n\n".join(map(markdown.text, reports))
    view = app.view if options.output is None else PIPE
    return "\n\n".join(text.text(report, view) for report in reports)


def _verdict(results: list[Backtest]) -> int:
    """1 if an incident is not caught, 5 if that is not known since no page could be replayed."""
    codes = [_verdict_of(result) for result in results]
    return 1 if 1 in codes else max(codes)


def _verdict_of(result: Backtest) -> int:
    if result.compares:
        is_missed = any(verdict.is_newly_missed for verdict in result.scored)
    else:
        is_missed = any(not verdict.new.paged for verdict in result.scored)
    if is_missed:
        return 1
    return 0 if result.new(ALERT_TIER).per_week.is_known else NOT_KNOWN
