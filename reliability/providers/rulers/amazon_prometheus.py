"""Provider of Amazon Managed Prometheus: a rule groups namespace for each service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from reliability.errors import ProviderError
from reliability.plan.change import Change, Claim, Create, Delete, Reload, Update
from reliability.plan.held import Foreign, Held, Intact, MarkedObject, Owner, Stale
from reliability.plan.sync import Outcome
from reliability.providers.loaded_rules import groups_of
from reliability.providers.mark import NO_ADDRESS, marked_text, read_marked
from reliability.providers.object_api import read_each
from reliability.providers.rulers.amazon_api import (
    ACTIVE,
    DELETING,
    UNFINISHED,
    AmazonApi,
    AmazonRefusalError,
    DescribedNamespace,
    failure,
)
from reliability.providers.rulers.evaluation import RulerEvaluation, failing_objects
from reliability.providers.rulers.several import write_several
from reliability.providers.rules_api import RulesApi
from reliability.resource import Resource, ResourceId

KIND: Final = "rules"
PREFIX: Final = "reliability-"
"""Beginning of the names of our namespaces, in which a slash is not allowed."""
CHANGED: Final = "{name} was changed since the plan was made; plan again"


@dataclass(slots=True, kw_only=True)
class AmazonPrometheusProvider:
    """A `Provider` of the rule groups namespaces of one workspace.

    The data of a namespace is a marked rule file, as in a folder. Its tags have the same owner, for
    people and for IAM policies. If it `waits`, a change whose rules cannot be evaluated is taken
    back. If it `reads_evaluations`, a stored service whose rules cannot be evaluated is stale.
    `rules` is the API of evaluations, or None.
    """

    target: str
    api: AmazonApi
    tell: Callable[[str], None]
    rules: RulesApi | None = None
    owner: Owner | None = None
    waits: bool = False
    reads_evaluations: bool
    seen: dict[str, bytes] = field(default_factory=dict, init=False)

    def read(self) -> Held:
        """Return the namespaces with our prefix; those whose last write failed are stale."""
        self.seen.clear()
        held: list[MarkedObject | Foreign] = []
        stale: list[Stale] = []
        names = [listed.name for listed in self.api.namespaces(PREFIX)]
        for there in read_each(self.api.describe, names):
            if there is None or there.status.status_code == DELETING:
                continue
            identity = ResourceId(self.target, KIND, there.name.removeprefix(PREFIX))
            self.seen[there.name] = there.content
            read = read_marked(identity, there.content)
            held.append(read)
            if isinstance(read, Intact) and not _is_fine(there):
                stale.append(Stale(identity, f"the service refused it: {failure(there.status)}"))

        kept = tuple(item for item in held if not isinstance(item, Foreign))
        refused = {item.id for item in stale}
        stale += (item for item in self._failing(kept) if item.id not in refused)
        return Held(
            kept=kept,
            foreign=tuple(item for item in held if isinstance(item, Foreign)),
            stale=tuple(stale),
        )

    def _failing(self, kept: Sequence[MarkedObject]) -> tuple[Stale, ...]:
        """Return the services whose rules the service cannot evaluate, if that can be read."""
        if self.rules is None or not self.reads_evaluations:
            return ()
        namespaces = {f"{PREFIX}{item.id.name}": item.id for item in kept}
        return failing_objects(self.rules, namespaces, self.tell)

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Write several namespaces at a time, then delete what is not declared any more.

        The service takes some seconds until a namespace is active.
        """
        yield from write_several(self._apply, changes, self._evaluated)

    @property
    def _evaluated(self) -> Callable[[Iterable[Outcome], int], Iterator[Outcome]] | None:
        """Wait for the first evaluation of what was written, unless it cannot be read."""
        if self.rules is None or not self.waits:
            return None
        return RulerEvaluation(
            api=self.rules,
            target=self.target,
            tell=self.tell,
            prefix=PREFIX,
            groups_of=lambda after: groups_of(after.body),
            restore=self._put_back,
        ).outcomes

    def _put_back(self, name: str) -> str:
        """Put the rule file of the last read back, and return words for the message."""
        if name not in self.seen:
            self.api.delete(name)
            return ""
        self.api.put(name, self.seen[name])
        return "; the previous rules were restored"

    def _apply(self, change: Change) -> None:
        name = f"{PREFIX}{change.id.name}"
        there = self.api.describe(name)
        before = None if there is None else there.content
        if before != self.seen.get(name):
            raise ProviderError(CHANGED.format(name=name))

        match change:
            case Create(after) | Update(_, after) | Claim(after):
                self._write(name, after, there)
            case Delete():
                self.api.delete(name)
            case Reload():
                self.api.put(name, self.seen[name])

    def _write(self, name: str, after: Resource, there: DescribedNamespace | None) -> None:
        content, tags = marked_text(after, self.owner), self._tags(after.id)
        try:
            if there is None:
                self.api.create(name, content, tags)
            else:
                self.api.put(name, content)
        except AmazonRefusalError as error:
            raise ProviderError(f"{error}{self._restored(name, there)}") from error
        if there is not None and dict(there.tags) != {**there.tags, **tags}:
            self.api.tag(there.arn, tags)

    def _restored(self, name: str, there: DescribedNamespace | None) -> str:
        """Put the former rule file back, and return words for the message."""
        now = self.api.describe(name)
        if there is None:
            if now is not None:
                self.api.delete(name)
            return ""
        if now is None or now.data != there.data or not _is_fine(now):
            self.api.put(name, there.content)
        return "; the previous rules were restored"

    def _tags(self, identity: ResourceId) -> Mapping[str, str]:
        owner = {}
        if self.owner is not None:
            owner = {
                "reliability-owner": self.owner.id,
                "reliability-repository": self.owner.address or NO_ADDRESS,
            }
        return {"managed-by": "reliability", "service": identity.name, **owner}


def _is_fine(namespace: DescribedNamespace) -> bool:
    return namespace.status.status_code in (ACTIVE, *UNFINISHED)
