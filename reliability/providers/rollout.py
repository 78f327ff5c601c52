"""Sync of several targets in phases, so that no rule fires before its route exists.

1. Folders are written, and each Alertmanager gets its new routes in front of its former ones.
2. The rules are loaded: by one Prometheus first, then by all others at once if it accepted them.
   All of them wait for the first evaluation at the same time. The targets of an environment wait
   until those of the environments before it (`after`) are in the desired state.
3. Former routes are removed if all rules are in place and no alert is routed there any more.

A process may be killed at any point: what is written by then is a configuration that loses no
alert, and the next sync finds former routes by their matcher (`plan/former_routes.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlsplit

from reliability.alertmanager.routing import Routing, RoutingRefusedError, parse, walk
from reliability.errors import ProviderError
from reliability.plan.alerts import alerts_in
from reliability.plan.change import Change, Claim, Create, Delete, Update
from reliability.plan.held import Held, Intact, Pending
from reliability.plan.plan import Plan
from reliability.plan.report import Synced
from reliability.plan.sync import ChangeFailed, Outcome, ReadyTarget, sync
from reliability.providers.alertmanager import IDENTITY, AlertmanagerProvider
from reliability.providers.environment_order import NO_ORDER, EnvironmentOrder
from reliability.providers.mimir_alertmanager import MimirAlertmanagerProvider
from reliability.providers.prometheus import PrometheusProvider
from reliability.providers.replica import ReplicaRollout
from reliability.providers.rulers.amazon_alertmanager import AmazonAlertmanagerProvider
from reliability.providers.rulers.amazon_prometheus import AmazonPrometheusProvider
from reliability.providers.rulers.mimir import MimirProvider
from reliability.resource import Json, Resource

RULERS: Final = MimirProvider | AmazonPrometheusProvider
"""Providers that store rules by an API."""
NO_ROUTES: Final = "held back: {target} does not have the routes of its alerts yet: {why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutGate:
    """Reason to hold rules back: the Alertmanager at `address` does not have the declared routes.

    `running` is None if its routes are not known.
    """

    target: str
    address: str
    why: str
    running: Routing | None
    wanted: Routing | None

    @classmethod
    def of(
        cls, target: str, url: str, why: str, bodies: tuple[Body | None, Body | None]
    ) -> RolloutGate:
        """Return the gate of a target; `bodies` are its running and declared configurations."""
        running, wanted = map(_routing, bodies)
        address = urlsplit(url).netloc
        return cls(target=target, address=address, why=why, running=running, wanted=wanted)

    def holds(self, change: Change) -> bool:
        """Return whether an alert of a change would get other receivers than the declared ones."""
        match change:
            case Create(after) | Update(_, after) | Claim(after):
                return any(self._differs(dict(alert)) for alert in alerts_in(after.body))
            case _:
                return False

    def _differs(self, labels: Mapping[str, str]) -> bool:
        if self.running is None or self.wanted is None:
            return True
        # Compare receivers and not routes: a rewritten tree that notifies the same people holds
        # nothing back.
        running = [route.receiver for route in walk(self.running.root, labels)]
        return running != [route.receiver for route in walk(self.wanted.root, labels)]


Body = Mapping[str, Json]


@dataclass(slots=True, kw_only=True)
class Rollout:
    """Execution of the plans of targets that may be written.

    `wanted` is the declared configuration of Alertmanager; `gates` are those of Alertmanagers that
    are not written at all; `waits` is whether to wait for first evaluations. `unwritten` says why
    other targets are not written.
    """

    targets: Sequence[ReadyTarget]
    wanted: Resource | None = None
    gates: Sequence[RolloutGate] = ()
    order: EnvironmentOrder = NO_ORDER
    unwritten: Mapping[str, str] = field(default_factory=dict)
    waits: bool = True
    tell: Callable[[str], None]
    reports: dict[str, Synced] = field(default_factory=dict)

    def run(self) -> Mapping[str, Synced]:
        """Carry out every phase; return the result of each target, by its name."""
        gates = [*self.gates]
        for ready in self.targets:
            if isinstance(ready.provider, AlertmanagerProvider):
                # Routes before rules: an alert that fires before its route exists goes to the
                # default receiver.
                gates += self._add_routes(ready, ready.provider)
            elif not self.order.before(ready.name) and not _has_rules(ready):
                gates += self._sync(ready)

        # Former routes stay until the rules are loaded, because alerts of the former rules are
        # still firing.
        named = {ready.name: ready for ready in self.targets if ready.name not in self.reports}
        for wave in self.order.waves(named):
            self._write_wave([named[name] for name in wave], gates)
        for ready in self.targets:
            if isinstance(ready.provider, AlertmanagerProvider):
                self._remove_former_routes(ready, ready.provider)

        return self.reports

    def _sync(self, ready: ReadyTarget) -> Iterator[RolloutGate]:
        """Write a target at once; yield a gate if it lacks the declared routes afterwards."""
        outcomes = list(sync(ready.plan, ready.provider))
        self._report(ready, outcomes)
        why = _why_not(ready.plan, outcomes)
        provider = ready.provider
        if why is not None and isinstance(
            provider, MimirAlertmanagerProvider | AmazonAlertmanagerProvider
        ):
            bodies = (provider.stored, self.wanted.body if self.wanted else None)
            yield RolloutGate.of(ready.name, provider.server.url, why, bodies=bodies)

    def _report(self, ready: ReadyTarget, outcomes: Iterable[Outcome]) -> None:
        self.reports[ready.name] = Synced(ready.plan, tuple(outcomes))

    def _add_routes(
        self, ready: ReadyTarget, provider: AlertmanagerProvider
    ) -> Iterator[RolloutGate]:
        """Write new routes in front of the former ones; yield a gate if that fails."""
        running = provider.stored
        asked = {change.id: change for change in ready.plan.changes}
        with_former = tuple(_with_former(change, provider) for change in ready.plan.changes)
        outcomes = [
            replace(outcome, change=asked[outcome.change.id])
            for outcome in sync(replace(ready.plan, changes=with_former), provider)
        ]
        self._report(ready, outcomes)
        why = _why_not(ready.plan, outcomes)
        if why is not None:
            wanted = self.wanted.body if self.wanted else None
            yield RolloutGate.of(ready.name, provider.server.url, why, bodies=(running, wanted))

    def _write_wave(self, wave: Sequence[ReadyTarget], gates: Sequence[RolloutGate]) -> None:
        """Write targets that wait for no other of them."""
        prometheus: list[ReadyTarget] = []
        for ready in wave:
            why = self._why_held(ready.name)
            if why is not None:
                self._report(ready, [ChangeFailed(change, why) for change in ready.plan.changes])
            elif isinstance(ready.provider, PrometheusProvider):
                prometheus.append(ready)
            elif not _has_rules(ready):
                self._report(ready, sync(ready.plan, ready.provider))
        self._load_rules(prometheus, gates)
        self._store_rules([ready for ready in wave if ready.name not in self.reports], gates)

    def _why_held(self, name: str) -> str | None:
        """Return why an earlier environment holds a target back, or None."""
        for earlier in self.order.before(name):
            why = self.unwritten.get(earlier.target)
            report = self.reports.get(earlier.target)
            if why is None and report is not None:
                why = _why_not(report.plan, report.outcomes)
            if why is not None:
                return earlier.held(why)
        return None

    def _load_rules(self, targets: Sequence[ReadyTarget], gates: Sequence[RolloutGate]) -> None:
        """Load the rules of Prometheus servers: of one first, then of all others at once."""
        replicas = [
            self._replica(ready, ready.provider, gates)
            for ready in targets
            if isinstance(ready.provider, PrometheusProvider)
        ]
        if not replicas:
            return

        with ThreadPoolExecutor(len(replicas)) as pool:
            first: ReplicaRollout | None = None
            for replica in replicas:
                if first is not None:
                    # What the first replica refused is not written to the others: one broken server
                    # of a pair is enough.
                    replica.leave_out(first)
                pool.submit(replica.carry_out, waits=self.waits)
                if first is None and replica.is_loaded():
                    first = replica

        for replica in replicas:
            self.reports[replica.plan.target] = Synced(replica.plan, tuple(replica.outcomes))

    def _replica(
        self, ready: ReadyTarget, provider: PrometheusProvider, gates: Sequence[RolloutGate]
    ) -> ReplicaRollout:
        """Return the rollout of a Prometheus, in which held-back changes are failed outcomes."""
        relevant = self._relevant(provider, gates) if ready.plan.changes else ()
        made, held = _held_back(ready.plan, relevant)
        return ReplicaRollout(plan=ready.plan, provider=provider, changes=made, outcomes=held)

    def _store_rules(self, targets: Sequence[ReadyTarget], gates: Sequence[RolloutGate]) -> None:
        """Write the rules of each ruler, one after another."""
        for ready in targets:
            if isinstance(ready.provider, RULERS):
                # A ruler does not say which Alertmanager it notifies, so every gate counts.
                made, held = _held_back(ready.plan, gates)
                ready.provider.waits = self.waits
                outcomes = sync(replace(ready.plan, changes=tuple(made)), ready.provider)
                self._report(ready, [*held, *outcomes])

    def _relevant(
        self, provider: PrometheusProvider, gates: Sequence[RolloutGate]
    ) -> Sequence[RolloutGate]:
        """Return the gates of the Alertmanagers that a Prometheus notifies.

        Return all gates if it does not report them, or notifies one that is not a target.
        """
        if not gates:
            return ()
        try:
            notified = provider.alertmanagers()
        except ProviderError:
            return gates

        known = {gate.address for gate in gates} | {
            urlsplit(ready.provider.server.url).netloc
            for ready in self.targets
            if isinstance(ready.provider, AlertmanagerProvider)
        }
        if notified <= known:
            return [gate for gate in gates if gate.address in notified]

        # Notifications may leave through a server that is not known here, so every gate counts.
        return gates

    def _remove_former_routes(self, ready: ReadyTarget, provider: AlertmanagerProvider) -> None:
        """Write the configuration without former routes, unless one of them is still needed."""
        plan = ready.plan
        if self.reports[ready.name].failed or plan.held_back or plan.routes_owner:
            return

        try:
            held = provider.read()
        except ProviderError as error:
            if plan.changes or plan.pending:
                why = f"former routes may remain; the next sync removes them: {error}"
                self._note(ready, [Pending(replace(IDENTITY, target=ready.name), why)])
            return

        # A Prometheus that still runs former rules sends alerts that only the former routes know.
        waiting = [name for name, report in self.reports.items() if _lacks_rules(report)]
        if any(route.alerts for route in provider.former) or (waiting and provider.former):
            first = f"; the rules of {', '.join(waiting)} come first" if waiting else ""
            self._note(ready, [replace(item, why=f"{item.why}{first}") for item in held.pending])
        else:
            self._note(ready, self._declared(ready, provider, held))

    def _declared(
        self, ready: ReadyTarget, provider: AlertmanagerProvider, held: Held
    ) -> Sequence[Pending]:
        """Write a configuration without its former routes; return what remains if that fails."""
        plain = [item.resource for item in held.kept if isinstance(item, Intact)]
        if not provider.former or not plain:
            return ()

        body = replace(plain[0], body=dict(plain[0].body))
        outcomes = sync(replace(ready.plan, changes=(Update(body, body),)), provider)
        failures = [item for item in outcomes if isinstance(item, ChangeFailed)]
        if not failures:
            self.tell(f"{ready.name}: no alert needs the former routes; they are removed")

        return [Pending(item.change.id, f"former routes remain: {item.why}") for item in failures]

    def _note(self, ready: ReadyTarget, pending: Sequence[Pending]) -> None:
        report = self.reports[ready.name]
        self.reports[ready.name] = replace(
            report, plan=replace(report.plan, pending=tuple(pending))
        )


def _held_back(plan: Plan, gates: Sequence[RolloutGate]) -> tuple[list[Change], list[Outcome]]:
    """Return the changes to make, and the failed outcomes of those that gates hold back.

    A deletion is held back once another change is: its replacement may be in that file.
    """
    made: list[Change] = []
    held: list[Outcome] = []
    for change in plan.changes:
        gate = next((gate for gate in gates if gate.holds(change)), None)
        # Moving an alert to another file is a creation and a deletion; with only the deletion
        # carried out, the alert would be missing.
        if gate is None and isinstance(change, Delete) and held:
            gate = gates[0]
        if gate is None:
            made.append(change)
        else:
            held.append(ChangeFailed(change, NO_ROUTES.format(target=gate.target, why=gate.why)))

    return made, held


def _with_former(change: Change, provider: AlertmanagerProvider) -> Change:
    match change:
        case Update(_, after):
            return replace(change, after=provider.with_former(after))
        case _:
            return change


def _why_not(plan: Plan, outcomes: Collection[Outcome]) -> str | None:
    """Return why an Alertmanager does not run the declared configuration; None if it does."""
    failures = [outcome.why for outcome in outcomes if isinstance(outcome, ChangeFailed)]
    held = [item.why for item in plan.held_back]
    return next(iter((*failures, *held)), None)


def _has_rules(ready: ReadyTarget) -> bool:
    return isinstance(ready.provider, PrometheusProvider | RULERS)


def _lacks_rules(report: Synced) -> bool:
    """Return whether a change of a target failed or was held back."""
    return bool(report.failed or report.plan.held_back)


def _routing(body: Body | None) -> Routing | None:
    try:
        return None if body is None else parse(body)
    except RoutingRefusedError:
        return None
