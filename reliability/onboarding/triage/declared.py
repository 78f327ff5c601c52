"""The declared alerting rules: from rule files, or those that a Prometheus runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from reliability.bugs import contained
from reliability.convert.converter import ConversionOptions, Diagnostic, Original, mapping
from reliability.convert.fields import Fields
from reliability.convert.prometheus_rules.annotations import RUNBOOKS
from reliability.convert.prometheus_rules.burn_rate_alerts import (
    ImportedBurnRate,
    read_burn_rate,
)
from reliability.convert.prometheus_rules.groups import OriginalRuleGroup, groups_of
from reliability.convert.prometheus_rules.kinds import Guess, guess_kind
from reliability.convert.prometheus_rules.labels import labels_of
from reliability.convert.prometheus_rules.services import Services
from reliability.onboarding.triage.urgent import why_urgent
from reliability.promql import syntax
from reliability.promql.distinctions import NamedAlert, distinctions
from reliability.promql.impossible import why_never
from reliability.promql.tree import read

OWNERS: Final = ("team", "owner", "squad")
SUMMARIES: Final = ("summary", "title", "message", "description")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredRule:
    """One alerting rule; `location` is `path:line`, `burn` is what a burn-rate rule watches.

    `distinction` is what tells it from rules of the same name and severity, empty if there is none.
    `dead` says why it cannot fire, and is empty if no reason is known. `urgent` says why it cannot
    wait for days although it is a cause. `summary` is the summary that people wrote.
    """

    name: str
    severity: str
    expr: str
    service: str
    team: str
    runbook: bool
    location: str
    guess: Guess
    burn: ImportedBurnRate | None
    metrics: tuple[str, ...]
    dead: str
    summary: str
    urgent: str
    distinction: str = ""


def rules_of(originals: Sequence[Original], options: ConversionOptions) -> Iterator[DeclaredRule]:
    """Yield every alerting rule of rule files, in order."""
    groups: list[OriginalRuleGroup] = []
    for original in originals:
        with contained(original.path):
            groups += [item for item in groups_of(original) if not isinstance(item, Diagnostic)]
    services = Services.of(groups, options)
    found = [
        (fields, group)
        for group in groups
        for fields in group.rules()
        if isinstance(fields.values.get("alert"), str)
    ]
    apart = distinctions([_named(fields, group) for fields, group in found])
    for (fields, group), distinction in zip(found, apart, strict=True):
        rule = _rule(fields, group, services.name(group, labels_of(fields, group))[0])
        yield replace(rule, distinction=distinction)


def _named(fields: Fields, group: OriginalRuleGroup) -> NamedAlert:
    return NamedAlert(
        name=fields.values["alert"],
        labels={name: str(value) for name, value in labels_of(fields, group).items()},
        expr=str(fields.values.get("expr") or ""),
        group=group.name,
        file=str(fields.origin.at.path),
    )


def _rule(fields: Fields, group: OriginalRuleGroup, service: str) -> DeclaredRule:
    labels = labels_of(fields, group)
    annotations = mapping(fields.values.get("annotations"))
    name, expr = str(fields.values["alert"]), str(fields.values.get("expr") or "").strip()
    at = fields.origin.at
    burn = read_burn_rate(expr)
    parsed = syntax.parse(expr)

    return DeclaredRule(
        name=name,
        severity=str(labels.get("severity") or ""),
        expr=expr,
        service=service,
        team=next((str(labels[label]) for label in OWNERS if labels.get(label)), ""),
        runbook=any(annotations.get(name) for name in RUNBOOKS),
        location=f"{at.path}:{at.span.line}",
        guess=guess_kind(name, expr),
        burn=burn,
        metrics=tuple(_metrics(parsed)),
        dead=_dead(expr, parsed, burn),
        urgent=why_urgent(name, expr) or "",
        summary="\n".join(str(annotations[name]) for name in SUMMARIES if annotations.get(name)),
    )


def _dead(expr: str, parsed: Any, burn: ImportedBurnRate | None) -> str:
    """Return why a rule cannot fire, by the analysis of `check`; empty if it may."""
    if not expr:
        return "no expression"
    if isinstance(parsed, str):
        return f"not PromQL: {parsed.splitlines()[0]}"
    if burn is not None:
        limit = min(float(pair.factor * burn.budget) for pair in burn.pairs)
        if limit >= 1:
            return f"it needs an error ratio above {limit:g}, and a ratio cannot exceed 1"
    tree = read(expr)
    return (why_never(tree) or "") if tree is not None else ""


def _metrics(tree: Any) -> Iterable[str]:
    return dict.fromkeys(
        name for selector in syntax.selectors(tree) if (name := syntax.metric(selector))
    )


def unknown_metrics(rule: DeclaredRule, known: frozenset[str]) -> tuple[str, ...]:
    """Return metrics of a rule that have no series on a server, if that keeps it from firing.

    A rule that tests for absence, or has alternatives, may fire without them.
    """
    if not known or "absent" in rule.expr or " or " in f" {rule.expr} ".replace("\n", " "):
        return ()
    return tuple(metric for metric in rule.metrics if metric not in known)
