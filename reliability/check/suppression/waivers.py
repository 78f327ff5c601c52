"""Waivers: exceptions with an end date, the findings that they match, and unused ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reliability.check.changes.approvals import needed_for_waiver
from reliability.check.context import Context
from reliability.check.rule import Rule
from reliability.check.suppression.identity import contains
from reliability.finding import Finding, Problem, Severity
from reliability.load.catalog import service_directory
from reliability.load.document import Located
from reliability.load.rewrite import fix, removed
from reliability.location import Location
from reliability.message import Message
from reliability.model.rule_policy import Waiver, Waivers

UNUSED: Final = "waiver-unused"


@dataclass(frozen=True, slots=True, eq=False)
class LocatedWaiver:
    """A waiver and its location."""

    located: Located[Waivers]
    index: int
    waiver: Waiver

    def at(self, *route: str) -> Location:
        """Return the location of a part of it."""
        return self.located.at("spec", "waivers", self.index, *route)

    @property
    def name(self) -> Message:
        """The waiver text of the finding: end date, approver, reason and location."""
        at = self.at()
        return Message(
            "until {date}, {approver}: {reason} ({path}:{line})",
            date=self.waiver.until,
            approver=self.waiver.approver,
            reason=self.waiver.reason,
            path=at.path,
            line=at.span.line,
        )


def waivers(context: Context) -> Iterator[LocatedWaiver]:
    """Yield the waivers that apply, in the order of the files."""
    for located in context.catalog.governing(Waivers):
        for index, waiver in enumerate(located.value.spec.waivers):
            if _holds(waiver, context):
                yield LocatedWaiver(located, index, waiver)


def pending(context: Context) -> list[Waiver]:
    """Return the waivers that the change adds and that their approvers have not approved."""
    return [
        waiver
        for located in context.catalog.governing(Waivers)
        for waiver in located.value.spec.waivers
        if not _holds(waiver, context)
    ]


def _holds(waiver: Waiver, context: Context) -> bool:
    """Return whether a waiver applies.

    In a review it applies only if the base has it or its approver approved the change. A pull
    request could otherwise waive its own findings. An approver who proposes it cannot approve it,
    so an approver of `policies/` does.
    """
    if context.judge is None:
        return True
    approved, author = (
        {handle.lower() for handle in side} for side in (context.approved, context.author)
    )
    if waiver.approver.lower() in approved:
        return True
    if waiver.approver.lower() in author:
        return needed_for_waiver(waiver, context).met_by(approved)

    judges = context.judge.governing(Waivers)
    return any(waiver in located.value.spec.waivers for located in judges)


def waive(
    findings: Iterable[Finding],
    context: Context,
    rules: Mapping[str, Rule],
    locked: Collection[str],
) -> tuple[list[Finding], list[Finding]]:
    """Waive the findings that a waiver matches; return them and the problems of unused waivers.

    A finding that an expired waiver matches is a warning if the change does not touch its file, so
    that a date never fails an unrelated pull request.
    """
    located = list(waivers(context))
    valid = [waiver for waiver in located if waiver.waiver.until >= context.today]
    valid_index = _index(valid, locked)
    expired = (waiver for waiver in located if waiver.waiver.until < context.today)
    expired_index = _index(expired, locked)

    used: set[LocatedWaiver] = set()
    marked: list[Finding] = []
    for finding in findings:
        waiver = _matching(finding, valid_index, context)
        is_untouched = not context.touches(finding.problem.at.path)
        if waiver is not None:
            used.add(waiver)
            finding = dataclasses.replace(finding, waiver=finding.waiver or waiver.name)
        elif is_untouched and _matching(finding, expired_index, context):
            finding = dataclasses.replace(finding, severity=min(finding.severity, Severity.WARNING))
        marked.append(finding)

    idle = [waiver for waiver in valid if waiver not in used]
    return marked, [*_unused(idle, context, rules, locked=locked)]


Index = Mapping[str, Mapping[str, list[LocatedWaiver]]]
"""Waivers by rule and service."""


def _index(located: Iterable[LocatedWaiver], locked: Container[str]) -> Index:
    index: dict[str, dict[str, list[LocatedWaiver]]] = {}
    for waiver in located:
        if waiver.waiver.rule not in locked:
            of_rule = index.setdefault(waiver.waiver.rule, {})
            of_rule.setdefault(waiver.waiver.service, []).append(waiver)
    return index


def _matching(finding: Finding, index: Index, context: Context) -> LocatedWaiver | None:
    """Return the first waiver that matches a finding."""
    of_rule = index.get(finding.rule)
    if of_rule is None:
        return None

    at = finding.problem.at
    for service in sorted(_services_at(at, context)):
        for waiver in of_rule.get(service, ()):
            name = waiver.waiver.object
            if name is None or name in _names_at(at, context):
                return waiver

    return None


def _services_at(at: Location, context: Context) -> set[str]:
    """Return the services of a location, by its directory and by the documents of the file."""
    documents = context.documents_at(at.path)
    named = (getattr(located.value.spec, "service", None) for located in documents)
    return set(filter(None, (service_directory(at.path), *named)))


def _names_at(at: Location, context: Context) -> set[str]:
    """Return the names around a location: the document, the signal, the SLO of an entry."""
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
    """Report waivers that match nothing, if their rule ran and their service exists.

    reference-missing reports an unknown rule or service.
    """
    for located in idle:
        waiver = located.waiver
        is_known = waiver.rule in rules and waiver.service in context.catalog.services
        if not is_known or not context.is_whole(f"services/{waiver.service}"):
            continue
        if not context.has(rules[waiver.rule].needs):
            continue

        message = _unused_text(waiver)
        help_text = Message("remove the waiver")
        if waiver.rule in locked:
            message = Message(
                "{rule} is locked, so its findings cannot be waived", rule=waiver.rule
            )
            help_text = Message("fix the findings, and remove the waiver")
        removal = fix("remove the waiver", removed(located.located.document, located.at().pointer))
        problem = Problem(located.at("rule"), message, help_text, related=(), fix=removal)
        yield Finding(rule=UNUSED, severity=Severity.WARNING, problem=problem)


def _unused_text(waiver: Waiver) -> Message:
    if waiver.object:
        return Message(
            "{rule} reports nothing for {object} in {service}, so the waiver has no effect",
            rule=waiver.rule,
            object=waiver.object,
            service=waiver.service,
        )
    return Message(
        "{rule} reports nothing in {service}, so the waiver has no effect",
        rule=waiver.rule,
        service=waiver.service,
    )
