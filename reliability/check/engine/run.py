"""Runs rules over a catalog, sets severities, applies waivers, and survives a rule that crashes."""

from __future__ import annotations

import dataclasses
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import PurePosixPath
from typing import Final

from reliability.bugs import BUG, report_bug
from reliability.check.context import Context
from reliability.check.rule import Custom, EachOf, ReportedElsewhere, Rule, WholeCatalog
from reliability.check.suppression.baseline import mark_known
from reliability.check.suppression.identity import Naming
from reliability.check.suppression.waivers import waive
from reliability.finding import Finding, Problem, Severity
from reliability.load.catalog import Catalog
from reliability.location import Location
from reliability.message import Message
from reliability.model.environments import Environments
from reliability.model.rule_policy import RulePolicy, RuleSetting
from reliability.progress import stepped

__all__ = ["BUG", "Context", "found_by", "locked_rules", "run", "settings_of"]

DEFAULT: Final = RuleSetting()

MAX_CRASHES: Final = 10
"""Limit of crashes of one rule, because each may repeat work that rules share, such as routes."""

Seeing = Callable[[Sequence[Rule], Context], Iterator[Finding]]
"""Runs rules over a context and yields their findings in order."""
Look = Callable[[], Iterator[Problem]]


def run(
    rules: Iterable[Rule],
    context: Context,
    loaded: Iterable[Finding] = (),
    seeing: Seeing | None = None,
) -> Iterator[Finding]:
    """Yield the findings of these rules and of the loader, with RulePolicy severities and waivers.

    A document on which a rule raises an exception is a finding with the rule `bug`; all others are
    checked. `seeing` may run the rules in several processes.
    """
    built_in = {rule.id: rule for rule in rules}
    known = {**built_in, **_custom(context.policies, built_in)}
    of_loader = tuple(loaded)
    # Files that cannot be read declare nothing, so rules that compare must know which paths are
    # missing and not deleted.
    own = {name: rule.setting for name, rule in known.items()}
    context = dataclasses.replace(context, broken=_broken(of_loader), rules=own)
    settings = settings_of(context.policies)
    off = {name for name, setting in settings.items() if setting.severity == "off"}
    active = [rule for name, rule in known.items() if name not in off]
    # Rules that judge what is declared: evidence and servers know no environment.
    declared = [rule for rule in active if rule.needs in (None, "base")]

    def found_in(context: Context, active: Sequence[Rule]) -> Iterator[Finding]:
        yield from (seeing or see_all)(active, context)
        yield from _found_by_custom(built_in, off, context)

    written = chain(of_loader, found_in(context, active))
    findings = [*_graded(known, settings, context, findings=written)]
    in_environments = _found_in_environments(
        context, tuple(findings), partial(found_in, active=declared)
    )
    findings += _graded(known, settings, context, findings=in_environments)
    naming = Naming(context)
    # Named before waivers and baseline are applied: both find a finding by its fingerprint.
    findings = [naming.named(finding) for finding in findings]

    locked = locked_rules(own, settings)
    # Waivers before the baseline: a waived finding needs no baseline entry.
    findings, unused = waive(findings, context, known, locked=locked)
    findings, stale = mark_known(findings, context, known, locked=locked)
    yield from findings
    about_waivers = (naming.named(finding) for finding in (*unused, *stale))
    yield from _graded(known, settings, context, findings=about_waivers)


def _found_in_environments(
    context: Context, findings: Iterable[Finding], checking: Callable[[Context], Iterator[Finding]]
) -> Iterator[Finding]:
    """Yield what only some environments have; PromQL is only imported if there are any."""
    if context.catalog.only(Environments) is None:
        return
    from reliability.check.engine.environments import found_in_environments

    yield from found_in_environments(context, findings, checking)


def settings_of(catalog: Catalog) -> Mapping[str, RuleSetting]:
    """Return the setting of each rule that the RulePolicy names."""
    policy = next(catalog.governing(RulePolicy), None)
    return policy.value.spec.rules if policy else {}


def locked_rules(
    own: Mapping[str, RuleSetting], settings: Mapping[str, RuleSetting]
) -> frozenset[str]:
    """Return the rules whose findings cannot be waived and cannot be in a baseline.

    `own` are the settings that all rules have by themselves.
    """
    whole = {name: settings.get(name, DEFAULT).over(default) for name, default in own.items()}
    return frozenset(name for name, setting in whole.items() if setting.locked)


