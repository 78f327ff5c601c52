"""Every field that people write is guarded, or said to loosen nothing; each guard really finds."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest

from reliability.check.guards import DIRECTIONS, POLICIES, SERVICES, guards
from reliability.check.rules import RULES
from reliability.model import (
    rule_policy,
)
from reliability.model.baseline import BaselineSpec
from reliability.model.kind import Model
from reliability.model.kinds import KINDS, OURS
from tests.check.examples import Files, laid_over
from tests.check.governed import BASE
from tests.check.loosening_edits import CUSTOM, EDITS, JUDGES, LOOSER, B, H, N, R, S, T, W, Y
from tests.check.repository import checked

OURS_SPECS: set[Any] = {
    kind.model_fields["spec"].annotation for (version, _), kind in KINDS.items() if version == OURS
}
NAMED_BY_A_RULE = {rule.id for rule in RULES}


def models_in(annotation: Any) -> Iterator[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def reached(model: type[Model], classified: set[type[Model]]) -> None:
    """Walk what a model holds, but for fields that are compared as a whole or are free."""
    if model in classified:
        return
    classified.add(model)
    table = guards().get(model, {})
    for name, field in model.model_fields.items():
        if table.get(name, "inside") in ("inside", "compared"):
            for inner in models_in(field.annotation):
                if inner in guards() or table.get(name) == "inside":
                    reached(inner, classified)


def test_every_field_of_our_kinds_has_a_guard() -> None:
    """A new field needs a decision: which change of it loosens something, and what finds it."""
    classified: set[type[Model]] = set()
    for spec in OURS_SPECS:
        assert isinstance(spec, type)
        reached(spec, classified)
    for model in {*classified, *guards()}:
        assert set(guards().get(model, {})) == set(model.model_fields), model.__name__


def test_a_guard_is_a_direction_or_a_rule_that_exists() -> None:
    for fields in POLICIES.values():
        assert set(fields.values()) <= DIRECTIONS
    for fields in SERVICES.values():
        assert set(fields.values()) <= {*NAMED_BY_A_RULE, "free", "inside"}


TRIED_BELOW = {
    (rule_policy.RulePolicySpec, "custom"),
    *((rule_policy.CustomRule, field) for field in rule_policy.CustomRule.model_fields),
    (BaselineSpec, "findings"),  # in tests/check/test_baseline.py
}
"""Fields that have a test of their own."""


def base() -> Files:
    return laid_over(BASE)


def rules_of(head: Files, before: Files, *approved: str) -> set[str]:
    """What is found of the two rules that guard, and is not approved."""
    findings = checked(head, base=before, approved=approved)
    return {f.rule for f in findings if f.rule in (JUDGES, LOOSER) and f.waiver is None}


def test_the_same_tree_loosens_nothing() -> None:
    assert rules_of(base(), base()) == set()


@pytest.mark.parametrize(
    ("path", "old", "new", "rule"),
    [row[2:] for row in EDITS],
    ids=[f"{model.__name__}.{field}" for model, field, *_ in EDITS],
)
def test_a_looser_field_needs_approval(path: str, old: str, new: str, rule: str) -> None:
    before, head = base(), base()
    assert before[path].count(old) >= 1, old
    head[path] = head[path].replace(old, new, 1)
    assert rules_of(head, before) == {rule}
    everybody = ("@lead-workforce", "@lead-other", "@product-owner", "@tech-lead")
    assert rules_of(head, before, *everybody) == set()


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        row[2:5]
        for row in EDITS
        if POLICIES.get(row[0], {}).get(row[1]) in ("rises", "falls", "gains", "loses")
    ],
)
def test_the_other_direction_is_stricter_and_not_found(path: str, old: str, new: str) -> None:
    before, head = base(), base()
    before[path] = before[path].replace(old, new, 1)
    assert rules_of(head, before) == set()


@pytest.mark.parametrize("act", ["mention", "page"])
def test_a_ticket_may_only_stop_to_mention_or_page_without_approval(act: str) -> None:
    quiet, loud = base(), base()
    loud[N] = loud[N].replace("{ticket: true}", f"{{ticket: true, {act}: true}}", 1)
    assert rules_of(quiet, loud) == set()
    assert rules_of(loud, quiet) == {LOOSER}
    assert rules_of(loud, loud) == set()


def test_every_guarded_field_of_policies_is_tried() -> None:
    tried = {(model, field) for model, field, *_ in EDITS}
    guarded = {
        (model, field)
        for model, fields in POLICIES.items()
        for field, guard in fields.items()
        if guard not in ("free", "inside")
    }
    assert guarded <= tried | TRIED_BELOW


@pytest.mark.parametrize(
    "weaker",
    [
        "",
        CUSTOM.replace("error", "info"),
        CUSTOM.replace('"true"', '"1 == 1"'),
        CUSTOM.replace("subject: slo", "subject: service"),
    ],
    ids=["gone", "severity", "holds", "subject"],
)
def test_a_custom_rule_that_is_weaker_needs_approval(weaker: str) -> None:
    before, head = base(), base()
    before[R] += CUSTOM
    head[R] += weaker
    assert rules_of(head, before) == {LOOSER}


@pytest.mark.parametrize("path", [N, T, S, B, R, W, H, Y, "policies/baseline.yaml"])
def test_a_policy_that_is_gone_needs_approval(path: str) -> None:
    head = base()
    del head[path]
    assert rules_of(head, base()) & {JUDGES, LOOSER}


def test_the_first_policies_are_judged_by_their_own() -> None:
    before = {path: text for path, text in base().items() if not path.startswith("policies/")}
    assert rules_of(base(), before) == set()


def test_a_second_document_that_would_count_instead_is_compared() -> None:
    head = base()
    head["policies/a.yaml"] = head[N].replace("perWeek: 2", "perWeek: 99")
    assert LOOSER in rules_of(head, base())
