"""Evaluation of the rules of a ruler, by the API that Prometheus has, too.

A ruler stores rules at once, and loads them later: Mimir soon after a write, and both rulers at
their poll interval, which is one minute in Cortex (`-ruler.poll-interval`). Some versions leave
fields out of this API, so only names and expressions tell which rules are loaded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reliability.errors import ProviderError
from reliability.plan.change import Change, Claim, Create, Update
from reliability.plan.held import Stale
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome
from reliability.providers.loaded_files import (
    evaluation_error,
    is_failing,
    is_unproven,
    without_evaluated,
)
from reliability.providers.loaded_rules import duration_seconds, is_same_expression
from reliability.providers.prometheus_runner import LONGEST_WAIT, NOTED_EVERY
from reliability.providers.rules_api import LoadedGroup, RulesApi
from reliability.resource import Resource, ResourceId

Groups = Sequence[Mapping[str, Any]]
LOADED_WITHIN: Final = 60.0
"""Seconds until a ruler has loaded what it stores, on top of an interval."""
INTERVAL: Final = "1m"
"""Interval of a group that has none, which is the default of rulers."""
LOOKS: Final = 40
SHORTEST_PAUSE: Final = 0.5
WRITTEN: Final = "{target}: {number} of {count} services written"
WAITING: Final = "{target}: waiting up to {left:.0f} s for the first evaluation of {services}"
LATE: Final = "{target}: not evaluated yet, so errors are not known: {services}"
UNKNOWN: Final = "it is not known whether the written rules can be evaluated: {reason}"
UNKNOWN_STORED: Final = "it is not known whether the stored rules can be evaluated: {reason}"
LISTED: Final = 3
"""Names of services in a line of progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulerEvaluation:
    """Evaluation of the groups of a ruler; `tell` takes lines of progress.

    `prefix` is the beginning of the names of our namespaces, and `groups_of` returns the groups
    that are stored of a resource. `restore` puts the former groups of a namespace back, and returns
    words for the message. `noted_every` are the seconds between lines of progress.
    """

    api: RulesApi
    target: str
    tell: Callable[[str], None]
    prefix: str
    groups_of: Callable[[Resource], Groups]
    restore: Callable[[str], str]
    noted_every: float = NOTED_EVERY

    def outcomes(self, outcomes: Iterable[Outcome], count: int) -> Iterator[Outcome]:
        """Wait for the first evaluation; yield the outcomes, failed if rules have an error.

        `count` is the number of outcomes that will come.
        """
        done = [*self._noted(outcomes, count)]
        written = {
            self._namespace(outcome): self.groups_of(after)
            for outcome in done
            if isinstance(outcome, ChangeApplied)
            for after in _written_by(outcome.change)
        }
        errors = self.errors(written)
        for outcome in done:
            namespace = self._namespace(outcome)
            if namespace in errors and isinstance(outcome, ChangeApplied):
                yield ChangeFailed(outcome.change, f"{errors[namespace]}{self._back(namespace)}")
            else:
                yield outcome

    def _noted(self, outcomes: Iterable[Outcome], count: int) -> Iterator[Outcome]:
        """Yield outcomes, and show progress: nothing else does until they are evaluated."""
        noted = time.monotonic()
        for number, outcome in enumerate(outcomes, start=1):
            if time.monotonic() - noted >= self.noted_every:
                noted = time.monotonic()
                self.tell(WRITTEN.format(target=self.target, number=number, count=count))
            yield outcome

    def _namespace(self, outcome: Outcome) -> str:
        return f"{self.prefix}{outcome.change.id.name}"

    def _back(self, namespace: str) -> str:
        try:
            return self.restore(namespace)
        except ProviderError as error:
            return f"; the previous rules were not restored: {error}"

    def errors(self, written: Mapping[str, Groups]) -> Mapping[str, str]:
        """Wait for the first evaluation of written groups; return the error of each that fails.

        Groups are by their namespace. Those that are not evaluated in time have no error.
        """
        try:
            return self._errors(written) if written else {}
        except ProviderError as error:
            self.tell(UNKNOWN.format(reason=error))
            return {}

    def _errors(self, written: Mapping[str, Groups]) -> Mapping[str, str]:
        intervals = [
            duration_seconds(str(group.get("interval") or INTERVAL))
            for groups in written.values()
            for group in groups
        ]
        patience = min(max(intervals, default=0) + LOADED_WITHIN, LONGEST_WAIT)
        pause = max(SHORTEST_PAUSE, patience / LOOKS)
        begin, waited, noted = time.monotonic(), 0.0, -self.noted_every

        while True:
            look = time.monotonic()
            running = self._running(written)
            look = time.monotonic() - look
            late = [name for name in written if name not in running or is_unproven(running[name])]
            if not late or waited >= patience:
                break
            if waited >= noted + self.noted_every:
                noted = waited
                self._note(WAITING, late, left=patience - waited)
            # An answer has all rules of the tenant, which may take seconds.
            rest = max(pause, 2 * look)
            self.api.server.pause(rest)
            # As in `PrometheusRunner.settled`: a pause that returns at once in a test counts, too.
            waited = max(waited + rest, time.monotonic() - begin)

        if late:
            self._note(LATE, late)
        errors = {name: evaluation_error(groups) for name, groups in running.items()}
        return {name: error for name, error in errors.items() if error is not None}

    def _running(self, written: Mapping[str, Groups]) -> dict[str, tuple[LoadedGroup, ...]]:
        """Return the groups that the ruler runs, of each namespace that it runs as written.

        They have only the rules that say something: an error, or that they were not evaluated yet.
        """
        missing = {
            name: {group["name"]: group["rules"] for group in groups if group.get("rules")}
            for name, groups in written.items()
        }
        loaded: dict[str, list[LoadedGroup]] = {name: [] for name in written}
        for group in self.api.groups():
            if group.file not in loaded:
                continue
            rules = missing[group.file].get(group.name)
            if rules is not None and _has_rules(rules, group):
                del missing[group.file][group.name]
            loaded[group.file].append(without_evaluated(group))
        return {name: tuple(groups) for name, groups in loaded.items() if not missing[name]}

    def _note(self, text: str, late: Sequence[str], **more: float) -> None:
        rest = f" and {len(late) - LISTED} more" if len(late) > LISTED else ""
        services = f"{', '.join(late[:LISTED])}{rest}"
        self.tell(text.format(target=self.target, services=services, **more))


