"""A change is judged by the policies of its base, whatever it writes into its own."""

import pytest

from reliability.check.engine.run import Context, run
from reliability.check.rules import RULES
from reliability.check.suppression.waivers import pending
from tests.check.changes.test_changes import POLICY, edited
from tests.check.examples import Files, minimal_files
from tests.check.repository import TODAY, loaded

RULES_FILE = "policies/rules.yaml"
WAIVERS_FILE = "policies/waivers.yaml"
HEAD_OF_FILE = "apiVersion: reliability/v1\nkind: {}\nmetadata: {{name: ours}}\nspec: {}\n"
BASE = minimal_files()
CAUSE = """signals:
    - name: QueueIsLong
      kind: cause
      tier: alert
      expr: attendance_queue_depth > 1000
      for: 15m
      runbook: docs/runbooks/clock-in.md
      summary: clock-ins wait
"""
LOUD = edited(POLICY, ("signals: []\n", CAUSE), files=BASE)
RULE = "alert-without-slo"


def policy(kind: str, spec: str) -> str:
    return HEAD_OF_FILE.format(kind, spec)


def judged(head: Files, base: Files, *approved: str) -> list[str]:
    """The errors of a rule that count, judged by the base's policies."""
    found = run(RULES, context(head, base, *approved), loaded(head)[1])
    return [each.rule for each in found if each.rule == RULE and each.waiver is None]


def context(head: Files, base: Files, *approved: str) -> Context:
    before = loaded(base)[0]
    catalog = loaded(head)[0]
    return Context(
        today=TODAY, catalog=catalog, base=before, approved=frozenset(approved), judge=before
    )


def test_a_rule_that_the_change_turns_off_still_speaks() -> None:
    off = {RULES_FILE: policy("RulePolicy", f"{{rules: {{{RULE}: {{severity: off}}}}}}")}
    assert judged(LOUD | off, BASE) == [RULE]
    assert judged(LOUD | off, BASE | off) == []


def waiver(approver: str = "@lead") -> dict[str, str]:
    one = f"rule: {RULE}, service: attendance, reason: we try it out"
    spec = f'{{waivers: [{{{one}, approver: "{approver}", until: 2026-12-31}}]}}'
    return {WAIVERS_FILE: policy("Waivers", spec)}


def test_a_waiver_of_the_change_holds_once_its_approver_has_approved() -> None:
    assert judged(LOUD | waiver(), BASE) == [RULE]
    assert [each.approver for each in pending(context(LOUD | waiver(), BASE))] == ["@lead"]
    assert judged(LOUD | waiver(), BASE, "@somebody") == [RULE]
    assert judged(LOUD | waiver(), BASE, "@Lead") == []


def test_a_waiver_of_the_base_holds_as_it_is_written_there() -> None:
    assert judged(LOUD | waiver(), BASE | waiver()) == []
    assert judged(LOUD | waiver("@me"), BASE | waiver()) == [RULE]
    assert judged(LOUD, BASE | waiver()) == [RULE]


def test_what_the_change_puts_into_the_baseline_is_not_known() -> None:
    [finding] = [
        each for each in run(RULES, context(LOUD, BASE), loaded(LOUD)[1]) if each.rule == RULE
    ]
    entry = f'fingerprint: "{finding.fingerprint}", rule: {RULE}, path: {POLICY}, message: m'
    known = {"policies/baseline.yaml": policy("Baseline", f"{{findings: [{{{entry}}}]}}")}
    assert judged(LOUD | known, BASE) == [RULE]
    assert judged(LOUD | known, BASE | known) == []


def test_what_a_tier_needs_is_what_the_base_says() -> None:
    silent = edited(POLICY, ("runbook:", "# runbook:"), files=BASE)
    lax = edited(
        "policies/notification.yaml",
        ("requires: [slo, runbook, on-call]", "requires: []"),
        files=silent,
    )
    found = run(RULES, context(lax, BASE), loaded(lax)[1])
    assert "alert-without-runbook" in {each.rule for each in found}


def test_a_custom_rule_that_the_change_takes_out_still_speaks() -> None:
    pytest.importorskip("cel_expr_python")
    custom = (
        "{custom: [{id: slo-tribe-missing, severity: error, subject: slo, "
        'holds: "\'tribe\' in slo.labels", message: "{slo.name} has no label tribe", '
        "help: name it, why: w}]}"
    )
    base = BASE | {RULES_FILE: policy("RulePolicy", custom)}
    head = BASE | {RULES_FILE: policy("RulePolicy", "{}")}
    found = run(RULES, context(head, base), loaded(head)[1])
    assert "slo-tribe-missing" in {each.rule for each in found}
