"""Findings of one environment: on the line of the override, with the name of the environment."""

from collections.abc import Iterable
from functools import partial

import pytest

from reliability.check.engine.processes import found_in_processes
from reliability.check.engine.run import Context, run
from reliability.check.rules import RULES
from reliability.finding import Finding
from tests.check.examples import Files, laid_over
from tests.check.repository import TODAY, checked, loaded

SLO = "services/attendance/slo.yaml"
POLICY = "services/attendance/alert-policy.yaml"
OWNER = "services/attendance/ownership.yaml"
ENVIRONMENTS = "policies/environments.yaml"
REVIEWED = """\
    reliability/journey: "An employee clocks in"
    reliability/status: established
    reliability/agreed-by: "@product-owner"
    reliability/reviewed: "2026-11-20"
"""
DECLARED = """\
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - {name: production, selectorLabels: {env: production}, series: unlabeled}
    - {name: staging, selectorLabels: {env: staging}, highestTier: ticket}
# policies/slo.yaml
apiVersion: reliability/v1
kind: SloPolicy
metadata: {name: slo}
spec:
  targets: {min: 0.95, max: 0.9995}
"""
OVERRIDES = """\
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      runbook: docs/runbooks/clock-in.md
      environments:
        staging: {tiers: {fast: ticket, slow: ticket}}
"""


def with_annotations(*lines: str) -> str:
    """The SLO with these annotations, the first of them on line 8."""
    written = "".join(f"    {line}\n" for line in lines)
    return f"# {SLO}\nkind: SLO\nmetadata:\n  annotations:\n{REVIEWED}{written}"


def files(*parts: str) -> Files:
    return laid_over("".join((DECLARED, *parts)))


def shown(findings: Iterable[Finding]) -> list[tuple[str, str, int, str]]:
    return [
        (
            each.rule,
            each.problem.at.path.as_posix(),
            each.problem.at.span.line,
            each.problem.message,
        )
        for each in findings
        if each.waiver is None
    ]


def test_a_period_without_a_window_set_is_found_on_its_annotation() -> None:
    head = files(with_annotations("reliability/period.staging: 7d"))
    [finding] = checked(head)
    assert shown([finding]) == [
        (
            "burn-period-mismatch",
            SLO,
            8,
            "in staging: window set google-30d is made for 30d, and the period of "
            "attendance-clock-in is 7d",
        )
    ]
    [related] = finding.problem.related
    assert (related.at.path.as_posix(), related.message) == (POLICY, "here in all environments")


def test_of_two_overrides_the_finding_stays_on_its_own() -> None:
    head = files(
        with_annotations("reliability/period.staging: 7d"),
        OVERRIDES.replace("{tiers: {fast: ticket, slow: ticket}}", "{windows: google-30d}"),
    )
    [finding] = checked(head)
    assert shown([finding]) == [
        (
            "burn-period-mismatch",
            POLICY,
            7,
            "in staging: window set google-30d is made for 30d, and the period of "
            "attendance-clock-in is 7d",
        )
    ]
    assert [label.at.path.as_posix() for label in finding.problem.related] == [SLO]


def test_a_target_outside_the_policy_is_found_on_its_annotation() -> None:
    head = files(
        with_annotations(
            'reliability/target.staging: "0.94"', 'reliability/target.production: "0.98"'
        )
    )
    assert shown(checked(head)) == [
        (
            "slo-outside-policy",
            SLO,
            8,
            "in staging: the target is 0.94, and the SloPolicy allows 0.95 to 0.9995",
        )
    ]


def test_what_all_environments_have_is_found_once() -> None:
    head = files(with_annotations('reliability/target.staging: "0.98"'))
    head[SLO] = head[SLO].replace('"target": 0.999', '"target": 0.5')
    assert '"target": 0.5' in head[SLO]
    found = shown(checked(head))
    assert found
    assert not [message for *_, message in found if message.startswith("in ")]


def test_environments_without_overrides_are_not_checked_again() -> None:
    assert checked(files()) == []


def test_severities_and_waivers_are_those_of_the_rule() -> None:
    head = files(with_annotations("reliability/period.staging: 7d"))
    head["policies/rules.yaml"] = (
        "apiVersion: reliability/v1\nkind: RulePolicy\nmetadata: {name: rules}\n"
        "spec: {rules: {burn-period-mismatch: {severity: info}}}\n"
    )
    [finding] = checked(head)
    assert finding.severity.word == "info"
    head["policies/waivers.yaml"] = (
        "apiVersion: reliability/v1\nkind: Waivers\nmetadata: {name: waivers}\n"
        "spec: {waivers: [{rule: burn-period-mismatch, service: attendance, reason: later, "
        'approver: "@tech-lead", until: 2027-01-31}]}\n'
    )
    [finding] = checked(head)
    assert finding.waiver is not None


def test_several_processes_find_the_same() -> None:
    head = files(
        with_annotations("reliability/period.staging: 7d", 'reliability/target.staging: "0.94"')
    )
    context = Context(today=TODAY, catalog=loaded(head)[0])
    found = [*run(RULES, context, seeing=partial(found_in_processes, jobs=2))]
    assert found == [*run(RULES, context)]
    assert {each.rule for each in found} == {"burn-period-mismatch", "slo-outside-policy"}


def changed(before: Files, head: Files, *approved: str) -> list[tuple[str, str, int, str]]:
    return shown(checked(head, base=before, approved=approved))