def failing_objects(
    api: RulesApi, namespaces: Mapping[str, ResourceId], tell: Callable[[str], None]
) -> tuple[Stale, ...]:
    """Return the objects with a rule whose latest evaluation failed, with the ruler's errors.

    Objects are by their namespace. If the ruler does not tell, `tell` gets the reason.
    """
    failing: dict[str, list[LoadedGroup]] = {}
    try:
        for group in api.groups():
            if group.file in namespaces and any(map(is_failing, group.rules)):
                failing.setdefault(group.file, []).append(group)
    except ProviderError as error:
        tell(UNKNOWN_STORED.format(reason=error))
        return ()
    errors = {name: evaluation_error(tuple(groups)) for name, groups in failing.items()}
    return tuple(Stale(namespaces[name], why) for name, why in errors.items() if why is not None)


def _written_by(change: Change) -> Iterator[Resource]:
    """Yield what a change writes, if it writes anything."""
    match change:
        case Create(after) | Update(_, after) | Claim(after):
            yield after
        case _:
            pass


def _has_rules(rules: Sequence[Mapping[str, Any]], loaded: LoadedGroup) -> bool:
    """Return whether a group runs with these rules in their order."""
    return len(rules) == len(loaded.rules) and all(
        (rule.get("alert") or rule["record"]) == running.name
        and is_same_expression(rule["expr"], running.query)
        for rule, running in zip(rules, loaded.rules, strict=True)
    )
