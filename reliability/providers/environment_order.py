"""Order in which sync writes the targets of environments: those of `after` first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from reliability.model.environments import Environment

HELD: Final = "held back: {target} of the environment {environment} comes first: {why}"


@dataclass(frozen=True, slots=True)
class EarlierTarget:
    """A target that has to be in the desired state first, and the environment that it is of."""

    environment: str
    target: str

    def held(self, why: str) -> str:
        """Return why the changes of a later target are held back."""
        return HELD.format(target=self.target, environment=self.environment, why=why)


@dataclass(frozen=True, slots=True)
class EnvironmentOrder:
    """The targets that come before each target, by its name; empty without environments."""

    earlier: Mapping[str, tuple[EarlierTarget, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, environments: Iterable[Environment]) -> EnvironmentOrder:
        """Return the order that the environments declare by `after`."""
        named = {environment.name: environment for environment in environments}
        earlier: dict[str, dict[EarlierTarget, None]] = {}
        for environment in named.values():
            own = environment.all_targets
            before = [
                EarlierTarget(former.name, name)
                for former in _before(environment, named)
                for name in former.all_targets
                # A server of both environments is written once.
                if name not in own
            ]
            for name in own:
                earlier.setdefault(name, {}).update(dict.fromkeys(before))
        return cls({name: tuple(before) for name, before in earlier.items() if before})

    def before(self, name: str) -> tuple[EarlierTarget, ...]:
        """Return the targets that have to be in the desired state before this one is written."""
        return self.earlier.get(name, ())

    def waves(self, names: Iterable[str]) -> Iterator[list[str]]:
        """Yield the names of targets that are written together, the earliest first."""
        waiting = list(names)
        while waiting:
            wave = [name for name in waiting if not self._waits(name, waiting)]
            # Names that wait for each other: two environments that share servers crosswise.
            wave = wave or waiting
            yield wave
            waiting = [name for name in waiting if name not in wave]

    def _waits(self, name: str, waiting: list[str]) -> bool:
        return any(earlier.target in waiting for earlier in self.before(name))


def _before(environment: Environment, named: Mapping[str, Environment]) -> Iterator[Environment]:
    """Yield the environments before one, the nearest first; a cycle ends at its beginning."""
    seen = {environment.name}
    while environment.after is not None and environment.after not in seen:
        former = named.get(environment.after)
        if former is None:
            return
        environment = former
        seen.add(environment.name)
        yield environment


NO_ORDER: Final = EnvironmentOrder()
"""Order of targets without environments: none waits for another."""
