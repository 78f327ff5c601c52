"""Signals, incidents and corrections of a change, each compared with itself at the base."""

import pytest

from tests.check.examples import Files, laid_over
from tests.check.repository import checked

SIGNAL = """\
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: Down
      kind: {kind}
      tier: {tier}
      slo: attendance-clock-in
      expr: {expr}
      for: {wait}
      runbook: docs/runbooks/clock-in.md
"""
INCIDENTS = """\
# services/attendance/incidents.yaml
apiVersion: reliability/v1
kind: Incidents
metadata: {{name: attendance}}
spec:
  service: attendance
  incidents: [{incidents}]
"""
CORRECTION = """\
# services/attendance/corrections.yaml
apiVersion: reliability/v1
kind: Corrections
metadata: {{name: attendance}}
spec:
  service: attendance
  corrections:
    - {{start: "{start}", end: "{end}", reason: move, approver: "@lead-workforce"}}
"""
NO_CORRECTION = CORRECTION.replace("\n    - {{start", " []\n    # {{start")


def signal(
    expr: str = "up < 1", wait: str = "5m", tier: str = "alert", kind: str = "symptom"
) -> Files:
    return laid_over(SIGNAL.format(expr=expr, wait=wait, tier=tier, kind=kind))


def incident(
    name: str = "one", hour: int = 12, impact: str = "slow", failed: str = "", where: str = ""
) -> str:
    slos = f"{{slo: attendance-clock-in, failed: {failed}}}" if failed else ""
    times = f'start: "2026-10-14T{hour}:30:00Z", end: "2026-10-14T13:30:00Z"'
    where = f"environments: [{where}]"
    return f"{{name: {name}, {times}, impact: {impact}, slos: [{slos}], {where}}}"


def incidents(*written: str) -> Files:
    return laid_over(INCIDENTS.format(incidents=", ".join(written)))


def said(head: Files, base: Files, rule: str) -> list[tuple[int, str]]:
    """The line and the message of each finding of a rule."""
    return [
        (finding.problem.at.span.line, finding.problem.message)
        for finding in checked(head, base=base)
        if finding.rule == rule
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a > 5", "a>5"),
        ("sum(a)", "sum( a )"),
        ("a > 5", "(a > 5)"),
        ("a > 5", "a > 4"),
        ("a >= 5", "a >= 4"),
        ("a < 5", "a < 6"),
        ("a <= 5", "a <= 6"),
        ("a > 5", "a >= 5"),
        ("a < 5", "a <= 5"),
        ("a >= 5", "a > 4"),
        ("a <= 5", "a < 6"),
    ],
)
def test_a_threshold_that_is_reached_sooner_is_not_looser(old: str, new: str) -> None:
    assert said(signal(new), signal(old), "signal-loosened") == []
    assert said(signal(new), signal(new), "signal-loosened") == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a > 5", "a > 6"),
        ("a >= 5", "a >= 6"),
        ("a < 5", "a < 4"),
        ("a <= 5", "a <= 4"),
        ("a == 5", "a == 4"),
        ("a != 5", "a != 4"),
        ("a >= 5", "a > 5"),
        ("a <= 5", "a < 5"),
        ("a > 5", "a >= 6"),
        ("a < 5", "a <= 4"),
        ("a > 5", "b > 4"),
        ("a > 5", "b >= 5"),
        ("a > 5", "a > b"),
        ("a > b", "a > 5"),
        ("a > 5", "a < 4"),
        ("a", "a > 5"),
        ("a + 5", "a + 4"),
        ("a", "sum(a)"),
        ("a > 5", "sum(a)"),
        ("a(", "sum(a"),
    ],
)
def test_an_expression_that_may_match_less_is_looser(old: str, new: str) -> None:
    message = "the expression of Down changed and may match less often"
    assert said(signal(new), signal(old), "signal-loosened") == [(8, message)]


@pytest.mark.parametrize(
    ("tier", "kind", "compared"),
    [
        ("alert", "symptom", True),
        ("alert", "heartbeat", True),
        ("ticket", "heartbeat", True),
        ("ticket", "symptom", False),
        ("log", "symptom", False),
    ],
)
def test_alerts_and_heartbeats_may_not_wait_longer(tier: str, kind: str, compared: bool) -> None:
    sooner, later = (signal(wait=wait, tier=tier, kind=kind) for wait in ("5m", "6m"))
    message = "for of Down was raised from 5m to 6m"
    assert said(later, sooner, "signal-loosened") == ([(9, message)] if compared else [])
    assert said(sooner, later, "signal-loosened") == []


