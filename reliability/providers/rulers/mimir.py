"""Provider of the ruler of Mimir or Cortex: a service has the namespace `reliability/<service>`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from reliability.errors import ProviderError
from reliability.plan.change import Change, Claim, Create, Delete, Reload, Update
from reliability.plan.held import Foreign, Held, MarkedObject, Owner, Stale
from reliability.plan.sync import Outcome
from reliability.providers.active import active_in_prometheus
from reliability.providers.http import HttpServer
from reliability.providers.rulers.api import RulerApi, RulerListing, RulerRefusalError
from reliability.providers.rulers.evaluation import RulerEvaluation, failing_objects
from reliability.providers.rulers.groups import Group, canonical, first_difference
from reliability.providers.rulers.several import write_several
from reliability.providers.rulers.stored import (
    GroupPut,
    GroupRemoval,
    StoredBody,
    StoredGroups,
    read_groups,
)
from reliability.providers.rules_api import RulesApi
from reliability.resource import ResourceId

KIND: Final = "rules"
PREFIX: Final = "reliability/"
PROMETHEUS: Final = "/prometheus"
CHANGED: Final = "{namespace} was changed since the plan was made; plan again"


@dataclass(slots=True, kw_only=True)
class MimirProvider:
    """A `Provider` of the rule groups of one tenant.

    If it `waits`, a change whose rules cannot be evaluated is taken back. If it
    `reads_evaluations`, a stored service whose rules cannot be evaluated is stale.
    """

    target: str
    server: HttpServer
    path: str
    tell: Callable[[str], None]
    owner: Owner | None = None
    waits: bool = False
    reads_evaluations: bool
    api: RulerApi = field(init=False)
    seen: RulerListing = field(default=RulerListing({}), init=False)

    def __post_init__(self) -> None:
        self.api = RulerApi(self.server, self.path)

    def read(self) -> Held:
        """Return the services that have a namespace of ours, and the active alerts."""
        self.seen = self.api.namespaces()
        ours = sorted(name for name in self.seen.namespaces if name.startswith(PREFIX))
        held = [item for name in ours for item in self._held(name)]
        kept = tuple(item for item in held if not isinstance(item, Foreign))
        return Held(
            kept=kept,
            foreign=tuple(item for item in held if isinstance(item, Foreign)),
            stale=self._failing(kept) if self.reads_evaluations else (),
            active=active_in_prometheus(self.server, PROMETHEUS),
        )

    def _failing(self, kept: Sequence[MarkedObject]) -> tuple[Stale, ...]:
        """Return the services whose rules the ruler cannot evaluate."""
        namespaces = {f"{PREFIX}{item.id.name}": item.id for item in kept}
        return failing_objects(RulesApi(self.server, PROMETHEUS), namespaces, self.tell)

    def _held(self, namespace: str) -> Iterator[MarkedObject | Foreign]:
        """Yield the object of a namespace, unless it is empty; its body is parsed on first use."""
        listing = self.seen
        groups = listing.groups(namespace)
        if groups:
            identity = ResourceId(self.target, KIND, namespace.removeprefix(PREFIX))
            yield read_groups(identity, groups, StoredBody(lambda: listing.groups(namespace)))

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Write several services at a time, then delete what is not declared any more."""
        yield from write_several(self._apply, changes, self._evaluated)

    @property
    def _evaluated(self) -> Callable[[Iterable[Outcome], int], Iterator[Outcome]] | None:
        """Wait for the first evaluation of what was written, if this sync waits."""
        if not self.waits:
            return None
        return RulerEvaluation(
            api=RulesApi(self.server, PROMETHEUS),
            target=self.target,
            tell=self.tell,
            prefix=PREFIX,
            groups_of=lambda after: StoredGroups.of(after, self.owner).groups,
            restore=lambda namespace: self._restored(namespace, self.seen.groups(namespace)),
        ).outcomes

    def _apply(self, change: Change) -> None:
        namespace = f"{PREFIX}{change.id.name}"
        before = self.api.groups(namespace)
        if not _is_same(before, self.seen.groups(namespace)):
            raise ProviderError(CHANGED.format(namespace=namespace))

        match change:
            case Create(after) | Update(_, after) | Claim(after):
                self._write(namespace, StoredGroups.of(after, self.owner), before)
            case Delete():
                self.api.remove(namespace)
            case Reload():
                raise ProviderError("a ruler loads what it stores by itself")

    def _write(self, namespace: str, wanted: StoredGroups, before: Sequence[Group]) -> None:
        """Write the groups one after another; a refusal restores the former ones."""
        try:
            for write in wanted.writes(before):
                match write:
                    case GroupPut(group):
                        self.api.put(namespace, group)
                    case GroupRemoval(name):
                        self.api.remove(namespace, name)
        except RulerRefusalError as error:
            raise ProviderError(f"{error}{self._restored(namespace, before)}") from error

        # 202 says that something was stored. An older ruler leaves out what it does not know, such
        # as `keep_firing_for`, and another sync may have written at the same time.
        differs = first_difference(wanted.groups, self.api.groups(namespace))
        if differs is not None:
            raise ProviderError(f"it is stored otherwise than sent: {differs}")

    def _restored(self, namespace: str, before: Sequence[Group]) -> str:
        """Put the former groups back, and return words for the message."""
        there = {str(group["name"]): canonical(group) for group in self.api.groups(namespace)}
        former = {str(group["name"]): group for group in before}
        for name in there.keys() - former.keys():
            self.api.remove(namespace, name)
        for name, group in former.items():
            if there.get(name) != canonical(group):
                self.api.put(namespace, group)
        return "; the previous groups were restored" if former else ""


def _is_same(one: Sequence[Group], other: Sequence[Group]) -> bool:
    """Return whether two lists have the same groups, in any order."""
    mine, theirs = (
        {group["name"]: canonical(group) for group in groups} for groups in (one, other)
    )
    return mine == theirs