def _custom(catalog: Catalog, built_in: Mapping[str, Rule]) -> Mapping[str, Rule]:
    """Return the custom rules of a policy by id; CEL is only imported if there are any."""
    policy = next(catalog.governing(RulePolicy), None)
    if policy is None or not policy.value.spec.custom:
        return {}
    from reliability.check.custom.rules import custom_rules

    return {rule.id: rule for rule in custom_rules(catalog, built_in)}


def _found_by_custom(
    built_in: Mapping[str, Rule], off: Collection[str], context: Context
) -> Iterator[Finding]:
    policy = next(context.policies.governing(RulePolicy), None)
    if policy is None or not policy.value.spec.custom:
        return
    from reliability.check.custom.findings import custom_findings

    yield from custom_findings(context, built_in, off)


def _broken(findings: Iterable[Finding]) -> frozenset[PurePosixPath]:
    errors = (finding for finding in findings if finding.severity is Severity.ERROR)
    return frozenset(finding.problem.at.path for finding in errors)


def see_all(rules: Sequence[Rule], context: Context) -> Iterator[Finding]:
    """Yield the findings of the rules, one rule after the other."""
    for rule in stepped("checking rules", rules, len(rules)):
        yield from found_by(rule, context)


def found_by(rule: Rule, context: Context) -> Iterator[Finding]:
    """Yield the findings of one rule, and a finding `BUG` for each object on which it crashes."""
    crashes = 0
    for path, see in _looks(rule, context):
        try:
            for problem in see():
                yield Finding(
                    rule=rule.id,
                    severity=problem.severity or rule.severity,
                    problem=problem,
                    waiver=problem.approval,
                )
        # Any exception: a rule is data of this program, and one broken rule must not hide what all
        # others have found. Interrupts pass: KeyboardInterrupt does not derive from Exception.
        except Exception as error:
            crashes += 1
            if crashes == 1:
                report_bug(f"{path}: rule {rule.id}")
            problem = _crash(rule, path, error, is_last=crashes == MAX_CRASHES)
            yield Finding(rule=BUG, severity=Severity.ERROR, problem=problem)
            if crashes == MAX_CRASHES:
                return


def _looks(rule: Rule, context: Context) -> Iterator[tuple[PurePosixPath, Look]]:
    """Yield what a rule looks at: the documents of a kind with their paths, or the catalog."""
    match rule.visit:
        case EachOf(kind, see):
            for located in context.catalog.documents(kind):
                yield located.document.path, partial(see, located, context)
        case WholeCatalog(see):
            yield PurePosixPath("."), partial(see, context)
        case ReportedElsewhere() | Custom():
            pass


def _crash(rule: Rule, path: PurePosixPath, error: Exception, *, is_last: bool) -> Problem:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    message = Message(
        "the rule {rule} crashed ({error}, {file}:{line})",
        rule=rule.id,
        error=f"{type(error).__name__}: {error}",
        file=PurePosixPath(frame.filename).name,
        line=frame.lineno,
    )
    help_text = Message("this is a bug in reliability: please report it with this message")
    if is_last:
        help_text = Message("report the bug; the rule did not run on later documents")
    return Problem(Location(path), message, help_text, subject=rule.id)


def _graded(
    rules: Mapping[str, Rule],
    settings: Mapping[str, RuleSetting],
    context: Context,
    findings: Iterable[Finding],
) -> Iterator[Finding]:
    """Yield the findings of rules that are on, with the severity of the RulePolicy."""
    for finding in findings:
        word = settings.get(finding.rule, DEFAULT).severity
        # A policy cannot turn off the report that a rule has crashed; the result would look
        # complete.
        if word == "off" and finding.rule != BUG:
            continue

        severity = Severity[word.upper()] if word and word != "off" else finding.severity
        rule = rules.get(finding.rule)
        # A finding that appears because a day has passed must not block a change that has nothing
        # to do with it.
        if rule and rule.by_date and not context.touches(finding.problem.at.path):
            severity = min(severity, Severity.WARNING)

        yield (
            finding
            if severity is finding.severity
            else dataclasses.replace(finding, severity=severity)
        )
