"""Messages are counted by template, and belong to the rule of their name and severity."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from reliability.convert.prometheus_rules.kinds import Guess
from reliability.onboarding.triage.collector import (
    NO_SEVERITY,
    Collector,
    Key,
    SourceMessages,
    match_messages,
)
from reliability.onboarding.triage.declared import DeclaredRule
from reliability.onboarding.triage.message import ReceivedMessage, State
from reliability.onboarding.triage.tally import Figures

START = datetime(2026, 10, 1, tzinfo=UTC)
RULE = DeclaredRule(
    name="HostDown",
    severity="Critical",
    expr="up == 0",
    service="",
    team="",
    runbook=False,
    location="r.yml:1",
    guess=Guess("cause", "x"),
    burn=None,
    metrics=(),
    dead="",
    summary="",
    urgent="",
)


def message(text: str, severity: str = "", hour: int = 0) -> ReceivedMessage:
    return ReceivedMessage(
        source="mail",
        location="inbox",
        at=START + timedelta(hours=hour),
        text=text,
        severity=severity,
    )


def messages(
    rules: list[DeclaredRule], *messages: ReceivedMessage
) -> list[tuple[str, str, int, int]]:
    """Name, severity, the number of rules and the notifications of each."""
    collector = Collector()
    for each in messages:
        collector.add(each)
    return [shown(each) for each in match_messages(rules, collector)]


def shown(each: SourceMessages) -> tuple[str, str, int, int]:
    figures = each.tally.figures()
    return (each.key.name, each.key.severity, len(each.rules), figures.notifications)


def test_rules_of_one_name_and_severity_are_told_apart() -> None:
    rules = [
        replace(RULE, distinction="service=cart"),
        replace(RULE, distinction="job=search"),
        replace(RULE, name="Other"),
    ]
    collector = Collector()
    collector.know(rules)
    for text in ("(cart critical)", "(search critical)", "(cart search critical)", "(critical)"):
        collector.add(message(f"[FIRING:1] HostDown {text}"))
    collector.add_fired("HostDown", replace(message("x"), service="cart"), counts=True)
    found = list(match_messages(rules, collector))
    assert [
        (each.key.distinction, len(each.rules), each.tally.figures().notifications, each.is_shared)
        for each in found
    ] == [
        ("service=cart", 1, 2, True),
        ("job=search", 1, 1, True),
        ("", 1, 0, False),
        ("", 0, 2, False),
    ]


def test_a_message_belongs_to_the_rule_of_its_severity_else_to_the_loudest() -> None:
    rules = [
        replace(RULE, severity="info"),
        RULE,
        replace(RULE, location="r.yml:2"),
        replace(RULE, name="Quiet", severity=""),
    ]
    assert messages(
        rules,
        message("[FIRING:1] HostDown (a critical)"),
        message("[FIRING:1] HostDown (a info)", hour=1),
        message("[FIRING:1] HostDown (a)", hour=2),
        message("[FIRING:1] HostDown (a warning)", hour=3),
        message("something else", hour=4),
    ) == [
        ("HostDown", "info", 1, 1),
        ("HostDown", "critical", 2, 3),
        ("Quiet", "", 1, 0),
        ("something else", "", 0, 1),
    ]


def test_messages_without_a_severity_join_the_only_one_that_others_name() -> None:
    named = message("[FIRING:1] Disk (a critical)")
    bare = message("[FIRING:1] Disk (a)", hour=1)
    other = message("[FIRING:1] Disk (a warning)", hour=2)
    assert messages([], named, bare) == [("Disk", "critical", 0, 2)]
    assert messages([], bare) == [("Disk", "", 0, 1)]
    assert messages([], bare, named, other) == [
        ("Disk", "critical", 0, 1),
        ("Disk", "warning", 0, 1),
        ("Disk", "", 0, 1),
    ]


def test_what_a_source_says_of_severity_counts_for_an_alert_and_is_remembered() -> None:
    collector = Collector()
    collector.add(message("[FIRING:1] Disk (a)", "High"))
    collector.add(message("only words", "High"))
    for word in NO_SEVERITY:
        collector.add(message("[FIRING:1] Other (a)", word.upper()))
    assert list(collector.tallies) == [
        Key("Disk", "high", True),
        Key("only words", "", False),
        Key("Other", "", True),
    ]
    assert [dict(each.severities) for each in collector.tallies.values()] == [
        {"high": 1},
        {"high": 1},
        {},
    ]


def test_the_state_of_the_source_goes_before_the_words() -> None:
    collector = Collector()
    collector.add(replace(message("[FIRING:1] Disk (a)"), state=State.RESOLVED))
    (tally,) = collector.tallies.values()
    assert tally.figures() == Figures()


def test_episodes_and_messages_make_the_span_that_was_read() -> None:
    collector = Collector()
    collector.add(message("x", hour=5))
    collector.add_fired("Disk", message("Disk", "Critical", hour=1), counts=True)
    collector.add_fired("Disk", message("Disk", "critical", hour=9), counts=False)
    assert (collector.first, collector.last) == (
        START + timedelta(hours=1),
        START + timedelta(hours=9),
    )
    assert dict(collector.read) == {"mail": 3}
    tally = collector.tallies[Key("Disk", "critical", True)]
    assert tally.figures() == Figures(notifications=1, fired=2)


def test_names_beyond_twenty_thousand_are_counted_together() -> None:
    collector = Collector()
    again = message("x", "warning")
    for number in range(20_002):
        collector.add_fired(str(number), again, counts=False)
    collector.add_fired("19999", again, counts=False)
    assert len(collector.tallies) == 20_001
    rest = collector.tallies[Key("(templates beyond the first 20,000)", "", False)]
    assert (rest.fired, collector.tallies[Key("19999", "warning", True)].fired) == (2, 2)
