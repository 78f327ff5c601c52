"""Plan and sync of all targets of a repository; a target that fails does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from reliability.errors import ProviderError, ReliabilityError, SettingsError
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.model.targets import (
    AlertmanagerTarget,
    AmazonAlertmanagerTarget,
    AmazonTarget,
    KubernetesTarget,
    MimirAlertmanagerTarget,
    RepositoryTarget,
    SyncTargets,
    SyncTargetsSpec,
    Target,
)
from reliability.plan.alerts import ActiveAlert
from reliability.plan.change import Blocked, Claim, Create, Update
from reliability.plan.decisions import PlanDecisions
from reliability.plan.held import Held
from reliability.plan.options import PlanOptions
from reliability.plan.plain_secrets import without_plain_secrets
from reliability.plan.plan import Plan, plan, plan_external_routes
from reliability.plan.report import Planned, Report, Unreached, Unsafe, target_of, within_limits
from reliability.plan.silences import CurrentSilence
from reliability.plan.sync import ReadyTarget, unexpected
from reliability.providers import (
    EXPERIMENTAL,
    has_external_routes,
    open_provider,
    wanted_by,
)
from reliability.providers.access import ProviderAccess
from reliability.providers.alertmanager import AlertmanagerProvider
from reliability.providers.datadog.provider import DatadogProvider
from reliability.providers.embedded import EMBEDDED
from reliability.providers.environment_order import NO_ORDER, EnvironmentOrder
from reliability.providers.grafana.provider import GrafanaProvider
from reliability.providers.kubernetes.limits import without_too_large
from reliability.providers.mimir_alertmanager import MimirAlertmanagerProvider
from reliability.providers.owner import new_owner_id
from reliability.providers.rollout import Rollout, RolloutGate
from reliability.providers.rulers.amazon_alertmanager import AmazonAlertmanagerProvider
from reliability.providers.rulers.notification_topics import unaccepted
from reliability.providers.rulers.secret_references import paths_left
from reliability.providers.secret_files import missing_secret_files
from reliability.resolve.environments.measured import chosen_placements
from reliability.resolve.environments.placements import environments as declared_environments
from reliability.resource import Json, Resource
from reliability.tracing import traced

ROUTED: Final = AlertmanagerTarget | MimirAlertmanagerTarget | AmazonAlertmanagerTarget
ROUTING: Final = AlertmanagerProvider | MimirAlertmanagerProvider | AmazonAlertmanagerProvider
"""Targets with routes, and their providers."""
UNREADABLE_THERE: Final = (
    "Mimir reads no secret from a file; write to the target: secrets: {{{path}: env:NAME}}"
)
ONLY_TOPICS: Final = (
    "Amazon Managed Prometheus notifies SNS topics, and PagerDuty with a key in AWS Secrets "
    "Manager; remove {receiver} from policies/alertmanager.base.yml"
)
NO_OWNER: Final = (
    "policies/targets.yaml names no owner, and what is written to a server says whose it is; "
    'add below spec, with an id of your own: owner: {id: "%s"}'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncSelection:
    """Targets of a command, and all compiled resources.

    `unreadable` are the problems that kept documents from being read or compiled: what they declare
    is missing from `compiled`, and would look deleted.
    """

    spec: SyncTargetsSpec
    targets: tuple[Target, ...]
    compiled: tuple[Resource, ...]
    unreadable: tuple[Problem, ...]
    order: EnvironmentOrder = NO_ORDER

    @property
    def earlier(self) -> SyncSelection:
        """The targets of earlier environments that are not selected themselves."""
        chosen = {target.name for target in self.targets}
        names = {earlier.target for name in chosen for earlier in self.order.before(name)} - chosen
        targets = tuple(target for target in self.spec.targets if target.name in names)
        return replace(self, targets=targets)

    @property
    def configuration(self) -> Resource | None:
        """The declared configuration of Alertmanager, if there is one."""
        return next((item for item in self.compiled if item.id.target == "alertmanager"), None)


def select(
    catalog: Catalog,
    names: Sequence[str],
    compiled: Sequence[Resource],
    unreadable: Sequence[Problem],
    environments: Sequence[str] = (),
) -> SyncSelection:
    """Select targets by name or environment, or all, in the order of `policies/targets.yaml`.

    Raises:
        ReliabilityError: a name is unknown, or is declared twice.
    """
    declared = catalog.only(SyncTargets)
    spec = declared.value.spec if declared else EMBEDDED
    if unreadable:  # policies/targets.yaml may be among them
        return SyncSelection(spec=spec, targets=(), compiled=(), unreadable=tuple(unreadable))

    known = [target.name for target in spec.targets]
    for name in known:
        if known.count(name) > 1:
            raise ReliabilityError(f"policies/targets.yaml: two sync targets are named {name}")

    for name in names:
        if name not in known:
            raise ReliabilityError(f"unknown sync target {name}; there are {', '.join(known)}")

    of_environments = _targets_of(catalog, environments)
    is_all = not names and not environments
    chosen = tuple(
        target
        for target in spec.targets
        if is_all or target.name in names or target.name in of_environments
    )
    order = EnvironmentOrder.of(declared_environments(catalog))
    return SyncSelection(
        spec=spec, targets=chosen, compiled=tuple(compiled), unreadable=(), order=order
    )


def _targets_of(catalog: Catalog, names: Sequence[str]) -> frozenset[str]:
    """Return the names of the targets of some environments, or of some of their servers.

    Raises:
        ReliabilityError: an environment is not declared.
    """
    chosen: dict[str, None] = {}
    for placement in chosen_placements(catalog, names) if names else ():
        is_whole = placement.environment.name in names
        chosen.update(
            dict.fromkeys(placement.environment.all_targets if is_whole else placement.targets)
        )
    return frozenset(chosen)


@traced("plan")
def plan_target(
    target: Target, held: Held, compiled: Iterable[Resource], options: PlanOptions
) -> Plan:
    """Return the plan of one target: the declared resources compared with what it holds."""
    if has_external_routes(target):
        return plan_external_routes(target.name, held)
    wanted = wanted_by(target, tuple(compiled))
    made = without_plain_secrets(plan(target.name, wanted, held, options=options))
    if isinstance(target, MimirAlertmanagerTarget):
        made = _without(made, _secret_files)
    if isinstance(target, AmazonAlertmanagerTarget):
        made = _without(made, _other_receivers)
    if isinstance(target, KubernetesTarget):
        made = without_too_large(made)
    return replace(made, is_experimental=target.provider in EXPERIMENTAL)


def _without(plan: Plan, refused: Callable[[Mapping[str, Json]], Iterator[str]]) -> Plan:
    """Block each configuration of which the server would refuse a part."""
    blocked = [
        Blocked(change.id, why)
        for change in plan.changes
        if isinstance(change, Create | Update | Claim)
        for why in islice(refused(change.after.body), 1)
    ]
    ids = {item.id for item in blocked}
    return replace(
        plan,
        changes=tuple(change for change in plan.changes if change.id not in ids),
        blocked=(*plan.blocked, *blocked),
    )


def _secret_files(body: Mapping[str, Json]) -> Iterator[str]:
    """Yield why Mimir refuses a configuration: its `*_file` fields."""
    yield from (UNREADABLE_THERE.format(path=path) for path in paths_left(body))


def _other_receivers(body: Mapping[str, Json]) -> Iterator[str]:
    """Yield why Amazon Managed Prometheus refuses a configuration: its other receivers."""
    yield from (ONLY_TOPICS.format(receiver=receiver) for receiver in unaccepted(body))


@dataclass(slots=True, kw_only=True)
class TargetReader:
    """Reader of targets, which opens and plans them; Alertmanagers first.

    Their alerts and silences hold changes of other targets.
    """

    selection: SyncSelection
    decisions: PlanDecisions
    access: ProviderAccess
    active: list[ActiveAlert] = field(default_factory=list)
    silences: list[CurrentSilence] = field(default_factory=list)

    def read(self) -> list[ReadyTarget | Unreached]:
        """Return every target, in the order of their declaration."""
        order = sorted(
            self.selection.targets,
            key=lambda target: not isinstance(target, AlertmanagerTarget),
        )
        read = {target.name: self._read(target) for target in order}
        return [read[target.name] for target in self.selection.targets]

    def _read(self, target: Target) -> ReadyTarget | Unreached:
        try:
            self._ensure_owner(target)
            provider = open_provider(target, self.access)
            planned = self._planned(target, provider.read())
            if isinstance(provider, DatadogProvider | GrafanaProvider):
                planned = provider.validated(planned)
            return ReadyTarget(target, provider, planned)
        except (ProviderError, SettingsError) as error:
            return Unreached(target.name, _of(target.name, error))
        except Exception as error:
            return Unreached(target.name, f"{target.name}: {unexpected(error)}", error)

    def _planned(self, target: Target, held: Held) -> Plan:
        """Return the plan; a folder has no active alerts, so those of the Alertmanagers count."""
        if isinstance(target, AlertmanagerTarget):
            self.active += held.active
            self.silences += held.silences
        active = tuple(self.active) if isinstance(target, RepositoryTarget) else ()
        options = self.decisions.of(target, self.access.owner, active)
        options = replace(options, silences=tuple(self.silences))
        planned = plan_target(target, held, self.selection.compiled, options=options)
        if isinstance(target, AlertmanagerTarget) and not planned.routes_owner:
            return self._with_missing(target, planned)
        return planned

    def _with_missing(self, target: AlertmanagerTarget, planned: Plan) -> Plan:
        """Return the plan with the missing secret files that the declared configuration names."""
        wanted = self.selection.configuration
        if wanted is None:
            return planned
        return replace(planned, missing=missing_secret_files(target, wanted.body, self.access.root))

    def _ensure_owner(self, target: Target) -> None:
        if self.access.owner is None and not isinstance(target, RepositoryTarget):
            raise ProviderError(NO_OWNER % new_owner_id())


def read_targets(
    selection: SyncSelection, decisions: PlanDecisions, access: ProviderAccess
) -> list[ReadyTarget | Unreached]:
    """Read and plan each target; one that cannot be reached is in the result as well.

    Raises:
        ReliabilityError: a decision is about an object that is in no plan.
    """
    decisions.ensure_targets([target.name for target in selection.targets])
    read = TargetReader(selection=selection, decisions=decisions, access=access).read()
    decisions.ensure_used([target.plan for target in read if isinstance(target, ReadyTarget)])
    return read


def shown(ready: ReadyTarget | Unreached, allowed: str | None) -> Planned | Unsafe | Unreached:
    """Return the report of a target's plan, which may exceed its limits."""
    if isinstance(ready, Unreached):
        return ready
    return within_limits(ready.target, ready.plan, allowed)