def test_a_heartbeat_stays_one() -> None:
    heartbeat, cause = signal(kind="heartbeat"), signal(kind="cause")
    message = "the kind of Down changed from heartbeat to cause"
    assert said(cause, heartbeat, "signal-loosened") == [(5, message)]
    assert said(heartbeat, cause, "signal-loosened") == []


ONE = "the incident of 2026-10-14 12:30 UTC (one)"
OTHERWISE = [(6, f"the times, failed ratios or environments of {ONE} changed")]
GONE = [(3, f"{ONE} was removed")]


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        ([incident()], [incident()], []),
        ([incident()], [incident(impact="very")], []),
        ([incident()], [incident("two")], []),
        ([], [incident()], []),
        ([incident(), incident("two", 11)], [incident("two", 11), incident()], []),
        ([incident()], [incident(hour=11)], OTHERWISE),
        ([incident()], [incident(failed="0.5")], OTHERWISE),
        ([incident(where="staging")], [incident()], OTHERWISE),
        ([incident(where="staging")], [incident(where="production")], OTHERWISE),
        ([incident(where="a, b")], [incident(where="b, a")], []),
        ([incident(failed="0.4")], [incident(failed="0.5")], OTHERWISE),
        ([incident()], [incident("two", 11)], GONE),
        ([incident()], [], GONE),
        ([incident("two"), incident()], [incident("two")], GONE),
        ([incident(), incident("two", 11)], [incident("two", 11)], GONE),
    ],
)
def test_an_incident_on_record_stays_as_it_was(
    old: list[str], new: list[str], messages: list[tuple[int, str]]
) -> None:
    assert said(incidents(*new), incidents(*old), "incident-changed") == messages


SOLO = """\
# policies/notification.yaml
kind: NotificationPolicy
spec:
  approvals: solo
# services/attendance/ownership.yaml
kind: Ownership
spec:
  approvers: {product: "@product", technical: "@lead"}
"""
AGREED = """\
metadata:
  name: attendance
  annotations: {reliability/agreed-by: "@product, @lead", reliability/reviewed: "2026-11-25"}
"""


@pytest.mark.parametrize("new", [[], [incident(hour=11)]], ids=["removed", "changed"])
def test_one_person_alone_records_the_agreement_to_a_change_of_incidents(new: list[str]) -> None:
    base = laid_over(SOLO + INCIDENTS.format(incidents=incident()))
    head = laid_over(SOLO + INCIDENTS.format(incidents=", ".join(new)))
    agreed = laid_over(SOLO + AGREED + INCIDENTS.format(incidents=", ".join(new)))
    waivers = [
        finding.waiver
        for files in (head, agreed)
        for finding in checked(files, base=base)
        if finding.rule == "incident-changed"
    ]
    path = "services/attendance/ownership.yaml"
    assert waivers == [None, f"approved by @product and @lead, recorded in {path}"]


ENDED = "the correction ended on 2026-11-24; recorded samples do not change, so it has no effect"
BEGAN = "the correction starts on {}, but takes effect only when its rules are loaded"


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        ("2026-11-23T20:00:00Z", "2026-11-24T23:59:59Z", ENDED),
        ("2026-11-23T20:00:00Z", "2026-11-25T00:00:00Z", BEGAN.format("2026-11-23")),
        ("2026-11-23T20:00:00Z", "2026-11-27T00:00:00Z", BEGAN.format("2026-11-23")),
        ("2026-11-25T08:59:00+09:00", "2026-11-26T00:00:00Z", BEGAN.format("2026-11-24")),
        ("2026-11-25T09:00:00+09:00", "2026-11-26T00:00:00Z", None),
        ("2026-11-26T00:00:00Z", "2026-11-27T00:00:00Z", None),
    ],
)
def test_a_new_correction_of_the_past_changes_little(
    start: str, end: str, message: str | None
) -> None:
    head = laid_over(CORRECTION.format(start=start, end=end))
    found = [(7, message)] if message else []
    other_end = laid_over(CORRECTION.format(start=start, end="2026-12-01T00:00:00Z"))
    other_start = laid_over(CORRECTION.format(start="2026-11-01T00:00:00Z", end=end))
    for base in (laid_over(NO_CORRECTION.format(start="", end="")), other_end, other_start):
        assert said(head, base, "correction-retroactive") == found
    assert said(head, head, "correction-retroactive") == []
