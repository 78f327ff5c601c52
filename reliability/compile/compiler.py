"""Protocol of all compilers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.resource import Resource


class Compiler(Protocol):
    """Compiler without clock, network or files.

    What a target cannot express is a `Problem` at the location that asks for it.
    """

    @property
    def target(self) -> str:
        """Tool that the resources are for: `prometheus`, `alertmanager`."""

    @property
    def by_service(self) -> bool:
        """Whether each service compiles independently of all others, in the order of names."""

    def compile(self, catalog: Catalog) -> Iterator[Resource | Problem]:
        """Yield the tool's resources for the whole catalog, in a fixed order."""
