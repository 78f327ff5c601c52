"""A rule: its ID, severity and page, and the function that checks one document or the catalog."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypedDict, TypeVar, Unpack

from reliability.check.context import Context, Need
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.load.loader import DOCUMENT_RULES
from reliability.model.kind import Model
from reliability.model.rule_policy import RuleSetting

K = TypeVar("K", bound=Model)


@dataclass(frozen=True, slots=True)
class EachOf:
    """The rule sees every document of one kind, one at a time."""

    kind: type[Model]
    see: Callable[[Any, Context], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class WholeCatalog:
    """The rule sees the whole catalog, because it compares documents."""

    see: Callable[[Context], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class ReportedElsewhere:
    """The loader or the engine reports the findings; there is nothing to run."""


@dataclass(frozen=True, slots=True)
class Custom:
    """The rule is defined in the RulePolicy and evaluated in CEL; `page` is its page."""

    page: str


Visit = EachOf | WholeCatalog | ReportedElsewhere | Custom


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    `by_date` caps the severity at warning for files that the change does not touch.
    `needs` is an input without which the rule reports nothing, so its findings cannot be added to a
    baseline. `alone` rules judge one document and also run with --documents-only. Findings of a
    `locked` rule cannot be waived, unless the RulePolicy unlocks it. `since` is the version of this
    program that introduced the rule.
    """

    id: str
    severity: Severity
    since: str
    visit: Visit
    by_date: bool = False
    needs: Need | None = None
    alone: bool = False
    locked: bool = False

    @property
    def page(self) -> str:
        """The page: the docstring of the module that defines the rule."""
        if isinstance(self.visit, Custom):
            return self.visit.page
        module = importlib.import_module(f"reliability.check.rules.{self.id.replace('-', '_')}")
        return str(module.__doc__).strip()

    @property
    def graded(self) -> str:
        """The severity, the option that the rule needs, and the lock, in words."""
        word = self.severity.word
        if self.by_date and self.severity > Severity.WARNING:
            word = f"{word} on changed files, else warning"
        needs = f", with `--{self.needs}`" if self.needs else ""
        return f"{word}{needs}{', locked' if self.locked else ''}"

    @property
    def setting(self) -> RuleSetting:
        """The setting that holds where the RulePolicy says nothing else."""
        return RuleSetting.model_validate({"severity": self.severity.word, "locked": self.locked})

    @property
    def title(self) -> str:
        """The first line of the page, without its full stop."""
        return self.page.splitlines()[0].rstrip(".")


class RuleTraits(TypedDict, total=False):
    """What a rule may have besides its severity, as in `Rule`."""

    by_date: bool
    needs: Need | None
    alone: bool
    locked: bool


def rule(
    *, on: type[K], severity: Severity, since: str, **traits: Unpack[RuleTraits]
) -> Callable[[Callable[[Located[K], Context], Iterator[Problem]]], Rule]:
    """Make a rule of a function that checks one document; the function names the rule."""

    def make(see: Callable[[Located[K], Context], Iterator[Problem]]) -> Rule:
        name, visit = _id(see.__name__), EachOf(on, see)
        return Rule(id=name, severity=severity, since=since, visit=visit, **traits)

    return make


def catalog_rule(
    *, severity: Severity, since: str, **traits: Unpack[RuleTraits]
) -> Callable[[Callable[[Context], Iterator[Problem]]], Rule]:
    """Make a rule of a function that checks the whole catalog; the function names the rule."""

    def make(see: Callable[[Context], Iterator[Problem]]) -> Rule:
        name, visit = _id(see.__name__), WholeCatalog(see)
        return Rule(id=name, severity=severity, since=since, visit=visit, **traits)

    return make


def loader_rule(module: str, *, since: str) -> Rule:
    """Make a rule whose findings the loader reports; the module names the rule."""
    name = _id(module.rpartition(".")[2])
    return Rule(id=name, severity=DOCUMENT_RULES[name], since=since, visit=ReportedElsewhere())


def engine_rule(module: str, *, severity: Severity, since: str) -> Rule:
    """Make a rule whose findings the engine reports; the module names the rule."""
    return Rule(
        id=_id(module.rpartition(".")[2]), severity=severity, since=since, visit=ReportedElsewhere()
    )


def _id(name: str) -> str:
    return name.replace("_", "-")
