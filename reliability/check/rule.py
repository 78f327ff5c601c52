"""A rule: its id, severity and page, and the function that sees one object or the whole catalog."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from reliability.check.context import Context, Need
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.load.loader import DOCUMENT_RULES
from reliability.model.kind import Model

K = TypeVar("K", bound=Model)


@dataclass(frozen=True, slots=True)
class EachOf:
    """The rule sees every document of one kind, one at a time."""

    kind: type[Model]
    see: Callable[[Any, Context], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class WholeCatalog:
    """The rule sees everything at once, as it compares documents."""

    see: Callable[[Context], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class ReportedElsewhere:
    """The loader or the engine itself says it; there is nothing to run."""


@dataclass(frozen=True, slots=True)
class Custom:
    """The rule is written in the RulePolicy and is run with the others of its kind; its page."""

    page: str


Visit = EachOf | WholeCatalog | ReportedElsewhere | Custom


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `by_date` caps its severity at warning where the change does not touch the file.

    A rule that needs a base or evidence is silent without, so no baseline can hold what it finds.
    One that is `alone` says of a document what does not rest on any other, and speaks where only
    documents are read, too.
    `since` is the version of this program that brought it.
    """

    id: str
    severity: Severity
    since: str
    visit: Visit
    by_date: bool = False
    needs: Need | None = None
    alone: bool = False

    @property
    def page(self) -> str:
        """What, why, examples and source: the docstring of the rule's own module."""
        if isinstance(self.visit, Custom):
            return self.visit.page
        module = importlib.import_module(f"reliability.check.rules.{self.id.replace('-', '_')}")
        return (module.__doc__ or "").strip()

    @property
    def graded(self) -> str:
        """How severe it is, and which option it needs, in words."""
        word = self.severity.word
        if self.by_date and self.severity > Severity.WARNING:
            word = f"{word} on what a change touches, else warning"
        return f"{word}, with `--{self.needs}`" if self.needs else word

    @property
    def title(self) -> str:
        """The first line of the page, without its full stop."""
        return self.page.splitlines()[0].rstrip(".")


def rule(
    *,
    on: type[K],
    severity: Severity,
    since: str,
    by_date: bool = False,
    needs: Need | None = None,
    alone: bool = False,
) -> Callable[[Callable[[Located[K], Context], Iterator[Problem]]], Rule]:
    """Make a rule of a function that sees one document of a kind; the function names the rule."""

    def make(see: Callable[[Located[K], Context], Iterator[Problem]]) -> Rule:
        return Rule(_id(see.__name__), severity, since, EachOf(on, see), by_date, needs, alone)

    return make


def catalog_rule(
    *,
    severity: Severity,
    since: str,
    by_date: bool = False,
    needs: Need | None = None,
    alone: bool = False,
) -> Callable[[Callable[[Context], Iterator[Problem]]], Rule]:
    """Make a rule of a function that sees the whole catalog; the function names the rule."""

    def make(see: Callable[[Context], Iterator[Problem]]) -> Rule:
        visit = WholeCatalog(see)
        return Rule(_id(see.__name__), severity, since, visit, by_date, needs, alone)

    return make


def loader_rule(module: str, *, since: str) -> Rule:
    """Make a rule that the loader speaks for; the module names it, the loader has its severity."""
    name = _id(module.rpartition(".")[2])
    return Rule(name, DOCUMENT_RULES[name], since, ReportedElsewhere())


def engine_rule(module: str, *, severity: Severity, since: str) -> Rule:
    """Make a rule that the engine speaks for; the module names it."""
    return Rule(_id(module.rpartition(".")[2]), severity, since, ReportedElsewhere())


def _id(name: str) -> str:
    return name.replace("_", "-")
