"""Compilation for each environment: the same compilers, on the catalog of each placement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from reliability.compile.compiler import Compiler
from reliability.compile.pieces import AT_ONCE, parts_of
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.resolve.environments.derived import catalog_in
from reliability.resolve.environments.placements import placements
from reliability.resource import Resource


@dataclass(frozen=True, slots=True)
class EachEnvironment:
    """Compiler of the resources of all placements; without environments, those of `inner`.

    Each resource names its placement and the sync targets that get it.
    """

    inner: Compiler

    @property
    def target(self) -> str:
        """Tool that the resources are for."""
        return self.inner.target

    @property
    def by_service(self) -> bool:
        """Whether each service compiles independently of all others."""
        return self.inner.by_service

    def compile(self, catalog: Catalog) -> Iterator[Resource | Problem]:
        """Yield the resources of some services at a time, for one placement after the other."""
        declared = placements(catalog)
        if not declared:
            yield from self.inner.compile(catalog)
            return

        # In parts as `build` has them, so that the order does not depend on its pieces.
        problems: set[Problem] = set()
        for part in parts_of(catalog, AT_ONCE):
            for placement in declared:
                for made in self.inner.compile(catalog_in(part, placement)):
                    if isinstance(made, Resource):
                        yield replace(made, targets=placement.targets)
                    elif made not in problems:
                        problems.add(made)
                        yield made
