"""The stages of a backtest of rule files: read both sides, then replay them on samples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from pathlib import Path, PurePosixPath
from typing import Final

from reliability.alertmanager.simulate.server import Version
from reliability.backtest.effects import EffectMapping
from reliability.backtest.rule_files.backtest import RuleBacktestInputs, rule_files_backtest
from reliability.backtest.rule_files.comparing import compare
from reliability.backtest.rule_files.counting import RuleRoutes
from reliability.backtest.rule_files.incidents import read_incidents
from reliability.backtest.rule_files.reading import RuleSet
from reliability.backtest.rule_files.replaying import RuleReplayer
from reliability.backtest.rule_files.repository import (
    RuleFiles,
    at_merge_base,
    routes,
    working_tree,
)
from reliability.backtest.rule_files.result import RuleBacktest
from reliability.errors import ReliabilityError
from reliability.history.sources.origins import FILE
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.samples import SampleReader
from reliability.timespan import TimeSpan

STANDARD_INPUT: Final = PurePosixPath("<stdin>")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFilesRequest:
    """What to compare: `patterns` such as `rules/**/*.yml`, and rules from standard input.

    `revision` is the base, None without one; `alertmanager` the path of its configuration.
    """

    folder: Path
    patterns: tuple[str, ...]
    standard_input: bytes | None = None
    alertmanager: Path | None = None
    alertmanager_version: Version = Version.NEWER
    revision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSides:
    """The rule files of the working tree, and of the base if there is one."""

    request: RuleFilesRequest
    new: RuleFiles
    new_rules: RuleSet
    old: RuleFiles | None
    old_rules: RuleSet | None

    @property
    def rule_sets(self) -> tuple[RuleSet, ...]:
        """The rules of all sides."""
        return tuple(rules for rules in (self.new_rules, self.old_rules) if rules is not None)

    @property
    def base(self) -> str:
        """Commit that is compared with; empty without one."""
        return self.old.commit if self.old else ""

    @property
    def is_related(self) -> bool:
        """Whether the change touches rules or routes."""
        if self.old is None:
            return True
        return (self.new.files, self.new.alertmanager) != (self.old.files, self.old.alertmanager)

    def routes(
        self, mapping: EffectMapping, zones: Mapping[str, tzinfo]
    ) -> tuple[RuleRoutes, RuleRoutes]:
        """Return the routes of both sides, which are equal if the base has no configuration.

        Raises:
            ReliabilityError: Alertmanager would refuse a configuration.
        """
        path, version = self.request.alertmanager, self.request.alertmanager_version
        config = self.new.alertmanager
        old_config = self.old.alertmanager if self.old and self.old.alertmanager else config
        old, new = (
            replace(routes(path, of_side, mapping, version=version), zones=zones)
            for of_side in (old_config, config)
        )
        return old, new


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSamples:
    """A reader, the span to replay, the part of it that has samples, and how to evaluate.

    The source has no sample before `begins`, which may be before the span; None if that is not
    known. `origin` is what the samples are from if the reader does not say. `has_recorded` is
    whether they hold what recording rules recorded; a file of samples does not. `notes` say what
    the source lacks; `after` returns what is only known after the replay.
    """

    reader: SampleReader
    span: TimeSpan
    known: TimeSpan
    how: Semantics
    begins: datetime | None = None
    origin: str = FILE
    has_recorded: bool = True
    notes: tuple[str, ...] = ()
    after: Callable[[], tuple[str, ...]] = tuple


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleReplayOptions:
    """How to count, and how long to replay.

    `mapping` has effects by labels, `zones` the time zones of teams, and `incidents` is the path of
    a file. `every_alert` also replays what is the same on both sides. `should_continue` is called
    before each alert; once it is false, the rest is skipped.
    """

    mapping: EffectMapping = field(default_factory=EffectMapping)
    zones: Mapping[str, tzinfo] = field(default_factory=dict)
    incidents: Path | None = None
    every_alert: bool = False
    should_continue: Callable[[], bool] = field(default=lambda: True)


def rule_sides(request: RuleFilesRequest) -> RuleSides:
    """Read the rule files of the working tree, and of the base if there is one.

    Raises:
        ReliabilityError: a file cannot be read, or no alerting rule is found.
        RevisionError: the base is unknown, or the folder is not in a Git repository.
    """
    folder, patterns, alertmanager = request.folder, request.patterns, request.alertmanager
    new = working_tree(folder, patterns, alertmanager)
    if request.standard_input is not None:
        new = replace(new, files={**new.files, STANDARD_INPUT: request.standard_input})
    rules = RuleSet.of(new.files.items())
    if not any(True for _ in rules.alerts):
        raise ReliabilityError(_nothing(request, new, rules))
    old = None
    if request.revision is not None:
        old = at_merge_base(folder, request.revision, patterns, alertmanager)
    return RuleSides(
        request=request,
        new=new,
        new_rules=rules,
        old=old,
        old_rules=RuleSet.of(old.files.items()) if old else None,
    )


def replay_sides(
    sides: RuleSides, samples: RuleSamples, options: RuleReplayOptions
) -> RuleBacktest:
    """Replay the alerts of both sides, and count what Alertmanager would have sent.

    Raises:
        ReliabilityError: a configuration or a file of incidents cannot be read.
        SourceError: the server does not answer.
    """
    inputs = RuleBacktestInputs(
        comparison=compare(sides.old_rules, sides.new_rules),
        routes=sides.routes(options.mapping, options.zones),
        routes_from=str(sides.request.alertmanager or ""),
        span=samples.span,
        base=sides.base,
        incidents=read_incidents(options.incidents) if options.incidents else None,
        problems=(*sides.new.problems, *sides.new_rules.problems),
        notes=samples.notes,
        every_alert=options.every_alert,
        should_continue=options.should_continue,
    )
    replayer = RuleReplayer(
        reader=samples.reader,
        span=samples.known,
        begins=samples.begins,
        how=samples.how,
        has_recorded=samples.has_recorded,
        origin=samples.origin,
    )
    result = rule_files_backtest(inputs, replayer)
    return replace(result, notes=(*result.notes, *samples.after()))


def _nothing(request: RuleFilesRequest, read: RuleFiles, rules: RuleSet) -> str:
    written: Iterable[str] = request.patterns
    if request.standard_input is not None:
        written = (*written, "-")
    shown = " ".join(written)
    if not read.files:
        return f"--rules: no file matches {shown}"
    count = "1 file matches" if len(read.files) == 1 else f"{len(read.files):,} files match"
    first = f"; {rules.problems[0].at.text}: {rules.problems[0].message}" if rules.problems else ""
    return f"--rules: {count} {shown}, without an alerting rule{first}"
