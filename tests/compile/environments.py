"""The shop in several environments."""

from typing import Any

from reliability.compile.compilers import compilers_of
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.resource import Resource
from tests.compile.repositories import Document, ours


def environments(*declared: Document) -> Document:
    """The document that declares these environments."""
    return ours("Environments", "environments", environments=list(declared))


def environment(name: str, **more: Any) -> Document:
    """An environment whose series have its name in `env`."""
    return {"name": name, "selectorLabels": {"env": name}, **more}


def server(name: str, target: str, **more: Any) -> Document:
    return {"name": name, "target": target, **more}


def compiled(catalog: Catalog, *, tests: bool = False) -> list[Resource | Problem]:
    """What all compilers make of a catalog."""
    compilers = compilers_of(tests=tests, compatible=None)
    return [made for compiler in compilers for made in compiler.compile(catalog)]


def rule_files(catalog: Catalog) -> dict[str, Resource]:
    """The rule files by their names."""
    return {
        made.id.name: made
        for made in compiled(catalog)
        if isinstance(made, Resource) and made.id.kind == "rules"
    }
