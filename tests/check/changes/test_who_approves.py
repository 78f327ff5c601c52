"""Who approves is guarded: approvers, teams, authors, people who left, CODEOWNERS, new names."""

import re
from dataclasses import replace

import pytest

from reliability.approval import RequiredApproval
from reliability.check.changes.approvals import needed_for, needed_for_policies
from reliability.check.engine.run import Context, run
from reliability.check.rules import RULES
from reliability.finding import Finding
from tests.check.changes.governed import BASE
from tests.check.changes.test_changes import POLICY, SLO, edited
from tests.check.examples import Files, laid_over
from tests.check.repository import TODAY, checked, loaded

OWNER = "services/attendance/ownership.yaml"
BOTH = ("@product-owner", "@tech-lead")
FILES = laid_over(BASE)
LOOSER = edited(SLO, ("0.999", "0.99"), files=FILES)


def said(head: Files, rule: str, *approved: str) -> list[str]:
    """The messages of a rule that nobody has approved."""
    findings = checked(head, base=FILES, approved=approved)
    return [f.problem.message for f in findings if f.rule == rule and f.waiver is None]


def context(head: Files, base: Files = FILES) -> Context:
    return Context(today=TODAY, catalog=loaded(head)[0], base=loaded(base)[0])


def findings_for(changed: Context, rule: str) -> list[Finding]:
    return [f for f in run(RULES, changed, []) if f.rule == rule and f.waiver is None]


def test_a_takeover_in_two_steps_stops_at_the_first() -> None:
    head = edited(OWNER, ("@product-owner", "@me"), ("@tech-lead", "@me2"), files=FILES)
    message = "attendance has different approvers than at the base"
    assert said(head, "approvers-changed", "@me", "@me2") == [message]
    assert said(head, "approvers-changed", BOTH[0]) == [message]
    assert said(head, "approvers-changed", *BOTH) == []


def test_approvers_that_are_taken_out_were_asked_before() -> None:
    line = '  approvers: {product: "@product-owner", technical: "@tech-lead"}\n'
    assert said(edited(OWNER, (line, ""), files=FILES), "approvers-changed", "@lead-workforce")


def test_a_service_without_an_owner_any_more_needs_its_approvers() -> None:
    head = {path: text for path, text in FILES.items() if path != OWNER}
    [message] = said(head, "approvers-changed", "@lead-workforce")
    assert message == "attendance has an owner at the base and none now"


def test_a_service_that_moves_needs_the_team_that_receives_it() -> None:
    head = edited(OWNER, ('"workforce"', "other"), files=FILES)
    moved = "attendance moves from team workforce to team other"
    assert said(head, "approvers-changed", *BOTH) == [moved]
    assert said(head, "approvers-changed", "@dev-other") == [moved]
    assert said(head, "approvers-changed", *BOTH, "@dev-other") == []


def test_a_team_that_the_change_brings_speaks_for_itself() -> None:
    path = "policies/teams/new.yaml"
    text = FILES["policies/teams/other.yaml"].replace("name: other", "name: new")
    new = text.replace("@lead-other", "@one").replace("@dev-other", "@two")
    head = edited(
        OWNER, ('"workforce"', "new"), files={**FILES, path: new.replace("@org/other", "@org/new")}
    )
    assert said(head, "approvers-changed", *BOTH)
    assert said(head, "approvers-changed", *BOTH, "@two") == []


def test_a_new_team_cannot_speak_for_a_handle_that_is_in_use() -> None:
    text = FILES["policies/teams/other.yaml"].replace("name: other", "name: fake")
    head = {**FILES, "policies/teams/fake.yaml": text.replace("@dev-other", "@me")}
    assert said(head, "policy-changed", "@lead-other") == ["Team fake was added"]
    assert said(head, "policy-changed", "@lead-workforce") == []


def test_a_team_takes_a_member_in_by_itself_or_by_the_owner_of_policies() -> None:
    head = edited("policies/teams/other.yaml", ('"@dev-other"', '"@dev-other", "@me"'), files=FILES)
    assert said(head, "policy-changed", "@me")
    assert said(head, "policy-changed", "@lead-other") == []
    assert said(head, "policy-changed", "@lead-workforce") == []


@pytest.mark.parametrize(
    ("approved", "author", "missing"),
    [
        ((), ("@lead",), (("@product",), ("@lead",))),
        (("@product",), ("@lead",), ()),
        (("@product",), ("@other",), (("@lead",),)),
        (("@lead",), ("@product",), ()),
    ],
)
def test_proposing_is_agreeing_once_somebody_else_has_agreed(
    approved: tuple[str, ...], author: tuple[str, ...], missing: tuple[tuple[str, ...], ...]
) -> None:
    needed = RequiredApproval("attendance", (("@product",), ("@lead",)))
    assert needed.missing(approved, author) == missing
    assert needed.met_by(approved, author) == (not missing)


