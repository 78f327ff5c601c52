"""Who must agree to a change: by the base's policies, on the pull request or in the document."""

from datetime import date

import pytest

from reliability.approval import Approvals
from reliability.check.engine.run import Context, run
from reliability.check.facts.evidence import BacktestEvidence
from reliability.check.rules import RULES
from reliability.check.suppression.waivers import pending
from reliability.finding import Finding
from tests.check.changes.test_changes import POLICY, SLO, edited
from tests.check.evidence import evidence_values
from tests.check.examples import Files, minimal_files
from tests.check.repository import TODAY, checked, found, loaded

OWNER = "services/attendance/ownership.yaml"
TEAM = "policies/teams/workforce.yaml"
BOTH = 'approvers: {product: "@product-owner", technical: "@tech-lead"}'


def with_approvers(files: Files, approvers: str = BOTH) -> Files:
    return edited(OWNER, ("criticality", f"{approvers}\n  criticality"), files=files)


def solo(files: Files) -> Files:
    path = "policies/notification.yaml"
    return edited(path, ("  heartbeat:", "  approvals: solo\n  heartbeat:"), files=files)


BASE = with_approvers(minimal_files())
LOOSER = edited(SLO, ("0.999", "0.99"), files=BASE)


def loosened(
    head: Files,
    base: Files,
    *approved: str,
    today: date = date(2026, 11, 25),
    rule: str = "slo-loosened",
) -> Finding:
    [finding] = [
        each for each in checked(head, today, base, approved=approved) if each.rule == rule
    ]
    return finding


def test_a_loosened_promise_asks_for_the_approvers_of_its_service() -> None:
    finding = loosened(LOOSER, BASE)
    assert finding.waiver is None
    assert finding.problem.help == (
        "ask @product-owner and @tech-lead for approval and pass it with --approved-by, "
        "or add a waiver with an end date"
    )


def test_with_every_approval_it_is_called_out_and_excused() -> None:
    finding = loosened(LOOSER, BASE, "@Tech-Lead", "@product-owner", "@somebody")
    assert finding.waiver == "approved by @product-owner and @tech-lead"


@pytest.mark.parametrize("approved", [["@tech-lead"], ["@somebody", "@product-owner"], []])
def test_one_of_two_approvals_is_not_enough(approved: list[str]) -> None:
    assert loosened(LOOSER, BASE, *approved).waiver is None


def test_a_change_cannot_name_its_own_approvers() -> None:
    own = with_approvers(minimal_files(), 'approvers: {product: "@me", technical: "@me"}')
    head = edited(SLO, ("0.999", "0.99"), files=own)
    assert loosened(head, BASE, "@me").waiver is None


def test_a_change_cannot_lower_who_must_agree() -> None:
    policy = "apiVersion: reliability/v1\nkind: SloPolicy\nmetadata: {name: slo}\nspec: "
    lower = {"policies/slo.yaml": policy + "{looseningRequires: [technical]}\n"}
    assert loosened(LOOSER | lower, BASE, "@tech-lead").waiver is None
    assert loosened(LOOSER | lower, BASE | lower, "@tech-lead").waiver == "approved by @tech-lead"


def test_without_approvers_anybody_of_the_team_approves() -> None:
    head = edited(SLO, ("0.999", "0.99"))
    asked = loosened(head, minimal_files())
    assert asked.problem.help is not None
    assert asked.problem.help.startswith("ask @lead-workforce for approval")
    assert loosened(head, minimal_files(), "@lead-workforce").waiver is not None


def test_approval_is_asked_for_a_tier_and_a_deleted_promise_as_well() -> None:
    tiers = edited(POLICY, ("- slo", "- tiers: {fast: ticket}\n      slo"), files=BASE)
    assert loosened(tiers, BASE, rule="tier-changed").waiver is None
    gone = {path: text for path, text in BASE.items() if "/attendance/" not in path}
    both = ("@product-owner", "@tech-lead")
    assert loosened(tiers, BASE, *both, rule="tier-changed").waiver is not None
    assert loosened(gone, BASE, *both, rule="slo-deleted").waiver is not None
    assert loosened(gone, BASE, rule="slo-deleted").waiver is None


def recorded(day: str, who: str = "@product-owner, @tech-lead", path: str = SLO) -> Files:
    """The loosened promise in a repository of one person, with an agreement on record."""
    agreed = ("@product-owner, @tech-lead", who)
    return solo(edited(path, ("2026-11-01", day), agreed, files=LOOSER))


