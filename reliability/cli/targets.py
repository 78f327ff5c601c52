"""Every target of a repository planned or synced on its own: one that fails stops no other."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

from reliability.cli.app import App
from reliability.cli.decisions import Decisions
from reliability.cli.readable import problem_line
from reliability.errors import ProviderError, ReliabilityError, SettingsError, UnsafePlanError
from reliability.finding import Problem
from reliability.load.loader import unreadable_parts
from reliability.load.remote import repository_address
from reliability.model.targets import (
    AlertmanagerTarget,
    FilesTarget,
    SyncTargets,
    SyncTargetsSpec,
    Target,
)
from reliability.pipeline import compile_catalog, plan_target, sync_target
from reliability.plan.alerts import ActiveAlert
from reliability.plan.held import Held, Owner
from reliability.plan.plan import Plan
from reliability.plan.report import Planned, Report, Synced, Unreached, Unsafe
from reliability.providers import Access, open_provider
from reliability.resource import Resource
from reliability.sync import Provider

EMBEDDED = SyncTargetsSpec(targets=(FilesTarget(name="files", provider="files"),))
"""What a repository without `policies/targets.yaml` writes to: files in `build/`."""

NO_OWNER: Final = (
    "policies/targets.yaml names no owner, and what is written to a server says whose it is; "
    'add below spec, with an id of your own: owner: {id: "%s"}'
)


@dataclass(frozen=True, slots=True)
class Selection:
    """The targets that a command is about, and what everything compiles to.

    `unreadable` is what of the repository cannot be read or compiled: what is declared there is
    missing from `compiled`, and would look deleted.
    """

    spec: SyncTargetsSpec
    targets: tuple[Target, ...]
    compiled: tuple[Resource, ...]
    unreadable: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """A target that was read, and the plan for it."""

    target: Target
    provider: Provider
    plan: Plan

    @property
    def name(self) -> str:
        """The target's name."""
        return self.target.name


def select(app: App, names: Sequence[str]) -> Selection:
    """The targets by name, or all of them in the order of `policies/targets.yaml`.

    Raises:
        ReliabilityError: a name leads nowhere, or is declared twice.
    """
    compiled, problems = compile_catalog(app.catalog())
    unreadable = (*unreadable_parts(app.repository.findings), *problems)
    declared = app.catalog().only(SyncTargets)
    spec = declared.value.spec if declared else EMBEDDED
    if unreadable:  # policies/targets.yaml may be among them
        return Selection(spec, (), (), unreadable)
    known = [target.name for target in spec.targets]
    for name in known:
        if known.count(name) > 1:
            raise ReliabilityError(f"policies/targets.yaml: two targets are named {name}")
    for name in names:
        if name not in known:
            raise ReliabilityError(f"no target is named {name}; there are {', '.join(known)}")
    chosen = tuple(target for target in spec.targets if not names or target.name in names)
    return Selection(spec, chosen, tuple(compiled), ())


def ensure_plannable(app: App, selection: Selection, form: str) -> None:
    """Let a repository pass that was read as a whole; the JSON document says if it was not.

    Raises:
        ReliabilityError: with each problem.
    """
    if not selection.unreadable:
        return
    lines = "\n".join(f"  {problem_line(problem)}" for problem in selection.unreadable)
    message = (
        f"part of the repository cannot be read, so nothing is planned:\n{lines}\n"
        "what is declared there would look deleted; run `reliability check`"
    )
    if form != "text":
        from reliability.plan.render import UNREADABLE_FORMATS

        app.say(UNREADABLE_FORMATS[form](message, selection.unreadable))
    raise ReliabilityError(message)


def owner_of(app: App, spec: SyncTargetsSpec) -> Owner | None:
    """Whose the objects are that this repository writes; its address is that of its Git remote.

    A declared address counts only without a remote: a fork has the same documents.
    """
    if spec.owner is None:
        return None
    declared = (spec.owner.repository or "").lower()
    return Owner(spec.owner.id, repository_address(app.root) or declared)


@dataclass(slots=True)
class Reader:
    """Opens, reads and plans targets; Alertmanagers first, since they know which alerts fire."""

    app: App
    selection: Selection
    decisions: Decisions
    access: Access
    active: list[ActiveAlert] = field(default_factory=list)

    def read(self) -> list[Ready | Unreached]:
        """Every target in the order in which it is declared."""
        order = sorted(
            self.selection.targets,
            key=lambda target: not isinstance(target, AlertmanagerTarget),
        )
        read = {target.name: self._read(target) for target in order}
        return [read[target.name] for target in self.selection.targets]

    def _read(self, target: Target) -> Ready | Unreached:
        try:
            self._ensure_owner(target)
            provider = open_provider(target, self.access)
            held = provider.read()
            return Ready(target, provider, self._planned(target, held))
        except (ProviderError, SettingsError) as error:
            return Unreached(target.name, _of(target.name, error))

    def _planned(self, target: Target, held: Held) -> Plan:
        """The plan; a folder of files knows no alerts, so those of the Alertmanagers count."""
        if isinstance(target, AlertmanagerTarget):
            self.active += held.active
        active = tuple(self.active) if isinstance(target, FilesTarget) else ()
        options = self.decisions.of(target, self.access.owner, active)
        return plan_target(target, held, self.selection.compiled, options)

    def _ensure_owner(self, target: Target) -> None:
        if self.access.owner is None and not isinstance(target, FilesTarget):
            from reliability.start.beginning import new_owner_id

            raise ProviderError(NO_OWNER % new_owner_id())


def read_targets(
    app: App,
    selection: Selection,
    decisions: Decisions,
    closing: ExitStack,
    *,
    writable: bool,
) -> list[Ready | Unreached]:
    """Read each target and plan it; what cannot be reached is a report like any other.

    Raises:
        ReliabilityError: a decision is about an object that is in no plan.
    """
    spec = selection.spec
    decisions.ensure_targets([target.name for target in selection.targets])
    access = Access(
        app.root,
        spec.allowed_hosts,
        app.settings.secret,
        app.note,
        writable,
        closing,
        owner_of(app, spec),
    )
    read = Reader(app, selection, decisions, access).read()
    decisions.ensure_used([each.plan for each in read if isinstance(each, Ready)])
    return read


def shown(ready: Ready | Unreached, allowed: str | None) -> Planned | Unsafe | Unreached:
    """A target as its plan may be shown."""
    if isinstance(ready, Unreached):
        return ready
    return within_limits(ready.target, ready.plan, allowed)


def only_drift(ready: Ready | Unreached) -> Planned | Unreached:
    """What was changed in a target outside the repository, and what it does not run."""
    return ready if isinstance(ready, Unreached) else Planned(ready.plan.only_drift)


def within_limits(target: Target, planned: Plan, allowed: str | None) -> Planned | Unsafe:
    """A plan as it may be shown: good to go, or over its limits."""
    try:
        planned.ensure_safe(target.limits, allowed)
    except UnsafePlanError as error:
        return Unsafe(planned, str(error))
    return Planned(planned)


def carried_out(ready: Ready | Unreached, allowed: str | None) -> Report:
    """A plan carried out, if it is within its limits."""
    report = shown(ready, allowed)
    if isinstance(ready, Ready) and isinstance(report, Planned):
        outcomes = sync_target(ready.target, ready.provider, ready.plan, allowed)
        return Synced(ready.plan, tuple(outcomes))
    return report


def _of(name: str, error: ReliabilityError) -> str:
    """An error that begins with its target's name."""
    text = str(error)
    return text if text.startswith(f"{name}:") else f"{name}: {text}"