def test_a_lower_target_in_one_environment_needs_approval() -> None:
    before = files(with_annotations('reliability/target.staging: "0.98"'))
    head = files(with_annotations('reliability/target.staging: "0.96"'))
    assert changed(before, head) == [
        ("slo-loosened", SLO, 8, "in staging: target was lowered from 0.98 to 0.96")
    ]
    assert changed(head, before) == []
    assert changed(before, head, "@lead-workforce") == []


def test_a_new_override_is_compared_with_what_was_written_for_all() -> None:
    head = files(with_annotations('reliability/target.staging: "0.98"'))
    assert changed(files(), head) == [
        ("slo-loosened", SLO, 8, "in staging: target was lowered from 0.999 to 0.98")
    ]
    # Without the override, the target of all environments holds again, which is higher.
    assert changed(head, files()) == []


def test_an_environment_without_approvals_needs_none() -> None:
    free = DECLARED.replace("highestTier: ticket", "highestTier: ticket, approvals: none")
    lower, higher = (
        laid_over(free + with_annotations(f'reliability/target.staging: "{target}"'))
        for target in (0.96, 0.98)
    )
    assert changed(higher, lower) == []
    waived = [each.waiver for each in checked(lower, base=higher)]
    assert waived == ["approvals: none in staging"]
    # A change cannot excuse itself: only the base counts.
    strict = files(with_annotations('reliability/target.staging: "0.98"'))
    assert [rule for rule, *_ in changed(strict, lower)] == ["policy-changed", "slo-loosened"]


def test_without_approvals_people_may_approve_and_other_findings_stay() -> None:
    free = DECLARED.replace("highestTier: ticket", "highestTier: ticket, approvals: none")
    lower, higher = (
        laid_over(free + with_annotations(f'reliability/target.staging: "{target}"'))
        for target in (0.96, 0.98)
    )
    findings = checked(lower, base=higher, approved=["@lead-workforce"])
    assert [each.waiver for each in findings] == ["approved by @lead-workforce"]
    period = laid_over(free + with_annotations("reliability/period.staging: 7d"))
    assert [rule for rule, *_ in changed(period, period)] == ["burn-period-mismatch"]


def test_a_new_environment_beside_others_has_nothing_to_be_compared_with() -> None:
    """Its series start with it, also without a label; only the policy changes."""
    lower = with_annotations('reliability/target.production: "0.98"')
    before = files(lower)
    lines = before[ENVIRONMENTS].splitlines(keepends=True)
    before[ENVIRONMENTS] = "".join(line for line in lines if "name: production" not in line)
    assert [rule for rule, *_ in changed(before, files(lower))] == ["policy-changed"]


def test_the_tier_of_a_signal_in_one_environment_needs_approval() -> None:
    signal = """\
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: Lag
      kind: cause
      tier: ticket
      expr: sum(lag) > 1
      environments: {{staging: {{tier: {}}}}}
"""
    assert changed(files(signal.format("ticket")), files(signal.format("log"))) == [
        ("tier-changed", POLICY, 8, "in staging: the tier of Lag changed from ticket to log")
    ]


def test_the_tier_of_one_environment_needs_approval() -> None:
    head = files(OVERRIDES.replace("slow: ticket", "slow: log"))
    assert changed(files(OVERRIDES), head) == [
        (
            "tier-changed",
            POLICY,
            7,
            "in staging: the tier of the slow burn of attendance-clock-in changed from ticket "
            "to log",
        )
    ]


def test_a_service_that_leaves_an_environment_needs_approval() -> None:
    before = files()
    head = files(f"# {OWNER}\nkind: Ownership\nspec:\n  environments: {{staging: {{}}}}\n")
    found = changed(before, head)
    assert {(rule, path) for rule, path, *_ in found} == {("slo-deleted", OWNER)}
    assert next(message for *_, message in found).startswith("in production: ")


def test_environments_are_first_declared_with_the_budget_of_before() -> None:
    """The unlabeled environment continues what was written without environments."""
    before = files()
    del before[ENVIRONMENTS]
    head = files(
        with_annotations(
            'reliability/target.production: "0.98"', 'reliability/target.staging: "0.96"'
        )
    )
    assert [(rule, message) for rule, _, _, message in changed(before, head)] == [
        ("policy-changed", "Environments environments was added"),
        ("slo-loosened", "in production: target was lowered from 0.999 to 0.98"),
    ]


SERVERS = """\
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - name: production
      servers: [{name: eu, target: a}, {name: us, target: b}]
      ruler: {target: c}
"""


def runs_on(servers: str) -> Files:
    """The service on some servers of production."""
    owner = f"# {OWNER}\nkind: Ownership\nspec:\n  environments:\n    production: {{{servers}}}\n"
    return laid_over(SERVERS + owner)


@pytest.mark.parametrize(
    ("before", "after", "gone"),
    [
        ("", "servers: [eu]", "us"),
        ("", "servers: [us]", "eu"),
        ("servers: [eu, us]", "servers: [us]", "eu"),
        ("servers: [eu]", "servers: [us]", "eu"),
        ("", "servers: [eu, us]", ""),
        ("servers: [eu]", "servers: [eu, us]", ""),
        ("servers: [eu]", "", ""),
        ("servers: [eu]", "servers: [eu]", ""),
    ],
)
def test_a_service_on_fewer_servers_needs_approval(before: str, after: str, gone: str) -> None:
    findings = checked(runs_on(after), base=runs_on(before))
    found = [each for each in shown(findings) if each[0] == "slo-loosened"]
    message = f"attendance no longer counts events on {gone} of production"
    assert [(path, text) for _, path, _, text in found] == ([(OWNER, message)] if gone else [])