def test_one_person_alone_records_the_agreement_in_the_document() -> None:
    base = solo(BASE)
    assert loosened(solo(LOOSER), base).problem.help == (
        "record the agreement: set reliability/agreed-by to @product-owner and @tech-lead "
        "and reliability/reviewed to the date"
    )
    assert loosened(recorded("2026-11-24"), base).waiver == (
        f"approved by @product-owner and @tech-lead, recorded in {SLO}"
    )


@pytest.mark.parametrize(
    ("day", "who"),
    [
        ("2026-11-01", "@product-owner, @tech-lead"),
        ("2026-10-01", "@product-owner, @tech-lead"),
        ("2026-11-28", "@product-owner, @tech-lead"),
        ("2026-11-24", "@product-owner"),
    ],
    ids=["the base's own day", "an earlier day", "a day to come", "one of two"],
)
def test_an_old_or_half_agreement_covers_no_new_change(day: str, who: str) -> None:
    assert loosened(recorded(day, who), solo(BASE)).waiver is None


@pytest.mark.parametrize(
    ("approved", "proposed", "is_agreed"),
    [
        ((), ("@mori",), False),
        ((), ("@product-owner",), False),
        (("@Tech-Lead",), ("@product-owner",), True),
        (("@tech-lead", "@product-owner"), ("@mori",), True),
        (("@tech-lead",), (), False),
    ],
)
def test_on_a_forge_nobody_agrees_in_the_name_of_another(
    approved: tuple[str, ...], proposed: tuple[str, ...], is_agreed: bool
) -> None:
    """A stranger's pull request wrote the owner's name into the document."""
    head, base = loaded(recorded("2026-11-24"))[0], loaded(solo(BASE))[0]
    given = Approvals(given=frozenset(approved), proposed=frozenset(proposed), on_forge=True)
    context = Context(today=TODAY, catalog=head, base=base).with_approvals(given)
    [finding] = [each for each in run(RULES, context) if each.rule == "slo-loosened"]
    assert (finding.waiver is not None) is is_agreed


def test_a_waiver_of_its_author_is_approved_by_the_owner_of_policies() -> None:
    head = loaded(LOOSER | {"policies/waivers.yaml": WAIVER.replace("@lead-workforce", "@sre")})[0]
    owners = edited(TEAM, ('"@lead-workforce"', '"@lead-workforce", "@sre"'), files=BASE)
    before = loaded(owners)[0]
    context = Context(today=TODAY, catalog=head, base=before, judge=before)
    for author, approved, is_open in (
        ("@sre", (), True),
        ("@sre", ("@lead-workforce",), False),
        ("@mori", ("@lead-workforce",), True),
        ("@mori", ("@sre",), False),
    ):
        given = Approvals(given=frozenset(approved), author=frozenset({author}))
        assert bool(pending(context.with_approvals(given))) is is_open


def test_two_changes_may_be_agreed_on_one_day() -> None:
    base = edited(SLO, ("2026-11-01", "2026-11-25"), files=solo(BASE))
    assert loosened(recorded("2026-11-25"), base).waiver is not None
    assert loosened(recorded("2026-11-25"), base, today=date(2026, 11, 26)).waiver is None


def test_in_a_team_a_recorded_agreement_is_no_approval() -> None:
    head = edited(SLO, ("2026-11-01", "2026-11-24"), files=LOOSER)
    assert loosened(head, BASE).waiver is None


def test_a_change_cannot_make_itself_solo() -> None:
    assert loosened(recorded("2026-11-24"), BASE).waiver is None


@pytest.mark.parametrize(
    ("looser", "rule"),
    [("tiers: {fast: ticket}", "tier-changed"), ("minimumFailures: 5", "slo-loosened")],
)
def test_an_alert_policy_records_the_agreement_to_its_entries(looser: str, rule: str) -> None:
    base = solo(BASE)
    agreement = (
        "metadata:\n  name: attendance\n  annotations:\n"
        '    reliability/agreed-by: "@product-owner, @tech-lead"\n'
        '    reliability/reviewed: "2026-11-25"\n'
    )
    quieter = edited(POLICY, ("- slo", f"- {looser}\n      slo"), files=base)
    assert loosened(quieter, base, rule=rule).waiver is None
    agreed = edited(POLICY, ("metadata: {name: attendance}\n", agreement), files=quieter)
    assert loosened(agreed, base, rule=rule).waiver is not None


