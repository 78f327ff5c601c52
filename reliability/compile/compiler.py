"""The one thing that every compiler does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.resource import Resource


class Compiler(Protocol):
    """Pure: no clock, no network, no files.

    What a target cannot express is a `Problem` at the place that asks for it.
    """

    @property
    def target(self) -> str:
        """The tool that its resources are for: `prometheus`, `alertmanager`."""

    @property
    def by_service(self) -> bool:
        """Whether a service compiles to the same without the others: the order is their names'."""

    def compile(self, catalog: Catalog) -> Iterator[Resource | Problem]:
        """What the tool will be given for everything that is declared, in a fixed order."""
