"""What is read of a declared rule: why it cannot fire, its owner, its metrics."""

import json
from pathlib import PurePosixPath
from typing import Any

import pytest

from reliability.convert.converter import ConversionOptions
from reliability.load.document import parse
from reliability.onboarding.triage.declared import DeclaredRule, rules_of, unknown_metrics


def declared(rule: dict[str, Any], **group: Any) -> DeclaredRule:
    text = json.dumps({"groups": [{"name": "shop", **group, "rules": [rule]}]})
    originals = parse(PurePosixPath("rules.yml"), text.encode()).documents
    [read] = rules_of(originals, ConversionOptions())
    return read


def burns(factor: float, budget: float) -> str:
    ratios = (f"job:bad:rate{window}" for window in ("1h", "5m"))
    return " and ".join(f"{ratio} > {factor}*{budget}" for ratio in ratios)


@pytest.mark.parametrize(
    ("expr", "dead"),
    [
        (burns(14.4, 0.05), ""),
        (burns(2.5, 0.4), "it needs an error ratio above 1, and a ratio cannot exceed 1"),
        (burns(14.4, 0.1), "it needs an error ratio above 1.44, and a ratio cannot exceed 1"),
        (f"({burns(14.4, 0.1)}) or ({burns(6, 0.1)})", ""),
        (f"({burns(14.4, 0.1)}) or ({burns(12, 0.1)})", "it needs an error ratio above 1.2"),
        ("", "no expression"),
        (None, "no expression"),
        ("sum(", "not PromQL: "),
        ("up == 0", ""),
        ('up{job="a", job="b"} == 0', 'no series can match job="a", job="b"'),
    ],
)
def test_why_a_rule_cannot_fire(expr: str | None, dead: str) -> None:
    rule = declared({"alert": "A", "expr": expr})
    assert rule.dead.startswith(dead)
    assert bool(rule.dead) == bool(dead)
    assert "\n" not in rule.dead


def test_what_is_read_of_a_rule() -> None:
    rule = declared(
        {
            "alert": "QueueFull",
            "expr": " sum(queue) / sum(limit) > 0.9 or queue > 5 ",
            "labels": {"severity": "warning", "squad": "s"},
            "annotations": {"title": "T", "summary": "S", "description": "", "runbook": "r"},
        },
        labels={"owner": "o", "severity": "critical", "service": "pay"},
    )
    assert (rule.name, rule.severity, rule.service, rule.team) == (
        *("QueueFull", "warning", "pay", "o"),
    )
    assert (rule.metrics, rule.summary, rule.runbook) == (("queue", "limit"), "S\nT", True)
    assert (rule.expr, rule.location, rule.burn) == (
        *("sum(queue) / sum(limit) > 0.9 or queue > 5", "rules.yml:1", None),
    )


def test_what_a_rule_does_not_have_is_empty() -> None:
    rule = declared({"alert": "A", "labels": {"team": "", "severity": None}})
    assert (rule.severity, rule.team, rule.runbook, rule.metrics, rule.summary) == (
        *("", "", False, (), ""),
    )
    assert declared({"alert": "A", "expr": "("}).metrics == ()


@pytest.mark.parametrize(
    ("expr", "unknown"),
    [
        ("a > 1", ("a",)),
        ("a / b > 1", ("a",)),
        ("b > 1", ()),
        ("a > 1 or b > 1", ()),
        ("a > 1\nor b > 1", ()),
        ("absent(a)", ()),
        ("c / a > 1", ("c", "a")),
    ],
)
def test_metrics_without_series_keep_a_rule_from_firing(
    expr: str, unknown: tuple[str, ...]
) -> None:
    rule = declared({"alert": "A", "expr": expr})
    assert unknown_metrics(rule, frozenset(("b",))) == unknown
    assert unknown_metrics(rule, frozenset()) == ()
