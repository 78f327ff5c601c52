"""Waivers: the dated excuses, which findings they reach, and which of them reach none."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reliability.check.context import Context
from reliability.check.rule import Rule
from reliability.check.suppression.identity import contains
from reliability.finding import Finding, Problem, Severity
from reliability.load.catalog import service_directory
from reliability.load.document import Located
from reliability.load.rewrite import fix, removed
from reliability.location import Location
from reliability.model.rule_policy import Waiver, Waivers

UNUSED: Final = "waiver-unused"


@dataclass(frozen=True, slots=True, eq=False)
class LocatedWaiver:
    """One waiver and where it stands."""

    located: Located[Waivers]
    index: int
    waiver: Waiver

    def at(self, *route: str) -> Location:
        """Where a part of it is written."""
        return self.located.at("spec", "waivers", self.index, *route)

    @property
    def name(self) -> str:
        """What a finding that it excuses carries: until when, who agreed, why, and where."""
        at = self.at()
        return (
            f"until {self.waiver.until}, {self.waiver.approver}: {self.waiver.reason} "
            f"({at.path}:{at.span.line})"
        )


def waivers(context: Context) -> Iterator[LocatedWaiver]:
    """Every waiver that holds, in the order written."""
    for located in context.catalog.governing(Waivers):
        for index, waiver in enumerate(located.value.spec.waivers):
            if _holds(waiver, context):
                yield LocatedWaiver(located, index, waiver)


def pending(context: Context) -> list[Waiver]:
    """The waivers that the change brings, and that their approvers have not approved."""
    written = (
        each
        for located in context.catalog.governing(Waivers)
        for each in located.value.spec.waivers
    )
    return [each for each in written if not _holds(each, context)]


def _holds(waiver: Waiver, context: Context) -> bool:
    """Whether a waiver excuses: where others judge, they have it, or its approver approved."""
    if context.judge is None:
        return True
    approved = {each.lower() for each in context.approved}
    if waiver.approver.lower() in approved:
        return True
    judges = context.judge.governing(Waivers)
    return any(waiver in located.value.spec.waivers for located in judges)


def excuse(
    findings: Iterable[Finding],
    context: Context,
    rules: Mapping[str, Rule],
    locked: Collection[str],
) -> tuple[list[Finding], list[Finding]]:
    """The findings, with the waiver's name on those that one reaches; and the unused waivers.

    What an expired waiver reaches is a warning where the change does not touch the file: the day
    never turns a stranger's pull request red.
    """
    every = list(waivers(context))
    holding = [each for each in every if each.waiver.until >= context.today]
    reach = _index(holding, locked)
    lapsed = _index((each for each in every if each.waiver.until < context.today), locked)
    used: set[LocatedWaiver] = set()
    excused: list[Finding] = []
    for finding in findings:
        reaching = _reaching(finding, reach, context)
        if reaching is not None:
            used.add(reaching)
            finding = dataclasses.replace(finding, waiver=finding.waiver or reaching.name)
        elif not context.touches(finding.problem.at.path) and _reaching(finding, lapsed, context):
            finding = dataclasses.replace(finding, severity=min(finding.severity, Severity.WARNING))
        excused.append(finding)
    idle = [each for each in holding if each not in used]
    return excused, [*_unused(idle, context, rules, locked)]


Index = Mapping[str, Mapping[str, list[LocatedWaiver]]]
"""Waivers by rule and service."""


def _index(placed: Iterable[LocatedWaiver], locked: Container[str]) -> Index:
    found: dict[str, dict[str, list[LocatedWaiver]]] = {}
    for each in placed:
        if each.waiver.rule not in locked:
            of_rule = found.setdefault(each.waiver.rule, {})
            of_rule.setdefault(each.waiver.service, []).append(each)
    return found


def _reaching(finding: Finding, index: Index, context: Context) -> LocatedWaiver | None:
    """The first waiver that reaches a finding."""
    of_rule = index.get(finding.rule)
    if of_rule is None:
        return None
    at = finding.problem.at
    for service in sorted(_services_at(at, context)):
        for placed in of_rule.get(service, ()):
            name = placed.waiver.object
            if name is None or name in _names_at(at, context):
                return placed
    return None


def _services_at(at: Location, context: Context) -> set[str]:
    """The service of a place: its directory, and what the documents of the file say."""
    services = {service_directory(at.path) or ""}
    for located in context.documents_at(at.path):
        services.add(getattr(located.value.spec, "service", None) or "")
    return services - {""}


def _names_at(at: Location, context: Context) -> set[str]:
    """The names of what a place lies in: the document, the signal, the SLO of an entry."""
    names: set[str] = set()
    for located in context.documents_at(at.path):
        if contains(located.at(), at):
            names.add(located.value.metadata.name)
            names |= set(_names_along(located, at))
    return names


def _names_along(located: Located[Any], at: Location) -> Iterator[str]:
    value = located.document.values
    for step in at.pointer:
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        if isinstance(value, dict):
            yield from (str(value[key]) for key in ("name", "slo", "displayName") if key in value)


def _unused(
    idle: Iterable[LocatedWaiver],
    context: Context,
    rules: Mapping[str, Rule],
    locked: Container[str],
) -> Iterator[Finding]:
    """Waivers that excuse nothing, of rules that could find something and services there are."""
    for placed in idle:
        waiver = placed.waiver
        known = waiver.rule in rules and waiver.service in context.catalog.services
        if not known or not context.is_whole(f"services/{waiver.service}"):
            continue
        if not context.has(rules[waiver.rule].needs):
            continue
        of = f"{waiver.service}, {waiver.object}" if waiver.object else waiver.service
        message = f"nothing is found of {waiver.rule} in {of}, so the waiver excuses nothing"
        help_text = "take the waiver out"
        if waiver.rule in locked:
            message = f"{waiver.rule} is locked by the rule policy, and nobody is excused from it"
            help_text = "mend what it finds, and take the waiver out"
        edits = removed(placed.located.document, placed.at().pointer)
        mended = fix("take the waiver out", edits)
        problem = Problem(placed.at("rule"), message, help_text, (), mended)
        yield Finding(UNUSED, Severity.WARNING, problem)