def only_drift(ready: ReadyTarget | Unreached) -> Planned | Unreached:
    """Return what was changed in a target outside the repository, and what it does not run."""
    return ready if isinstance(ready, Unreached) else Planned(ready.plan.only_drift)


def apply_plans(
    selection: SyncSelection,
    targets: Sequence[ReadyTarget | Unreached],
    allowed: Mapping[str, str],
    tell: Callable[[str], None],
    *,
    waits: bool,
) -> list[Report]:
    """Carry out every plan within its limits, in phases; see `Rollout`. Return all reports."""
    reports: list[Report] = [shown(target, allowed.get(target.name)) for target in targets]
    wanted = selection.configuration
    ready = [
        target
        for target, report in zip(targets, reports, strict=True)
        if isinstance(target, ReadyTarget) and isinstance(report, Planned)
    ]
    gates = tuple(_gates(selection, targets, reports, wanted=wanted))
    unwritten = {
        target_of(report): report.why
        for report in reports
        if isinstance(report, Unsafe | Unreached)
    }
    done = Rollout(
        targets=ready,
        wanted=wanted,
        gates=gates,
        order=selection.order,
        unwritten=unwritten,
        waits=waits,
        tell=tell,
    ).run()

    return [done.get(target_of(report), report) for report in reports]


def _gates(
    selection: SyncSelection,
    targets: Sequence[ReadyTarget | Unreached],
    reports: Sequence[Report],
    wanted: Resource | None,
) -> Iterator[RolloutGate]:
    """Yield the gates of Alertmanagers that are not written."""
    declared = {target.name: target for target in selection.targets}
    body = wanted.body if wanted else None
    for read, report in zip(targets, reports, strict=True):
        target = declared[read.name]
        if isinstance(target, ROUTED) and isinstance(report, Unsafe | Unreached):
            provider = read.provider if isinstance(read, ReadyTarget) else None
            running = provider.stored if isinstance(provider, ROUTING) else None
            url = target.endpoint if isinstance(target, AmazonTarget) else target.url
            yield RolloutGate.of(target.name, url, report.why, bodies=(running, body))


def _of(name: str, error: ReliabilityError) -> str:
    """Return the text of an error, with the target's name at its beginning."""
    text = str(error)
    return text if text.startswith(f"{name}:") else f"{name}: {text}"
