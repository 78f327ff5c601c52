"""A list of rules by the names of their modules: a hook imports only those that it runs."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from functools import cached_property
from importlib import import_module
from typing import overload

from reliability.check.rule import Rule


class Listing(Sequence[Rule]):
    """The rules of a package, in the order of the names; all are imported when one is taken."""

    def __init__(self, package: str, names: Sequence[str]) -> None:
        """Take the names of modules, each of which holds the rule of its name."""
        self.package = package
        self.names = names

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """All of them."""
        return tuple(self.among(self.names))

    def among(self, names: Container[str]) -> Iterator[Rule]:
        """Those of these names, in the order of the list; the others are not imported."""
        for name in self.names:
            if name in names:
                rule: Rule = getattr(import_module(f"{self.package}.{name}"), name)
                yield rule

    @overload
    def __getitem__(self, index: int) -> Rule: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Rule, ...]: ...

    def __getitem__(self, index: int | slice) -> Rule | tuple[Rule, ...]:
        return self.rules[index]

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.names)
