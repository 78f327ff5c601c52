"""Nobody excuses themselves: what stands in a service's directory rules over nothing."""

import pytest

from tests.check.examples import minimal_files
from tests.check.repository import checked, found

POLICY = "services/attendance/alert-policy.yaml"
BAD = "  signals:\n    - {name: Down, kind: symptom, tier: alert, expr: up == 0, for: 5m}\n"
HEAD = "apiVersion: reliability/v1\nkind: {}\nmetadata: {{name: own}}\nspec:\n"
WAIVERS = HEAD.format("Waivers") + "  waivers:\n"
RULES = HEAD.format("RulePolicy") + "  rules:\n"
NAMES = ("alert-without-runbook", "alert-without-slo", "policy-misplaced")


def waived(rule: str) -> str:
    return (
        f"    - {{rule: {rule}, service: attendance, reason: It is ours,"
        ' approver: "@lead-workforce", until: 2027-01-31}\n'
    )


@pytest.mark.parametrize(
    "written",
    [
        WAIVERS + "".join(map(waived, NAMES)),
        RULES + "".join(f'    {name}: {{severity: "off"}}\n' for name in NAMES),
    ],
)
def test_a_service_that_excuses_itself_is_found_and_not_excused(written: str) -> None:
    files = minimal_files()
    files[POLICY] = files[POLICY].replace("  signals: []\n", BAD)
    own = {"services/attendance/own.yaml": written}
    assert sorted(each[0] for each in found(checked(files))) == [*NAMES[:2]]
    assert sorted(each[0] for each in found(checked(files | own))) == [*NAMES]
    rest = {each[0] for each in found(checked(files | {"policies/own.yaml": written}))}
    assert rest <= {"waiver-unused"}
