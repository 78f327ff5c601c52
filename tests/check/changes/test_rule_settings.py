"""What a change of policies/rules.yaml loosens, setting by setting."""

import pytest

from tests.check.examples import minimal_files
from tests.check.repository import checked

POLICY = """\
apiVersion: reliability/v1
kind: RulePolicy
metadata: {name: rules}
spec: {rules: {RULES}}
"""
RULE = "alert-without-runbook"


def loosened(before: str, after: str) -> list[str]:
    """The messages about the policy of rules, for the settings of one rule."""
    files = [
        {**minimal_files(), "policies/rules.yaml": POLICY.replace("RULES", text)}
        for text in (before, after)
    ]
    findings = checked(files[1], base=files[0])
    return [
        finding.problem.message
        for finding in findings
        if finding.problem.at.path.as_posix() == "policies/rules.yaml"
    ]


def lowered(was: str, now: str) -> str:
    return f"the severity of {RULE} was lowered from {was} to {now}"


@pytest.mark.parametrize(
    ("before", "after", "messages"),
    [
        ("", "", []),
        ("", f"{RULE}: {{severity: warning}}", [lowered("error", "warning")]),
        ("", f"{RULE}: {{severity: error}}", []),
        (f"{RULE}: {{severity: warning}}", "", []),
        (
            f"{RULE}: {{severity: warning}}",
            f"{RULE}: {{severity: info}}",
            [lowered("warning", "info")],
        ),
        (f"{RULE}: {{severity: info}}", f"{RULE}: {{severity: warning}}", []),
        (f"{RULE}: {{severity: \"off\"}}", f"{RULE}: {{severity: info}}", []),
        (f"{RULE}: {{severity: info}}", f"{RULE}: {{severity: \"off\"}}", [lowered("info", "off")]),
        (f"{RULE}: {{locked: true}}", f"{RULE}: {{locked: true}}", []),
        (f"{RULE}: {{locked: true}}", "", [f"{RULE} is no longer locked"]),
        (f"{RULE}: {{locked: true}}", f"{RULE}: {{}}", [f"{RULE} is no longer locked"]),
        ("", f"{RULE}: {{locked: true}}", []),
        ("", "alert-for-cause: {}", []),
        ("", "alert-for-cause: {locked: false}", ["alert-for-cause is no longer locked"]),
    ],
)  # fmt: skip
def test_a_setting_that_finds_less_is_named(before: str, after: str, messages: list[str]) -> None:
    assert loosened(before, after) == messages


def test_a_setting_that_is_removed_falls_back_to_the_rule_s_own_severity() -> None:
    stricter = "absence-of-several: {severity: error}"
    looser = "absence-of-several: {severity: info}"
    [message] = loosened(stricter, "")
    assert message == "the severity of absence-of-several was lowered from error to warning"
    assert loosened(looser, "") == []


def test_a_setting_that_is_removed_with_its_options_names_the_severity_of_before() -> None:
    stricter = "absence-of-several: {severity: error}, alert-for-cause: {severity: info}"
    assert loosened(stricter, 'alert-for-cause: {severity: "off"}') == [
        "the severity of absence-of-several was lowered from error to warning",
        "the severity of alert-for-cause was lowered from info to off",
    ]
    locked = "absence-of-several: {locked: true, severity: error}"
    assert loosened(locked, "") == [
        "absence-of-several is no longer locked",
        "the severity of absence-of-several was lowered from error to warning",
    ]
    assert loosened(locked, "absence-of-several: {severity: warning}") == [
        "absence-of-several is no longer locked",
        "the severity of absence-of-several was lowered from error to warning",
    ]
