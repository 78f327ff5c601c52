"""Every field that people write is guarded, or said to loosen nothing; each guard really finds."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reliability.check.changes.approvals import NEED_APPROVAL
from reliability.check.changes.guards import DIRECTIONS, OPENSLO, POLICIES, SERVICES, guards
from reliability.check.rules import RULES
from reliability.model import (
    rule_policy,
)
from reliability.model.baseline import BaselineSpec
from reliability.model.kind import Model
from reliability.model.kinds import KINDS
from reliability.model.openslo.metadata import AlertAnnotations, OpenSloMetadata, Review
from tests.check.changes.governed import BASE
from tests.check.changes.loosening_edits import (
    CUSTOM,
    EDITS,
    JUDGES,
    LOOSER,
    B,
    E,
    H,
    N,
    R,
    S,
    T,
    W,
    Y,
)
from tests.check.changes.openslo_edits import BASE as OPENSLO_BASE
from tests.check.changes.openslo_edits import EDITS as OPENSLO_EDITS
from tests.check.examples import Files, laid_over
from tests.check.repository import checked, confused

LOOSENINGS = dict(
    re.findall(
        r"^# (\S+)\n((?:[^#].*\n)*)",
        (Path(__file__).parent / "loosenings.txt").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
)
"""What is said of each edit: by model and field, a line for each finding."""
Edit = tuple[type[Model], str, str, str, str, str]
SPECS: set[Any] = {kind.model_fields["spec"].annotation for kind in KINDS.values()}
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
        guard = table.get(name, "inside")
        for inner in models_in(field.annotation) if guard != "free" else ():
            if inner in guards() or guard == "inside" or model in OPENSLO:
                reached(inner, classified)


def test_every_field_of_every_kind_has_a_guard() -> None:
    """A new field needs a decision: which change of it loosens something, and what finds it."""
    classified: set[type[Model]] = set()
    for spec in (*SPECS, OpenSloMetadata, Review, AlertAnnotations):
        assert isinstance(spec, type)
        reached(spec, classified)
    for model in {*classified, *guards()}:
        assert set(guards().get(model, {})) == set(model.model_fields), model.__name__


def test_a_guard_is_a_direction_or_a_rule_that_exists() -> None:
    for fields in POLICIES.values():
        assert set(fields.values()) <= DIRECTIONS
    for fields in (*SERVICES.values(), *OPENSLO.values()):
        assert set(fields.values()) <= {*NAMED_BY_A_RULE, "free", "inside"}


TRIED_BELOW = {
    (rule_policy.RulePolicySpec, "custom"),
    *((rule_policy.CustomRule, field) for field in rule_policy.CustomRule.model_fields),
    (BaselineSpec, "findings"),  # in tests/check/suppression/test_baseline.py
}
"""Fields that have a test of their own."""


def base() -> Files:
    return laid_over(BASE)


def lines(head: Files, before: Files, rules: Iterable[str]) -> str:
    """What these rules say of a change that nobody has approved, with the place."""
    return "".join(
        f"{f.problem.at.path}:{f.problem.at.span.line} {f.rule}: {f.problem.message}\n"
        for f in checked(head, base=before)
        if f.rule in rules and f.waiver is None
    )


def rules_of(head: Files, before: Files, *approved: str) -> set[str]:
    """What is found of the two rules that guard, and is not approved."""
    findings = checked(head, base=before, approved=approved)
    return {f.rule for f in findings if f.rule in (JUDGES, LOOSER) and f.waiver is None}


def test_the_same_tree_loosens_nothing() -> None:
    assert rules_of(base(), base()) == set()


@pytest.mark.parametrize(
    ("field", "path", "old", "new"),
    [(f"{model.__name__}.{field}", *edit) for model, field, *edit, _ in EDITS],
    ids=[f"{model.__name__}.{field}" for model, field, *_ in EDITS],
)
def test_a_looser_field_needs_approval(field: str, path: str, old: str, new: str) -> None:
    before, head = base(), base()
    assert before[path].count(old) >= 1, old
    head[path] = head[path].replace(old, new, 1)
    assert lines(head, before, (JUDGES, LOOSER)) == LOOSENINGS[field]
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


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(EDITS), min_size=2, unique_by=lambda edit: edit[:2]))
def test_many_looser_fields_at_once_are_findings_of_their_own(edits: list[Edit]) -> None:
    head = base()
    for _, _, path, old, new, _ in edits:
        head[path] = head[path].replace(old, new, 1)
    findings = checked(head, base=base())
    assert findings
    assert confused(findings) == []


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


@pytest.mark.parametrize("path", [N, T, S, B, R, W, H, Y, E, "policies/baseline.yaml"])
def test_a_policy_that_may_be_in_a_file_that_cannot_be_read_is_not_gone(path: str) -> None:
    head = base()
    del head[path]
    assert any(message.endswith("was removed") for message in messages_of(head))
    head["policies/broken.yaml"] = "a: [\n"
    assert not any(message.endswith("was removed") for message in messages_of(head))


def messages_of(head: Files) -> list[str]:
    return [finding.problem.message for finding in checked(head, base=base())]


def test_the_first_policies_are_judged_by_their_own() -> None:
    before = {path: text for path, text in base().items() if not path.startswith("policies/")}
    assert rules_of(base(), before) == set()


def test_a_second_document_that_would_count_instead_is_compared() -> None:
    head = base()
    head["policies/a.yaml"] = head[N].replace("perWeek: 2", "perWeek: 99")
    assert LOOSER in rules_of(head, base())


OF_OPENSLO = {rule for fields in OPENSLO.values() for rule in fields.values()}


def in_openslo(head: Files, *approved: str) -> set[str]:
    """What a change of the documents in OpenSLO needs approval for, or is warned of."""
    findings = checked(head, base=laid_over(OPENSLO_BASE), approved=approved)
    return {f.rule for f in findings if f.rule in OF_OPENSLO and f.waiver is None}


def test_the_same_openslo_loosens_nothing() -> None:
    head = laid_over(OPENSLO_BASE)
    assert not [f for f in checked(head) if f.rule.startswith("document-")]
    assert in_openslo(head) == set()


@pytest.mark.parametrize(
    ("field", "path", "old", "new", "rule"),
    [(f"{model.__name__}.{field}", *edit) for model, field, *edit in OPENSLO_EDITS],
    ids=[f"{model.__name__}.{field}" for model, field, *_ in OPENSLO_EDITS],
)
def test_a_looser_field_of_openslo_is_found(
    field: str, path: str, old: str, new: str, rule: str
) -> None:
    head = laid_over(OPENSLO_BASE)
    assert old in head[path]
    head[path] = head[path].replace(old, new, 1)
    assert lines(head, laid_over(OPENSLO_BASE), OF_OPENSLO) == LOOSENINGS[field]
    assert f" {rule}: " in LOOSENINGS[field]
    if rule in NEED_APPROVAL:
        assert rule not in in_openslo(head, "@lead-workforce")


def test_every_guarded_field_of_openslo_is_tried() -> None:
    tried = {(model, field) for model, field, *_ in OPENSLO_EDITS}
    guarded = {
        (model, field)
        for model, fields in OPENSLO.items()
        for field, guard in fields.items()
        if guard not in ("free", "inside")
    }
    assert tried == guarded


def test_an_slo_cannot_be_moved_to_a_service_of_other_approvers() -> None:
    """The change after it would be approved there."""
    head = laid_over(OPENSLO_BASE)
    head["services/attendance/calendar.yaml"] = head["services/attendance/calendar.yaml"].replace(
        "service: attendance", "service: mine"
    )
    [finding] = [f for f in checked(head, base=laid_over(OPENSLO_BASE)) if f.rule == "slo-loosened"]
    assert finding.problem.message == "service changed from attendance to mine"
    assert finding.problem.requires is not None
    assert set(finding.problem.requires.handles) == {"@lead-workforce"}


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("compositeWeight: 1", "compositeWeight changed from 2 to 1"),
        ("displayName: other", "compositeWeight changed from 2 to not set"),
    ],
)
def test_another_weight_is_reported_with_both(new: str, message: str) -> None:
    before, head = laid_over(OPENSLO_BASE), laid_over(OPENSLO_BASE)
    [path] = [path for path, text in head.items() if "compositeWeight: 2" in text]
    head[path] = head[path].replace("compositeWeight: 2", new)
    messages = [finding.problem.message for finding in checked(head, base=before)]
    assert message in messages
