"""`reliability backtest --rules`: any repository of rule files, with nothing adopted."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from reliability.alertmanager.simulate.server import Version
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
from reliability.cli.backtest.rule_samples import SampleOptions, open_rule_samples
from reliability.errors import ReliabilityError
from reliability.finding import Problem
from reliability.render.display import inert, safe

if TYPE_CHECKING:
    from reliability.backtest.rule_files.result import RuleBacktest

STANDARD_INPUT: Final = "-"
PROGRESS_EVERY: Final = 5.0
"""Seconds between two lines of progress."""

Files = dict[PurePosixPath, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFilesOptions:
    """What the options say; `rules` are patterns such as `rules/**/*.yml`, files or folders."""

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
    def samples_from(self) -> SampleOptions:
        """Where samples are from."""
        return SampleOptions(
            prometheus=self.prometheus,
            authorization=self.authorization,
            samples=self.samples,
            days=self.days,
            ranges=self.ranges,
            is_review=self.forge is not None,
        )


@dataclass(slots=True, kw_only=True)
class ReplayProgress:
    """The progress of a replay, which ends when its budget of time is used up.

    `budget` is in seconds; `started` and `noted`, the last line of progress, are monotonic times.
    """

    note: Callable[[str], None]
    budget: int | None
    started: float = field(default_factory=time.monotonic)
    noted: float = field(default_factory=time.monotonic)

    def goes_on(self, done: int, total: int) -> bool:
        """Whether there is time for another alert."""
        now = time.monotonic()
        spent = now - self.started
        if self.budget is not None and spent > self.budget:
            return False
        if done and now - self.noted >= PROGRESS_EVERY:
            self.noted = now
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
    version = Version(options.alertmanager_version)
    new_routes = routes(options.alertmanager, tree.alertmanager, mapped, version=version)
    old_routes = new_routes
    old_rules = None
    if base is not None:
        old_rules = RuleSet.of(base.files.items())
        _note_unread(app, base, old_rules.problems)
    if base is not None and base.alertmanager is not None:
        old_routes = routes(options.alertmanager, base.alertmanager, mapped, version=version)

    with ExitStack() as closing:
        read = tuple(side for side in (rules, old_rules) if side is not None)
        source = open_rule_samples(
            app,
            replace(options.samples_from, rules=read, base=base.commit if base else ""),
            closing,
        )
        replayer = RuleReplayer(
            reader=source.reader,
            span=source.known,
            begins=source.known.start if source.known.start > source.span.start else None,
            how=source.how,
            has_recorded=options.samples is None,
            origin=source.origin,
        )
        progress = ReplayProgress(note=app.note, budget=options.budget)
        inputs = RuleBacktestInputs(
            comparison=compare(old_rules, rules),
            routes=(old_routes, new_routes),
            routes_from=str(options.alertmanager or ""),
            span=source.span,
            base=base.commit if base else "",
            incidents=read_incidents(options.incidents) if options.incidents else None,
            problems=(*tree.problems, *rules.problems),
            notes=source.notes,
            every_alert=options.every,
            goes_on=progress.goes_on,
        )
        result = rule_files_backtest(inputs, replayer)
        return replace(result, notes=(*result.notes, *source.after()))


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
