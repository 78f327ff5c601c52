"""Compilation in pieces of some services at a time, to limit memory."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.bugs import BUG, report_bug
from reliability.compile.compiler import Compiler
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Location
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy
from reliability.model.kind import Model
from reliability.model.openslo.slo import Slo
from reliability.model.ownership import Ownership
from reliability.resource import Resource

AT_ONCE: Final = 200
"""Number of services per piece; compiled resources of a piece stay in memory until written."""

OF_SERVICES: Final[tuple[type[Model], ...]] = (Slo, AlertPolicy, Ownership)
"""Kinds whose documents belong to one service each."""

OfKinds = dict[type[Model], list[Located[Any]]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A compiler and its input: a whole catalog, or some services of one."""

    compiler: Compiler
    catalog: Catalog

    def compiled(self) -> list[Resource | Problem]:
        """Return the compiler's results for the piece.

        A bug is reported, and is a problem of each service that reveals it, or of the whole output.
        """
        try:
            return [*self.compiler.compile(self.catalog)]
        # Any exception: a bug that one service reveals must not hide the outputs of all others.
        except Exception:
            report_bug(f"output {self.compiler.target}")
            return [*self._compiled_apart()]

    def _compiled_apart(self) -> Iterator[Resource | Problem]:
        parts = [*parts_of(self.catalog, 1)] if self.compiler.by_service else []
        for part in parts or [self.catalog]:
            try:
                yield from [*self.compiler.compile(part)]
            except Exception as error:
                yield _bug(self.compiler, part, f"{type(error).__name__}: {error}")


def _bug(compiler: Compiler, part: Catalog, bug: str) -> Problem:
    """Return the problem of a part that reveals a bug, in a file of its service."""
    kinds = OF_SERVICES if compiler.by_service else ()
    paths = (each.document.path for kind in kinds for each in part.documents(kind))
    message = Message(
        "the output {target} cannot be compiled, because of a bug in reliability: {bug}",
        target=compiler.target,
        bug=bug,
    )
    at = Location(next(paths, PurePosixPath(".")))
    return Problem(at, message, Message("report the bug"), subject=BUG)


def pieces_of(
    compilers: Iterable[Compiler], catalog: Catalog, at_once: int = AT_ONCE
) -> Iterator[Piece]:
    """Yield pieces whose results together, in order, equal those of the whole catalog."""
    parts = list(parts_of(catalog, at_once))
    for compiler in compilers:
        for part in parts if compiler.by_service else [catalog]:
            yield Piece(compiler, part)


def parts_of(catalog: Catalog, at_once: int) -> Iterator[Catalog]:
    """Yield catalogs with the SLOs, alerts and owners of `at_once` services each, by name.

    All other documents are in every part.
    """
    names = sorted({service_of(model) for kind in OF_SERVICES for model in catalog.documents(kind)})
    numbers = {name: number // at_once for number, name in enumerate(names)}
    parts: list[OfKinds] = [
        {kind: [] for kind in OF_SERVICES} for _ in range(0, len(names), at_once)
    ]
    for kind in OF_SERVICES:
        for model in catalog.documents(kind):
            parts[numbers[service_of(model)]][kind].append(model)

    for part in parts:
        yield replace(catalog, located={**catalog.located, **_frozen(part)})


def of_services(catalog: Catalog, names: Container[str]) -> Catalog:
    """Return a catalog with the SLOs, alerts and owners of some services; all else stays."""
    part = {
        kind: tuple(each for each in catalog.documents(kind) if service_of(each) in names)
        for kind in OF_SERVICES
    }
    return replace(catalog, located={**catalog.located, **part})


def service_of(located: Located[Any]) -> str:
    """Return the service of a document of OF_SERVICES."""
    value = located.value
    name: str = value.service if isinstance(value, Ownership) else value.spec.service
    return name


def _frozen(part: OfKinds) -> dict[type[Model], tuple[Located[Any], ...]]:
    return {kind: tuple(located) for kind, located in part.items()}
