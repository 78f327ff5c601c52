"""Runs rules over a catalog; gives severities, excuses what is waived, and outlives a crash."""

from __future__ import annotations

import dataclasses
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

from reliability.check.context import Context
from reliability.check.rule import Custom, EachOf, ReportedElsewhere, Rule, WholeCatalog
from reliability.check.suppression.baseline import mark_known
from reliability.check.suppression.identity import Naming
from reliability.check.suppression.waivers import excuse
from reliability.finding import Finding, Problem, Severity
from reliability.load.catalog import Catalog
from reliability.location import Location, SourceSpan
from reliability.model.rule_policy import RulePolicy, RuleSetting

__all__ = ["BUG", "Context", "found_by", "run", "settings_of"]

BUG: Final = "bug"
"""What stands in place of a rule id where a rule crashed."""

DEFAULT: Final = RuleSetting()

Seeing = Callable[[Sequence[Rule], Context, int], Iterator[Finding]]
"""Runs rules over a context, of so many others; gives what they find in their order."""


def run(
    rules: Iterable[Rule],
    context: Context,
    loaded: Iterable[Finding] = (),
    seeing: Seeing | None = None,
) -> Iterator[Finding]:
    """Every finding of these rules and of the loader, graded by RulePolicy, with what excuses it.

    A rule that raises becomes one finding with the rule `bug`; the others go on. `seeing` may run
    them in several processes.
    """
    built_in = {each.id: each for each in rules}
    known = {**built_in, **_custom(context.policies, built_in)}
    severities = {each.id: each.severity for each in known.values()}
    said = tuple(loaded)
    context = dataclasses.replace(context, broken=_broken(said), rules=severities)
    settings = settings_of(context.policies)
    findings = [
        *_graded(known, settings, context, said),
        *_graded(known, settings, context, _found(known, settings, context, seeing or see_all)),
        *_graded(known, settings, context, _found_by_custom(built_in, settings, context)),
    ]
    naming = Naming(context)
    findings = [naming.named(each) for each in findings]
    locked = {name for name, setting in settings.items() if setting.locked}
    excused, unused = excuse(findings, context, known, locked)
    excused, stale = mark_known(excused, context, known, locked)
    yield from excused
    of_excuses = (naming.named(each) for each in (*unused, *stale))
    yield from _graded(known, settings, context, of_excuses)


def settings_of(catalog: Catalog) -> Mapping[str, RuleSetting]:
    """The setting of each rule that the policy names."""
    policy = next(catalog.governing(RulePolicy), None)
    return policy.value.spec.rules if policy else {}


def _custom(catalog: Catalog, built_in: Mapping[str, Rule]) -> Mapping[str, Rule]:
    """The custom rules of a policy, by id; what runs them is only loaded where there are some."""
    policy = next(catalog.governing(RulePolicy), None)
    if policy is None or not policy.value.spec.custom:
        return {}
    from reliability.check.custom.rules import custom_rules

    return {each.id: each for each in custom_rules(catalog, built_in)}


def _found_by_custom(
    built_in: Mapping[str, Rule], settings: Mapping[str, RuleSetting], context: Context
) -> Iterator[Finding]:
    policy = next(context.policies.governing(RulePolicy), None)
    if policy is None or not policy.value.spec.custom:
        return
    from reliability.check.custom.findings import custom_findings

    off = {name for name, setting in settings.items() if setting.severity == "off"}
    yield from custom_findings(context, built_in, off)


def _broken(said: Iterable[Finding]) -> frozenset[PurePosixPath]:
    errors = (finding for finding in said if finding.severity is Severity.ERROR)
    return frozenset(finding.problem.at.path for finding in errors)


def _found(
    rules: Mapping[str, Rule],
    settings: Mapping[str, RuleSetting],
    context: Context,
    seeing: Seeing,
) -> Iterator[Finding]:
    off = {name for name, setting in settings.items() if setting.severity == "off"}
    return seeing([each for each in rules.values() if each.id not in off], context, len(rules) - 1)


def see_all(rules: Sequence[Rule], context: Context, others: int) -> Iterator[Finding]:
    """What the rules find, one after the other."""
    for rule in rules:
        yield from found_by(rule, context, others)


def found_by(rule: Rule, context: Context, others: int) -> Iterator[Finding]:
    """What one rule finds, up to the first object that it crashes on; `others` ran beside it."""
    path = PurePosixPath(".")
    try:
        match rule.visit:
            case EachOf(kind, see):
                for located in context.catalog.each(kind):
                    path = located.document.path
                    for problem in see(located, context):
                        yield Finding(rule.id, rule.severity, problem, problem.approval)
            case WholeCatalog(see):
                for problem in see(context):
                    yield Finding(rule.id, rule.severity, problem, problem.approval)
            case ReportedElsewhere() | Custom():
                pass
    except Exception as error:
        yield Finding(BUG, Severity.ERROR, _crash(rule, path, error, others))


def _crash(rule: Rule, path: PurePosixPath, error: Exception, others: int) -> Problem:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{PurePosixPath(frame.filename).name}:{frame.lineno}"
    message = (
        f"rule {rule.id} crashed ({type(error).__name__}: {error}, {where}); "
        f"{others} other rules ran"
    )
    at, help_text = Location(path, SourceSpan(1, 1, 1, 1)), "report it: this is ours, not yours"
    return Problem(at, message, help_text, subject=rule.id)


def _graded(
    rules: Mapping[str, Rule],
    settings: Mapping[str, RuleSetting],
    context: Context,
    findings: Iterable[Finding],
) -> Iterator[Finding]:
    """Findings with the severity of the policy; none of a rule that is off."""
    for finding in findings:
        word = settings.get(finding.rule, DEFAULT).severity
        if word == "off" and finding.rule != BUG:
            continue
        severity = Severity[word.upper()] if word and word != "off" else finding.severity
        rule = rules.get(finding.rule)
        if rule and rule.by_date and not context.touches(finding.problem.at.path):
            severity = min(severity, Severity.WARNING)
        yield (
            finding
            if severity is finding.severity
            else dataclasses.replace(finding, severity=severity)
        )