def test_one_handle_in_both_roles_does_not_approve_alone() -> None:
    both = edited(OWNER, ("@product-owner", "@tech-lead"), files=FILES)
    head = edited(SLO, ("0.999", "0.99"), files=both)
    alone = replace(context(head, both), author=frozenset({"@tech-lead"}))
    [finding] = findings_for(alone, "slo-loosened")
    assert str(finding.problem.requires) == "@lead-workforce", "the approvers of policies/ stand in"
    approved = replace(alone, approved=frozenset({"@lead-workforce"}))
    assert findings_for(approved, "slo-loosened") == []


def test_somebody_without_access_is_replaced_by_the_approvers_of_policies() -> None:
    gone = replace(context(LOOSER), absent=frozenset({"@Tech-Lead"}))
    assert needed_for("attendance", gone).roles == (("@product-owner",), ("@lead-workforce",))
    assert needed_for("attendance", context(LOOSER)).roles == (("@product-owner",), ("@tech-lead",))


def test_without_an_owner_anybody_of_any_team_approves_policies() -> None:
    base = edited("policies/notification.yaml", ("  owner: workforce\n", ""), files=FILES)
    assert needed_for_policies(context(base, base)).handles == (
        "@lead-other", "@dev-other", "@lead-workforce",
    )  # fmt: skip


WAIVER = """\
apiVersion: reliability/v1
kind: Waivers
metadata: {{name: waivers}}
spec:
  waivers:
    - {{rule: {rule}, service: attendance, reason: r, approver: "{who}", until: 2027-01-31}}
"""


@pytest.mark.parametrize(
    ("rule", "who", "approved", "is_open"),
    [
        ("alert-for-cause", "@me", ("@me",), True),
        ("alert-for-cause", "@tech-lead", ("@tech-lead",), False),
        ("alert-for-cause", "@me", ("@lead-workforce",), False),
        ("slo-loosened", "@tech-lead", ("@tech-lead",), True),
        ("slo-loosened", "@me", BOTH, False),
        ("approvers-changed", "@lead-workforce", (), True),
        ("approvers-changed", "@lead-workforce", ("@lead-workforce",), False),
    ],
)
def test_a_waiver_takes_an_approver_that_the_base_knows(
    rule: str, who: str, approved: tuple[str, ...], is_open: bool
) -> None:
    head = {**FILES, "policies/waivers.yaml": WAIVER.format(rule=rule, who=who)}
    assert bool(said(head, "policy-changed", *approved)) == is_open


CODEOWNERS = ".github/CODEOWNERS"
LINES = "/policies/ @org/platform\n/services/attendance/ @org/workforce\n"


@pytest.mark.parametrize(
    ("lines", "messages"),
    [
        (LINES, []),
        (LINES + "# a comment\n\n", []),
        (LINES + "/services/new/ @org/other\n", []),
        (LINES + "* @me\n", ["the line * @me was added"]),
        (LINES.replace("@org/platform", "@me"), ["the line /policies/ @me was added"]),
        (LINES.replace("/policies/ @org/platform\n", ""),
         ["the line /policies/ @org/platform was removed"]),
        (LINES.replace("@org/workforce", "@me"),
         ["the line /services/attendance/ @me was added"]),
    ],
)  # fmt: skip
def test_lines_of_codeowners_are_guarded(lines: str, messages: list[str]) -> None:
    base, head = {**FILES, CODEOWNERS: LINES}, {**FILES, CODEOWNERS: lines}
    findings = checked(head, base=base)
    assert [f.problem.message for f in findings if f.rule == "policy-changed"] == messages


def renamed(files: Files) -> Files:
    """Attendance is called clocking, in its folder and in every document."""
    name = re.compile(r'(name"?|service): ("?)attendance("?)(?=[},\n])')
    return {
        path.replace("services/attendance", "services/clocking"): name.sub(
            r"\1: \2clocking\3", text
        )
        for path, text in files.items()
    }


def test_a_service_of_another_name_is_judged_by_its_approvers_at_the_base() -> None:
    head = renamed(edited(OWNER, ("@product-owner", "@me"), ("@tech-lead", "@me"), files=LOOSER))
    changed = context(head)
    assert changed.former_services == {"clocking": "attendance"}
    [finding] = findings_for(changed, "slo-loosened")
    assert str(finding.problem.requires) == "@product-owner and @tech-lead"
    [finding] = findings_for(changed, "approvers-changed")
    assert finding.problem.message == "clocking has different approvers than at the base"


def test_alerts_of_a_renamed_service_are_not_gone() -> None:
    assert POLICY in FILES
    changed = context(renamed(FILES))
    assert changed.former_services == {"clocking": "attendance"}
    assert findings_for(changed, "signal-deleted") == []
    assert findings_for(changed, "slo-deleted") == []
    assert findings_for(changed, "approvers-changed") == []
