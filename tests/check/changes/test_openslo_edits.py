"""Each value of OpenSLO that an edit loosens is found, by a rule that names it."""

import re
from pathlib import Path
from typing import Final

import pytest

from reliability.check.changes.approvals import NEED_APPROVAL
from tests.check.changes.openslo_edits import BASE as OPENSLO_BASE
from tests.check.changes.openslo_edits import EDITS as OPENSLO_EDITS
from tests.check.examples import Files, laid_over
from tests.check.repository import checked

LOOSENINGS: Final = dict(
    re.findall(
        r"^# (\S+)\n((?:[^#].*\n)*)",
        (Path(__file__).parent / "loosenings.txt").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
)
"""What is said of each edit: by model and field, a line for each finding."""
OF_OPENSLO: Final = {*(rule for *_, rule in OPENSLO_EDITS), "slo-deleted"}


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
    found = "".join(
        f"{f.problem.at.path}:{f.problem.at.span.line} {f.rule}: {f.problem.message}\n"
        for f in checked(head, base=laid_over(OPENSLO_BASE))
        if f.rule in OF_OPENSLO
    )
    assert found == LOOSENINGS[field]
    assert f" {rule}: " in LOOSENINGS[field]
    if rule in NEED_APPROVAL:
        assert rule not in in_openslo(head, "@lead-workforce")


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
