"""`reliability backtest`: what the alerts would have done to people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from reliability.cli.app import App
from reliability.cli.backtest.fleet import ensure_spreads, spreading_over
from reliability.cli.experimental import ExperimentalOption
from reliability.cli.names import check_names
from reliability.cli.whole import Whole
from reliability.errors import MissingExtraError, ReliabilityError, SourceError
from reliability.finding import Finding, Severity
from reliability.model.history import STORE, HistorySources, PrometheusSource
from reliability.promql.evaluate.semantics import Ranges
from reliability.timespan import TimeSpan

if TYPE_CHECKING:
    from reliability.backtest.outcome import Backtest
    from reliability.load.base import Base
    from reliability.promql.samples import SampleReader

MOST_DAYS: Final = 400
NOT_KNOWN: Final = 5


@click.command("backtest")
@click.argument("names", nargs=-1, metavar="[SLO|SERVICE]...")
@click.option("--base", "revision", metavar="REV", help="Compare with the merge base of REV.")
@click.option(
    "--days",
    type=Whole(1, MOST_DAYS),
    help="How many days before --today; by default the span of policies/history.yaml.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown", "html"]),
    default="text",
    show_default=True,
    help="json is what `check --evidence` reads; html is one page with a timeline.",
)
@click.option(
    "--brief",
    is_flag=True,
    help="In text and markdown: how often, and what is missed; not how good and how sure it is.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the result there; stdout gets the headline.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["never", "incident-missed"]),
    default="never",
    show_default=True,
    help="Exit with 1 if an incident was caught before and is not now; "
    "without --base, if any is not caught. Exit with 5 if no alert could be replayed.",
)
@click.option(
    "--ranges",
    type=click.Choice(["left-open", "closed"]),
    default="left-open",
    show_default=True,
    help="How x[5m] is read: left-open as Prometheus 3, closed as Prometheus 2.",
)
@click.option(
    "--phase",
    type=Whole(0, 59),
    default=0,
    show_default=True,
    metavar="MINUTES",
    help="Evaluation offset within the interval",
)
@click.option(
    "--mode",
    type=click.Choice(["event", "sample"]),
    default="event",
    show_default=True,
    help="event counts by the minute; sample evaluates the compiled rules over raw samples, "
    "as Prometheus would, and signals too.",
)
@click.option(
    "--samples",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Raw samples as OpenMetrics text; without it, sample mode asks the server of "
    "policies/history.yaml.",
)
@click.option("--all", "every", is_flag=True, help="Every SLO; so it is where none is named.")
@click.option(
    "--jobs",
    type=Whole(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="How many processes replay; worth it from some hundred SLOs on.",
)
@click.option(
    "--scheduler",
    cls=ExperimentalOption,
    metavar="ADDRESS",
    help="Replay on the workers of a Dask scheduler, such as tcp://10.0.0.5:8786; they read the "
    "store at the same path.",
)
@click.pass_obj
def command(app: App, /, **options: Any) -> int:
    """Replay the alerts over the history of what they watch.

    Shows for each alert how often and how long it would have fired, and which incidents the
    alert tier would have caught; with --base, before and after the change.

    \b
    reliability backtest --base origin/main           before and after the change
    reliability backtest attendance --days 30         one service, the last month
    reliability backtest --fail-on incident-missed    for a job: 1 when one is missed
    """
    asked = BacktestOptions(**options)
    app = app.with_jobs(asked.jobs)
    result = replay(app, asked)
    _note_unread(app, app.repository.findings, "left out, as `reliability check` says")
    _tell(app, result, asked)
    return _verdict(result) if asked.fail_on == "incident-missed" else 0


@dataclass(frozen=True, slots=True)
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
    mode: str = "event"
    samples: Path | None = None
    every: bool = False
    jobs: int = 1
    scheduler: str | None = None

    @property
    def is_from_store(self) -> bool:
        """Whether counts by the minute are replayed, and no raw samples."""
        return self.mode == "event" and self.samples is None


def replay(app: App, asked: BacktestOptions) -> Backtest:
    """Run the backtest that was asked for.

    Raises:
        MissingExtraError: numpy is not installed.
        ReliabilityError: a name is unknown, a revision or the history cannot be read.
    """
    if find_spec("numpy") is None:
        raise MissingExtraError("reliability backtest", "history")
    if asked.every and asked.names:
        raise ReliabilityError("--all and names exclude each other; pass one of them")
    ensure_spreads(asked.jobs, asked.scheduler, asked.is_from_store)
    from reliability.backtest.firing import ReplayTerms
    from reliability.history.open import history_policy
    from reliability.pipeline import load_revision, replay_history, replay_samples

    catalog = app.catalog()
    base = load_revision(app.root, asked.revision)
    if base is not None and asked.is_from_store:
        _note_committed(app, base)
    if base is not None:
        _note_unread(app, base.findings, f"left out of the base {base.commit[:12]}, not readable")
    check_names(asked.names, [catalog, *([base.catalog] if base else [])])
    length = timedelta(days=asked.days) if asked.days else history_policy(catalog).span
    span = TimeSpan.before(app.today, length)
    phase = timedelta(minutes=asked.phase)
    terms = ReplayTerms(span, Ranges(asked.ranges), phase, with_confidence=not asked.every)
    names = frozenset(asked.names)
    if asked.is_from_store:
        with spreading_over(asked.jobs, asked.scheduler) as spreading:
            return replay_history(app.repository, base, terms, names, spreading)
    with samples_of(app, asked) as reader:
        return replay_samples(app.repository, base, terms, (reader, asked.mode == "sample"), names)


@contextmanager
def samples_of(app: App, asked: BacktestOptions) -> Iterator[SampleReader]:
    """The file that was named, else the server of policies/history.yaml.

    Raises:
        SourceError: neither is there.
    """
    if asked.samples is not None:
        from reliability.history.sources.openmetrics import OpenMetricsFile

        yield OpenMetricsFile.open(asked.samples)
        return
    from reliability.history.open import history_policy
    from reliability.history.sources.live import LiveServer
    from reliability.history.sources.prometheus import open_prometheus

    source = history_policy(app.catalog()).source
    if not isinstance(source, PrometheusSource):
        raise SourceError(
            f"sample mode needs raw samples, and the source of policies/history.yaml is "
            f"{source.type}; pass --samples FILE, or name a server: type: prometheus"
        )
    secret = app.settings.secret(source.authorization) if source.authorization else None
    server = open_prometheus(source.url, secret, source.tenant)
    with server.client:
        yield LiveServer(server)


def _note_committed(app: App, base: Base) -> None:
    """Say that the change itself brings the past that is replayed."""
    from reliability.load.committed import committed_below

    declared = app.catalog().only(HistorySources)
    store = declared.value.spec.store if declared else STORE
    files = committed_below(app.root, store, base.commit)
    if files:
        app.note(f"the change commits {len(files)} files where history is stored: {files[0]}")


def _note_unread(app: App, findings: Iterable[Finding], words: str) -> None:
    unread = {str(each.problem.at.path) for each in findings if each.severity is Severity.ERROR}
    if unread:
        app.note(f"{words}: {', '.join(sorted(unread))}")


def _tell(app: App, result: Backtest, asked: BacktestOptions) -> None:
    """Write the result where it was asked for.

    Raises:
        ReliabilityError: the file cannot be written.
    """
    written = _written(result, asked.form, brief=asked.brief)
    if asked.output is None:
        app.say(written)
        return
    from reliability.backtest.headline import headline

    try:
        app.write(asked.output, f"{written}\n")
    except OSError as error:
        why = (error.strerror or "cannot be written").lower()
        raise ReliabilityError(f"--output: {asked.output}: {why}") from error
    app.say(headline(result))


def _written(result: Backtest, form: str, *, brief: bool) -> str:
    from reliability.backtest.report import json, markdown, text
    from reliability.backtest.report.html.page import page

    if form in ("text", "markdown"):
        return {"text": text.text, "markdown": markdown.text}[form](result, brief=brief)
    return {"json": json.text, "html": page}[form](result)


def _verdict(result: Backtest) -> int:
    """1 if an incident is not caught, 5 if that is not known since no page could be replayed."""
    from reliability.backtest.outcome import ALERT_TIER

    if result.compares:
        is_missed = any(verdict.is_newly_missed for verdict in result.scored)
    else:
        is_missed = any(not verdict.new.paged for verdict in result.scored)
    if is_missed:
        return 1
    return 0 if result.new(ALERT_TIER).is_known else NOT_KNOWN
