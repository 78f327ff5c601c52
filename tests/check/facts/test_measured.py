"""Measured rules: what they find in the result of a backtest, and that they need one."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reliability.check.facts.evidence import BacktestEvidence, EvidenceInterval, read_evidence
from reliability.errors import EvidenceError
from reliability.finding import Finding
from reliability.resolve.digest import definition_digest
from reliability.resolve.objectives import objectives
from tests.check.changes.test_changes import POLICY, SLO, edited
from tests.check.evidence import evidence_values
from tests.check.examples import Files, laid_over, minimal_files
from tests.check.repository import checked, found, loaded

START = datetime(2026, 11, 2, tzinfo=UTC)
Episode = tuple[float, float]
"""Hours after the start, and minutes."""


def interval(episode: Episode) -> dict[str, str]:
    begins = START + timedelta(hours=episode[0])
    ends = begins + timedelta(minutes=episode[1])
    return {"start": begins.isoformat(), "end": ends.isoformat()}


def fired(*episodes: Episode, tier: str = "alert", per_week: float = 0.5) -> dict[str, Any]:
    intervals = [interval(each) for each in episodes]
    new = {"episodes": len(episodes), "per_week": per_week, "intervals": intervals}
    return {"tier": tier, "new": new}


def incident(episode: Episode, **more: Any) -> dict[str, Any]:
    return {**interval(episode), "new": "caught", **more}


def evidence(**parts: Any) -> BacktestEvidence:
    return BacktestEvidence.model_validate(evidence_values(parts))


def measured(files: Files | None = None, /, **parts: Any) -> list[Finding]:
    return checked(files or minimal_files(), evidence=evidence(**parts))


def said(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(each.rule, each.problem.message) for each in findings if each.waiver is None]


QUIET = [fired((0, 30), (48, 30))]


def test_a_quiet_and_busy_service_has_no_finding() -> None:
    assert said(measured(slos=QUIET, incidents=[incident((0, 30))])) == []


@pytest.mark.parametrize(("an_hour", "is_low"), [(69.4, True), (69.5, False)])
def test_one_failure_is_enough_under_one_over_the_threshold(an_hour: float, is_low: bool) -> None:
    """1 / (14.4 x 0.001) = 69.44 events in an hour (The Site Reliability Workbook, chapter 5)."""
    findings = measured(objectives=[{"events": an_hour * 24 * 28}])
    assert [rule for rule, _ in said(findings)] == (["slo-low-traffic"] if is_low else [])


def test_low_traffic_says_how_many_events_there_were_and_how_many_it_takes() -> None:
    [(_, message)] = said(measured(objectives=[{"events": 3360, "coverage": 0.5}]))
    assert message == (
        "1h of attendance-clock-in has 10 events on average; with fewer than 69.44, one failure "
        "fires the alert tier"
    )


def test_a_floor_on_failures_is_a_way_out_and_so_is_another_tier() -> None:
    floor = edited(POLICY, ("- slo", "- minimumFailures: 3\n      slo"))
    ticket = edited(POLICY, ("- slo", "- tiers: {fast: ticket}\n      slo"))
    for files in (floor, ticket):
        assert said(measured(files, objectives=[{"events": 100}])) == []


def with_option(rule: str, options: str) -> Files:
    text = "# policies/rules.yaml\nkind: RulePolicy\nspec:\n  rules:\n"
    return laid_over(f"{text}    {rule}:\n      options: {options}\n")


def test_low_traffic_of_tickets_is_asked_for_by_an_option() -> None:
    files = with_option("slo-low-traffic", "{tiers: [ticket]}")
    [(_, message)] = said(measured(files, objectives=[{"events": 100}]))
    assert message.endswith("one failure fires the ticket tier")


def test_pages_are_added_up_for_each_team() -> None:
    rows = [fired(per_week=1.5), fired(per_week=9, tier="ticket")]
    assert said(measured(slos=rows)) == []
    rows = [fired(per_week=2.5)]
    assert said(measured(slos=rows)) == [
        (
            "page-budget-exceeded",
            "workforce would get 2.5 pages per week, and the budget is 2; "
            "attendance-clock-in of attendance pages most, 2.5 per week",
        )
    ]


def in_one_shift(count: int) -> dict[str, Any]:
    episodes = tuple((13 + number, 30.0) for number in range(count))
    return {"slos": [fired(*episodes)], "incidents": [incident((12, 600))]}


def test_one_shift_must_not_have_more_than_the_budget() -> None:
    assert said(measured(**in_one_shift(2))) == []
    assert said(measured(**in_one_shift(3))) == [
        (
            "page-budget-exceeded",
            "workforce would get more than 2 pages in 1 of 56 shifts of 12h; the worst shift, on "
            "2026-11-02, has 3",
        )
    ]


def test_a_share_of_shifts_over_the_budget_may_be_allowed() -> None:
    assert (
        said(
            measured(with_option("page-budget-exceeded", "{maxShiftsOver: 2%}"), **in_one_shift(3))
        )
        == []
    )
    assert said(
        measured(with_option("page-budget-exceeded", "{maxShiftsOver: 1%}"), **in_one_shift(3))
    )


FOUR = [fired((0, 30), (24, 30), (48, 30), (72, 30))]


@pytest.mark.parametrize(
    ("right", "ending"),
    [
        (4, None),
        (3, "3 of 4 pages for attendance-clock-in (75 %) overlap an incident; "
            "the minimum is 90 %"),
        (2, "2 of 4 pages for attendance-clock-in (50 %) overlap an incident; "
            "the minimum is 90 %"),
        (1, "1 of 4 pages for attendance-clock-in (25 %) overlap an incident; "
            "below 50 % an alert is broken"),
    ],
)  # fmt: skip
def test_pages_without_an_incident_are_counted(right: int, ending: str | None) -> None:
    incidents = [incident((24 * day, 20)) for day in range(right)]
    wanted = [("alert-precision-low", ending)] if ending else []
    assert said(measured(slos=FOUR, incidents=incidents)) == wanted


def test_an_incident_of_another_promise_stands_behind_no_page() -> None:
    other = [incident((0, 6000), slos=["other"]), incident((0, 6000), service="monitoring")]
    assert [rule for rule, _ in said(measured(slos=FOUR, incidents=other))] == [
        "alert-precision-low"
    ]
    same = [incident((0, 6000), slos=["other", "attendance-clock-in"])]
    assert said(measured(slos=FOUR, incidents=same)) == []


def test_few_pages_are_not_judged() -> None:
    assert said(measured(slos=[fired((0, 30), (24, 30))])) == []


def test_flapping_is_a_share_of_short_episodes() -> None:
    always = [incident((0, 60000))]
    short = [fired((0, 9), (24, 30), (48, 30), (72, 30))]
    assert said(measured(slos=short, incidents=always)) == []
    short = [fired((0, 9), (24, 9), (48, 10), (72, 30), tier="ticket")]
    assert said(measured(slos=short, incidents=always)) == [
        (
            "alert-flapping",
            "2 of 4 episodes (50 %) of attendance-clock-in in the ticket tier were shorter than "
            "10m; the limit is 30 %",
        )
    ]
    files = with_option("alert-flapping", "{shorterThan: 5m}")
    assert said(measured(files, slos=short, incidents=always)) == []


MISSED = {"old": "caught", "new": "missed", "budget_spent": 0.14}


def test_an_incident_that_paged_before_and_would_not_now_is_an_error() -> None:
    [finding] = measured(incidents=[incident((0, 30), name="Gate", **MISSED)])
    assert (finding.rule, finding.severity.word) == ("incident-missed", "error")
    assert finding.problem.message == (
        "the incident of 2026-11-02 00:00 UTC (Gate) paged before this change and would no "
        "longer page; it spent 14 % of the error budget of attendance-clock-in"
    )


def test_an_incident_that_would_only_open_a_ticket_is_not_caught() -> None:
    event = incident((0, 30), old="caught", budget=0.14) | {"new": "ticket only"}
    [finding] = measured(incidents=[event])
    assert finding.problem.message.startswith(
        "the incident of 2026-11-02 00:00 UTC paged before this change and would now only open a "
        "ticket; "
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [("missed", "missed"), ("missed", "caught"), (None, "missed")],
)
def test_what_was_missed_before_is_not_newly_missed(old: str | None, new: str) -> None:
    assert measured(incidents=[incident((0, 30), old=old) | {"new": new}]) == []


def test_a_ticket_that_is_lost_is_a_warning() -> None:
    event = incident((0, 30), old="ticket only") | {"new": "missed"}
    [finding] = measured(incidents=[event])
    assert (finding.rule, finding.severity.word) == ("incident-missed", "warning")
    assert "opened a ticket before this change and would now notify no one" in str(
        finding.problem.message
    )


def test_a_missed_incident_may_be_approved() -> None:
    parts = {"incidents": [incident((0, 30), **MISSED)]}
    [finding] = checked(minimal_files(), evidence=evidence(**parts), approved=["@lead-workforce"])
    assert finding.waiver == "approved by @lead-workforce"


def test_an_incident_of_a_promise_that_is_gone_is_missed_as_well() -> None:
    event = incident((0, 30), slo="gone", **MISSED)
    assert found(measured(incidents=[event])) == [("incident-missed", POLICY, 3)]


def test_what_was_measured_of_another_promise_is_not_used() -> None:
    [objective] = objectives(loaded(minimal_files())[0])
    parts = {"objectives": [{"events": 100, "digest": definition_digest(objective)}]}
    assert [rule for rule, _ in said(measured(**parts))] == ["slo-low-traffic"]
    changed = edited(SLO, ("0.999", "0.9995"))
    findings = measured(changed, **parts)
    assert [(each.rule, each.severity.word) for each in findings] == [("evidence-stale", "info")]


@pytest.mark.parametrize(
    ("path", "old", "new", "is_another"),
    [
        (SLO, "0.999", "0.998", True),
        (SLO, "5..", "4..", True),
        (SLO, "30d", "28d", True),
        (POLICY, "- slo", "- minimumFailures: 3\n      slo", True),
        (POLICY, "- slo", "- tiers: {slow: log}\n      slo", True),
        (SLO, "start of the day", "end of the day", False),
        (POLICY, "clock-in.md", "heartbeat.md", False),
    ],
)
def test_the_digest_is_of_all_that_is_replayed_and_of_nothing_else(
    path: str, old: str, new: str, is_another: bool
) -> None:
    files = [minimal_files(), edited(path, (old, new))]
    digests = {definition_digest(each) for one in files for each in objectives(loaded(one)[0])}
    assert len(digests) == (2 if is_another else 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not valid JSON; write it with `reliability backtest --format json`"),
        ("[]", "has no version, but version 2 is required"),
        ('{"version": 7}', "has version 7, but version 2 is required"),
        ('{"version": 2}', "is not a backtest result: synthetic; write it with"),
        ("[" * 100_000, "is not valid JSON"),
    ],
)
def test_a_file_that_is_no_evidence_says_what_it_is(
    text: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "evidence.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvidenceError) as caught:
        read_evidence(path)
    assert message in str(caught.value)


def test_evidence_that_a_later_version_adds_to_is_read(tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    path.write_text(json.dumps({**evidence_values({}), "more": 1}), encoding="utf-8")
    assert read_evidence(path)[0].span.days == 28
    with pytest.raises(EvidenceError, match=r"missing\.json: no such file"):
        read_evidence(tmp_path / "missing.json")


OPTION = "# policies/rules.yaml\nkind: RulePolicy\nspec:\n  rules:\n    alert-flapping:\n"


@pytest.mark.parametrize(
    ("option", "rule", "message", "way_out"),
    [
        ("shorterThn: 5m", "document-key-unknown", "unknown key shorterThn",
         "did you mean shorterThan?"),
        ("maxShare: 130%", "document-value", "maxShare: '130%' is outside of 0% to 100%",
         "write a share such as 2%"),
        ("minEpisodes: 0", "document-value", "minEpisodes is 0; it must be at least 1", None),
    ],
)  # fmt: skip
def test_an_option_is_typed_and_a_wrong_name_gets_the_nearest(
    option: str, rule: str, message: str, way_out: str | None
) -> None:
    [finding] = checked(laid_over(f"{OPTION}      options:\n        {option}\n"))
    assert (finding.rule, finding.problem.message) == (rule, message)
    assert finding.problem.help == way_out
    assert finding.problem.at.span.line == 6


@pytest.mark.parametrize(
    ("begins", "minutes", "overlaps"),
    [(0, 60, False), (0, 61, True), (1, 30, True), (2, 30, True), (2.01, 30, False)],
)
def test_an_episode_overlaps_from_the_start_of_an_incident_to_its_end(
    begins: float, minutes: float, overlaps: bool
) -> None:
    """It must end after the start, and may start at the very end."""
    episode, hour = interval((begins, minutes)), interval((1, 60))
    one, other = (EvidenceInterval.model_validate(each) for each in (episode, hour))
    assert one.touches(other) is overlaps