def test_without_a_base_the_record_of_the_document_counts() -> None:
    """Evidence has a base of its own."""
    times = {"start": "2026-11-02T00:00:00Z", "end": "2026-11-02T01:00:00Z"}
    incidents = [{**times, "old": "caught", "new": "missed"}]
    evidence = BacktestEvidence.model_validate(evidence_values({"incidents": incidents}))
    waivers = [
        [finding.waiver for finding in checked(files, evidence=evidence)]
        for files in (BASE, solo(BASE))
    ]
    assert waivers == [[None], [f"approved by @product-owner and @tech-lead, recorded in {SLO}"]]


WAIVER = """\
apiVersion: reliability/v1
kind: Waivers
metadata: {name: waivers}
spec:
  waivers:
    - rule: slo-loosened
      service: attendance
      reason: The vendor is slower until January
      approver: "@lead-workforce"
      until: 2027-01-31
"""


def test_a_dated_waiver_covers_a_change_and_is_unused_only_where_it_could_be_used() -> None:
    head = LOOSER | {"policies/waivers.yaml": WAIVER}
    assert loosened(head, BASE).waiver is not None
    assert found(checked(head)) == [], "without a base nobody can tell"
    assert found(checked(head, base=head)) == [("waiver-unused", "policies/waivers.yaml", 6)]


def test_a_waiver_of_what_was_also_approved_is_used() -> None:
    head = LOOSER | {"policies/waivers.yaml": WAIVER}
    both = ("@product-owner", "@tech-lead")
    missing = [("policy-changed", "policies/waivers.yaml", 6)]
    assert found(checked(head, base=BASE, approved=both)) == missing, "its approver has not agreed"
    everybody = (*both, "@lead-workforce")
    assert found(checked(head, base=BASE, approved=everybody)) == []


POLICIES_AGREED = (
    'annotations: {reliability/agreed-by: "@lead-workforce", reliability/reviewed: "2026-11-25"}'
)


@pytest.mark.parametrize(
    ("kind", "path", "before", "after", "rule"),
    [
        (
            "SloPolicy",
            "policies/slo.yaml",
            "looseningRequires: [product, technical]",
            "looseningRequires: [technical]",
            "policy-changed",
        ),
        (
            "SloPolicy",
            "policies/slo.yaml",
            "periods: [30d]",
            "periods: [30d, 7d]",
            "policy-changed",
        ),
        (
            "Waivers",
            "policies/waivers.yaml",
            "waivers: []",
            "waivers: [{rule: slo-low-traffic, service: attendance, until: 2026-12-01,\n"
            "  reason: few events, approver: '@lead-workforce'}]",
            "policy-changed",
        ),
    ],
)
def test_a_policy_records_the_agreement_to_its_change(
    kind: str, path: str, before: str, after: str, rule: str
) -> None:
    document = f"apiVersion: reliability/v1\nkind: {kind}\nmetadata: {{name: p}}\nspec:\n  "
    files = minimal_files()
    base = solo(files | {path: document + before + "\n"})
    head = base | {path: document + after + "\n"}
    assert loosened(head, base, rule=rule).waiver is None
    agreed = edited(path, ("name: p", f"name: p, {POLICIES_AGREED}"), files=head)
    assert loosened(agreed, base, rule=rule).waiver == (
        f"approved by @lead-workforce, recorded in {path}"
    )
    rules = {finding.rule for finding in checked(agreed, date(2026, 11, 25), base)}
    assert "document-key-unknown" not in rules


@pytest.mark.parametrize(
    ("approvers", "asked"),
    [
        (
            'approvers: {product: "@undecided", technical: "@tech-lead"}',
            "ask @tech-lead for approval",
        ),
        (
            'approvers: {product: "@me", technical: "@todo"}',
            "name approvers in the service's owner",
        ),
    ],
)
def test_nobody_waits_for_the_approval_of_a_placeholder(approvers: str, asked: str) -> None:
    nobody = edited(TEAM, ('"@lead-workforce"', '"@undecided"'))
    base = with_approvers(nobody, approvers)
    help_text = loosened(edited(SLO, ("0.999", "0.99"), files=base), base).problem.help
    assert help_text is not None
    assert help_text.startswith(asked)
