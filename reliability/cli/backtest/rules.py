"""`reliability backtest --rules`: any repository of rule files, with nothing adopted."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from reliability.alertmanager.routing import RoutingRefusedError, parse
from reliability.alertmanager.simulate.times import time_intervals
from reliability.backtest.rule_files.backtest import RuleBacktestInputs, rule_files_backtest
from reliability.backtest.rule_files.comparing import compare
from reliability.backtest.rule_files.counting import RuleRoutes
from reliability.backtest.rule_files.incidents import read_incidents
from reliability.backtest.rule_files.reach import Reach, ReachMapping, by_severity
from reliability.backtest.rule_files.reading import RuleSet
from reliability.backtest.rule_files.replaying import RuleReplayer
from reliability.backtest.rule_files.report import json, markdown, text
from reliability.cli.app import App
from reliability.convert.converter import mapping
from reliability.convert.originals import parse_merging
from reliability.errors import ReliabilityError
from reliability.git import SYMLINK, GitRepository
from reliability.history.sources.openmetrics import OpenMetricsFile
from reliability.promql.evaluate.semantics import Ranges, Semantics
from reliability.timespan import TimeSpan

if TYPE_CHECKING:
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
    """Replay the changes in rule files and return the exit code.

    Raises:
        ReliabilityError: an option or file cannot be read, or there is no rule.
        SourceError: the server does not answer.
    """
    here = Path.cwd()
    new = _working_files(here, options.rules)
    base, old, old_config = _base(here, options)
    new_rules = RuleSet.of(new.items())
    if not any(True for _ in new_rules.alerts):
        raise ReliabilityError(_nothing(options.rules, new, new_rules))

    mapped = _mapping(options)
    routes = _routes(options.alertmanager, _config(options.alertmanager), mapped)
    old_routes = routes
    if old_config is not None:
        old_routes = _routes(options.alertmanager, old_config, mapped)

    with ExitStack() as closing:
        reader, span, known = _source(app, options, closing)
        replayer = RuleReplayer(
            reader=reader,
            span=span,
            how=Semantics(Ranges(options.ranges)),
            has_recorded=options.samples is None,
        )
        progress = _Progress(note=app.note, budget=options.budget)
        inputs = RuleBacktestInputs(
            comparison=compare(RuleSet.of(old.items()) if base else None, new_rules),
            routes=(old_routes, routes),
            routes_from=str(options.alertmanager or ""),
            known=known,
            base=base,
            incidents=read_incidents(options.incidents) if options.incidents else None,
            problems=new_rules.problems,
            every_alert=options.every,
            goes_on=progress.goes_on,
        )
        result = rule_files_backtest(inputs, replayer)

    written = {"text": text.text, "markdown": markdown.text, "json": json.text}[options.form](
        result
    )
    if options.output is None:
        app.say(written)
    else:
        app.write(options.output, f"{written}\n")
        app.say(text.headline(result))
    return 0


def _nothing(patterns: Iterable[str], files: Files, rules: RuleSet) -> str:
    shown = " ".join(patterns)
    if not files:
        return f"--rules: no file matches {shown}"
    first = f"; {rules.problems[0].at.text}: {rules.problems[0].message}" if rules.problems else ""
    return f"--rules: {len(files)} files match {shown}, and none has an alerting rule{first}"


def _mapping(options: RuleFilesOptions) -> ReachMapping:
    written: list[tuple[Reach, str]] = [("page", matchers) for matchers in options.page]
    written += [("ticket", matchers) for matchers in options.ticket]
    return ReachMapping.of(written)


def _working_files(here: Path, patterns: Iterable[str]) -> Files:
    """The files that patterns name, by their paths below this folder; `-` is standard input."""
    files: Files = {}
    for pattern in patterns:
        if pattern == STANDARD_INPUT:
            files[PurePosixPath("<stdin>")] = sys.stdin.buffer.read()
            continue
        matches = _matching(pattern, here)
        for path in _walk(here):
            if matches(path):
                files[path] = (here / path).read_bytes()
    return files


def _walk(here: Path) -> Iterator[PurePosixPath]:
    for folder, names, files in os.walk(here):
        names[:] = sorted(name for name in names if not name.startswith("."))
        below = PurePosixPath(Path(folder).relative_to(here).as_posix())
        yield from (below / name for name in sorted(files) if (Path(folder) / name).is_file())


def _matching(pattern: str, here: Path) -> Callable[[PurePosixPath], bool]:
    """Whether a path below this folder matches a pattern, with `**` for any number of folders."""
    relative = os.path.relpath(pattern, here) if Path(pattern).is_absolute() else pattern
    relative = relative.removeprefix("./").rstrip("/")
    if (here / relative).is_dir():
        relative = "**/*" if relative == "." else f"{relative}/**/*"
    parts = re.split(r"(\*\*/|\*|\?)", relative)
    meanings = {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
    whole = re.compile("".join(meanings.get(part, re.escape(part)) for part in parts))
    return lambda path: whole.fullmatch(path.as_posix()) is not None


def _base(here: Path, options: RuleFilesOptions) -> tuple[str, Files, Any | None]:
    """The commit to compare with, its files, and its Alertmanager configuration.

    Raises:
        RevisionError: the revision is unknown, or this is not a Git repository.
    """
    if options.revision is None:
        return "", {}, None
    repository = GitRepository.containing(here)
    tip = repository.commit(options.revision)
    commit = repository.merge_base(tip) or tip
    prefix = repository.prefix(here)
    entries = {
        PurePosixPath(entry.path).relative_to(prefix): entry.object
        for entry in repository.tree(commit, prefix)
        if entry.kind == "blob" and entry.mode != SYMLINK
    }

    matching = [_matching(pattern, here) for pattern in options.rules if pattern != STANDARD_INPUT]
    chosen = [path for path in entries if any(matches(path) for matches in matching)]
    contents = repository.contents(entries[path] for path in chosen)
    files = dict(zip(chosen, contents, strict=True))
    config = None
    if options.alertmanager is not None:
        path = PurePosixPath(os.path.relpath(options.alertmanager, here))
        if path in entries:
            [data] = repository.contents([entries[path]])
            config = _values(path, data)
    return commit, files, config


def _config(path: Path | None) -> Any | None:
    if path is None:
        return None
    return _values(PurePosixPath(path.as_posix()), path.read_bytes())


def _values(path: PurePosixPath, data: bytes) -> Any:
    parsed = parse_merging(path, data)
    for fault in parsed.faults:
        if not parsed.documents:
            raise ReliabilityError(f"--alertmanager: {fault.location.text}: {fault.message}")
    return parsed.documents[0].values if parsed.documents else {}


def _routes(path: Path | None, config: Any | None, mapped: ReachMapping) -> RuleRoutes:
    if config is None:
        return RuleRoutes(routing=by_severity(), mapping=mapped)
    try:
        routing, intervals = parse(mapping(config)), time_intervals(mapping(config))
    except RoutingRefusedError as refusal:
        raise ReliabilityError(f"--alertmanager: {path}: {refusal}") from None
    return RuleRoutes(routing=routing, intervals=intervals, mapping=mapped)


def _source(
    app: App, options: RuleFilesOptions, closing: ExitStack
) -> tuple[SampleReader, TimeSpan, TimeSpan]:
    """Return the source of samples, the span to replay, and the part of it that has samples."""
    length = timedelta(days=options.days or DEFAULT_DAYS)
    if options.samples is not None:
        span = TimeSpan.before(app.today, length)
        return OpenMetricsFile.open(options.samples), span, span
    if options.prometheus is None:
        raise ReliabilityError(
            "--rules needs samples; pass --prometheus URL, or --samples FILE (OpenMetrics)"
        )

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
    return reader, span, _known(app, server, span)


def _known(app: App, server: PrometheusServer, span: TimeSpan) -> TimeSpan:
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
