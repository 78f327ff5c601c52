"""Every target of a repository planned or synced on its own: one that fails stops no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from reliability.cli.app import App
from reliability.errors import ProviderError, ReliabilityError, SettingsError, UnsafePlanError
from reliability.finding import Finding, Problem, Severity
from reliability.model.targets import FilesTarget, SyncTargets, SyncTargetsSpec, Target
from reliability.pipeline import compile_catalog, plan_target, sync_target
from reliability.plan.plan import Plan
from reliability.plan.report import Planned, Report, Synced, Unreached, Unsafe
from reliability.providers import Access, open_provider
from reliability.resource import Resource
from reliability.sync import Provider

WOULD_BE_DELETED: Final = "what is declared there would be deleted; run `reliability check`"
"""Why a plan of a repository that cannot be read as a whole is not carried out."""

Act = Callable[[Target, Provider, Plan], Report]

EMBEDDED = SyncTargetsSpec(targets=(FilesTarget(name="files", provider="files"),))
"""What a repository without `policies/targets.yaml` writes to: files in `build/`."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The targets that a command was asked for, and what everything compiles to.

    `missing` says, in words, that some of the repository cannot be read or compiled: what such a
    part declares is missing from every plan, and would be deleted.
    """

    spec: SyncTargetsSpec
    targets: tuple[Target, ...]
    compiled: tuple[Resource, ...]
    missing: str | None


def select(app: App, names: Sequence[str]) -> Selection:
    """The targets by name, or all of them in the order of `policies/targets.yaml`.

    Raises:
        ReliabilityError: a name leads nowhere, or stands twice.
    """
    declared = app.catalog().only(SyncTargets)
    spec = declared.value.spec if declared else EMBEDDED
    known = [target.name for target in spec.targets]
    for name in known:
        if known.count(name) > 1:
            raise ReliabilityError(f"policies/targets.yaml: two targets are named {name}")
    for name in names:
        if name not in known:
            raise ReliabilityError(f"no target is named {name}; there are {', '.join(known)}")
    chosen = tuple(target for target in spec.targets if not names or target.name in names)
    compiled, problems = compile_catalog(app.catalog())
    return Selection(spec, chosen, tuple(compiled), missing(app.repository.findings, problems))


def missing(findings: Sequence[Finding], problems: Sequence[Problem]) -> str | None:
    """What of a repository cannot be read or compiled: a line for each, or None."""
    unread = [
        finding.problem
        for finding in findings
        if finding.severity is Severity.ERROR and finding.rule.startswith("document-")
    ]
    lost = [*unread, *problems]
    return "\n".join(map(_line, lost)) or None


def _line(problem: Problem) -> str:
    at = problem.at
    return f"{at.path}:{at.span.line}:{at.span.column}: {problem.message}"


def for_each_target(app: App, selection: Selection, act: Act, *, writable: bool) -> list[Report]:
    """Read, plan and act on each target; what cannot be reached is a report like any other."""
    reports: list[Report] = []
    with ExitStack() as closing:
        access = Access(
            app.root,
            selection.spec.allowed_hosts,
            app.settings.secret,
            app.note,
            writable,
            closing,
        )
        for target in selection.targets:
            try:
                provider = open_provider(target, access)
                planned = plan_target(target, provider, selection.compiled)
            except (ProviderError, SettingsError) as error:
                reports.append(Unreached(target.name, _of(target.name, error)))
            else:
                reports.append(act(target, provider, planned))
    return reports


def within_limits(target: Target, planned: Plan, allowed: str | None) -> Planned | Unsafe:
    """A plan as it may be shown: good to go, or over its limits."""
    try:
        planned.ensure_safe(target.limits, allowed)
    except UnsafePlanError as error:
        return Unsafe(planned, str(error))
    return Planned(planned)


def carried_out(
    target: Target, provider: Provider, planned: Plan, allowed: str | None
) -> Synced | Unsafe:
    """A plan carried out, where it is within its limits."""
    match within_limits(target, planned, allowed):
        case Unsafe() as unsafe:
            return unsafe
        case Planned():
            return Synced(planned, tuple(sync_target(target, provider, planned, allowed)))


def _of(name: str, error: ReliabilityError) -> str:
    """An error that begins with its target's name."""
    text = str(error)
    return text if text.startswith(f"{name}:") else f"{name}: {text}"
