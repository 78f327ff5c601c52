"""READ FIRST. The data flow on one page: load, check, compile, plan, sync; and backtest.

files --load--> Catalog --check--> findings
                   |
                   +--compile--> resources --plan--> changes --sync--> outcomes
                   |
                   +--history, backtest--> who would have been notified
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from reliability.approval import Approvals
from reliability.finding import Finding, Problem
from reliability.load.base import Base, load_base
from reliability.load.catalog import Catalog
from reliability.load.files import DiskFiles, read_files, read_repository
from reliability.load.loader import (
    Parsing,
    SourceFile,
    load,
    parse_all,
    unreadable_parts,
)
from reliability.resource import Resource
from reliability.tracing import traced
from reliability.tuning import collector_paused

if TYPE_CHECKING:
    from reliability.backtest.engine import Spreading
    from reliability.backtest.firing import ReplayTerms
    from reliability.backtest.outcome import Backtest
    from reliability.backtest.rule_files.result import RuleBacktest
    from reliability.backtest.rule_files.run import (
        RuleFilesRequest,
        RuleReplayOptions,
        RuleSamples,
        RuleSides,
    )
    from reliability.build import Built
    from reliability.check.engine.run import Seeing
    from reliability.check.facts.facts import Facts
    from reliability.plan.decisions import PlanDecisions
    from reliability.plan.report import Report, Unreached
    from reliability.plan.sync import ReadyTarget
    from reliability.promql.samples import SampleReader
    from reliability.providers.access import ProviderAccess
    from reliability.providers.targets import SyncSelection


Changed = Mapping[PurePosixPath, bytes]
UNCHANGED: Final[Changed] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """The catalog of a folder, findings for what cannot be read, and the number of processes.

    `commit` is the commit that was read; empty for the working tree.
    """

    root: Path
    catalog: Catalog
    findings: tuple[Finding, ...]
    jobs: int = 1
    commit: str = ""


@traced("load")
def load_repository(root: Path, changed: Changed = UNCHANGED, jobs: int = 1) -> Repository:
    """Load all of `services/` and `policies/`; `changed` replaces contents of files."""
    files, unread = read_repository(root)
    catalog, findings = load(_laid_over(files, changed), DiskFiles(root), _parsing(jobs))
    return Repository(root=root, catalog=catalog, findings=(*unread, *findings), jobs=jobs)


def _parsing(jobs: int) -> Parsing:
    if jobs == 1:
        return parse_all
    from reliability.load.processes import parse_in_processes

    return partial(parse_in_processes, jobs=jobs)


def load_documents(root: Path, paths: Iterable[Path], changed: Changed = UNCHANGED) -> Repository:
    """Load files from any location; they need not belong to a repository."""
    files, unread = read_files(root, paths)
    catalog, findings = load(_laid_over(files, changed), DiskFiles(root))
    return Repository(root=root, catalog=catalog, findings=(*unread, *findings))


def _laid_over(files: Iterable[SourceFile], changed: Changed) -> list[SourceFile]:
    return [(path, changed.get(path, content)) for path, content in files]


def load_revision(root: Path, revision: str | None) -> Base | None:
    """Load the catalog at the merge base with `revision`; None if no revision is given."""
    if revision is None:
        return None
    with traced("load the base"):
        return load_base(root, revision)


@traced("check")
def check(
    repository: Repository,
    today: date,
    base: Base | None = None,
    *,
    approvals: Approvals | None = None,
    facts: Facts | None = None,
    judge: Catalog | None = None,
) -> list[Finding]:
    """Return every finding of a repository, in the order of its files.

    `approvals` say who approved the change from `base`, and who proposes it; `facts` are what a
    backtest measured, what a server knows and what amtool refuses; `judge` declares the policies
    that apply, if not the repository's own.
    """
    from reliability.check.engine.run import Context, run
    from reliability.check.rules import RULES

    before = base.catalog if base else None
    context = Context(today=today, catalog=repository.catalog, base=before, judge=judge)
    if approvals is not None:
        context = context.with_approvals(approvals)
    if facts is not None:
        context = replace(context, evidence=facts.evidence, live=facts.live, amtool=facts.amtool)
    with collector_paused():
        findings = run(RULES, context, repository.findings, seeing=_seeing(repository.jobs))
        if facts is not None:
            from reliability.check.engine.measurements import environment_findings

            measured = environment_findings(RULES, context, facts.in_environments)
            findings = chain(findings, measured)
        return sorted(findings, key=lambda finding: finding.sort_key)


def _seeing(jobs: int) -> Seeing | None:
    if jobs == 1:
        return None
    from reliability.check.engine.processes import found_in_processes

    return partial(found_in_processes, jobs=jobs)


def check_documents(repository: Repository) -> list[Finding]:
    """Return the findings of rules that need one document only, in the order of files."""
    from reliability.check.engine.documents import document_findings
    from reliability.check.rules import ALONE, RULES

    findings = document_findings(RULES.among(ALONE), repository.catalog, repository.findings)
    return sorted(findings, key=lambda finding: finding.sort_key)


@traced("compile")
def compile_catalog(
    catalog: Catalog, *, tests: bool = False, compatible: str | None = None
) -> tuple[list[Resource], list[Problem]]:
    """Return the resources for every tool, and problems of what a tool cannot express.

    Tests of the rules are optional, and dashboards are compiled if a sync target writes them. A
    problem that several compilers report is one problem. `compatible` names a tool whose rules
    replace the built-in ones.
    """
    from reliability.compile.compilers import API_COMPILERS, compilers_of, written_by_targets
    from reliability.compile.pieces import Piece

    resources: list[Resource] = []
    problems: dict[Problem, None] = {}
    dashboards = written_by_targets(catalog)
    chosen = compilers_of(tests=tests, compatible=compatible, dashboards=dashboards)
    compilers = (*chosen, *API_COMPILERS)
    for made in chain.from_iterable(Piece(each, catalog).compiled() for each in compilers):
        if isinstance(made, Resource):
            resources.append(made)
        else:
            problems[made] = None
    return resources, list(problems)


@traced("build")
def build_files(
    repository: Repository,
    folder: Path,
    *,
    tests: bool = False,
    compatible: str | None = None,
    dashboards: Collection[str] = (),
) -> tuple[list[Built], list[Problem]]:
    """Write compiled resources as files, in as many processes as loaded the repository.

    `dashboards` are the forms of dashboards to write too, by the name of the compiler's target.

    Raises:
        ProviderError: a file without this owner's mark is in the way, or cannot be written.
    """
    from reliability.build import build
    from reliability.compile.compilers import compilers_of
    from reliability.providers.disk import Disk
    from reliability.writing import repository_of

    compilers = compilers_of(tests=tests, compatible=compatible, dashboards=dashboards)
    disk = Disk(writable=True, durable=False, top=repository_of(repository.root))
    is_whole = not any(unreadable_parts(repository.findings))
    catalog, jobs = repository.catalog, repository.jobs
    return build(catalog, compilers, folder, disk=disk, jobs=jobs, is_whole=is_whole)


def select_targets(
    repository: Repository, names: Sequence[str], environments: Sequence[str] = ()
) -> SyncSelection:
    """Return the declared sync targets, or those of these names and environments, with resources.

    Raises:
        ReliabilityError: a name is unknown, or is declared twice.
    """
    from reliability.providers.targets import select

    compiled, problems = compile_catalog(repository.catalog)
    unreadable = (*unreadable_parts(repository.findings), *problems)
    return select(
        repository.catalog, names, compiled, unreadable=unreadable, environments=environments
    )


def plan_targets(
    selection: SyncSelection, decisions: PlanDecisions, access: ProviderAccess
) -> list[ReadyTarget | Unreached]:
    """Read each target, and return what differs from the declared state.

    Raises:
        ReliabilityError: a decision refers to an object that is in no plan.
    """
    from reliability.providers.targets import read_targets

    return read_targets(selection, decisions, access)


@traced("sync")
def sync_targets(
    selection: SyncSelection,
    targets: Sequence[ReadyTarget | Unreached],
    allowed: Mapping[str, str],
    tell: Callable[[str], None],
    *,
    waits: bool,
) -> list[Report]:
    """Apply the plans within their limits: add routes, then write rules, then remove old routes.

    `allowed` names by its digest a plan that may exceed the limits of its target.
    """
    from reliability.providers.targets import apply_plans

    return apply_plans(selection, targets, allowed, tell=tell, waits=waits)


@traced("replay")
def replay_history(
    repository: Repository,
    base: Base | None,
    terms: ReplayTerms,
    names: frozenset[str] = frozenset(),
    spreading: Spreading | None = None,
) -> Backtest:
    """Replay the alerts over the past; compare with the base if there is one.

    `spreading` may replay in several processes.

    Raises:
        SourceError: the history cannot be read.
    """
    from reliability.backtest.engine import Work, backtest
    from reliability.backtest.notifications import with_notifications
    from reliability.backtest.pairs import Chosen
    from reliability.history.open import history_policy, open_source

    policy = history_policy(repository.catalog)
    source = open_source(policy, repository.catalog, repository.root)
    spreading = spreading or Work.of
    with collector_paused():
        replayed = backtest(
            repository.catalog,
            base=base,
            source=source,
            terms=terms,
            chosen=Chosen(names),
            spreading=spreading,
        )
        return with_notifications(replayed, base.catalog if base else None, repository.catalog)


@traced("replay of samples")
def replay_samples(
    repository: Repository,
    base: Base | None,
    terms: ReplayTerms,
    samples: tuple[SampleReader, bool],
    names: frozenset[str] = frozenset(),
) -> Backtest:
    """Replay raw samples, exactly as Prometheus evaluates them, or event by event.

    `samples` is a reader, and whether the replay is exact. The result is as of `replay_history`.

    Raises:
        SourceError: the samples cannot be read.
    """
    from reliability.backtest.engine import backtest
    from reliability.backtest.notifications import with_notifications
    from reliability.backtest.pairs import Chosen
    from reliability.backtest.samples.mode import sample_backtest
    from reliability.history.sources.direct import DirectHistory

    reader, is_exact = samples
    chosen = Chosen(names)
    if is_exact:
        replayed = sample_backtest(repository.catalog, base, reader, terms=terms, chosen=chosen)
    else:
        replayed = backtest(
            repository.catalog, base, DirectHistory(reader), terms=terms, chosen=chosen
        )
    return with_notifications(replayed, base.catalog if base else None, repository.catalog)


@traced("load rule files")
def read_rule_files(request: RuleFilesRequest) -> RuleSides:
    """Read plain rule files of the working tree and of the base; raise without an alerting rule."""
    from reliability.backtest.rule_files.run import rule_sides

    return rule_sides(request)


@traced("replay of rule files")
def replay_rules(
    sides: RuleSides, samples: RuleSamples, options: RuleReplayOptions
) -> RuleBacktest:
    """Replay the alerts of rule files, and count what Alertmanager would have sent."""
    from reliability.backtest.rule_files.run import replay_sides

    return replay_sides(sides, samples, options)
