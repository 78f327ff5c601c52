"""The state of a notification, in the words of each tool, and the line without it."""

import pytest

from reliability.onboarding.triage.message import State
from reliability.onboarding.triage.states import StateText, announced, read_state

ON, OFF, TAKEN, OTHER = State.FIRING, State.RESOLVED, State.ACKNOWLEDGED, State.OTHER


@pytest.mark.parametrize(
    ("line", "state", "rest", "severity"),
    [
        ("[ACKNOWLEDGED] HostDown", TAKEN, "HostDown", ""),
        ("[Recovered] CPU is high", OFF, "CPU is high", ""),
        ("[CRITICAL] CPU high", ON, "CPU high", "critical"),
        ("[Warn] CPU high", ON, "CPU high", "warning"),
        ("【警告】CPU が高い", ON, "CPU が高い", "warning"),
        ("【復旧】CPU", OFF, "CPU", ""),
        ("[prod] [a] [FIRING:1] HostDown", ON, "[prod] [a] HostDown", ""),
        ("PROBLEM Service Alert: web/HTTP is CRITICAL", ON, "Service Alert: web/HTTP", ""),
        ("RECOVERY Host Alert: web is OK - fine", OFF, "Host Alert: web", ""),
        ("ACKNOWLEDGEMENT Service Alert: a is UNKNOWN : why", TAKEN, "Service Alert: a", ""),
        ("Resolved in 5 m: CPU high", OFF, "CPU high", ""),
        ("Alert is triggered: CPU high", ON, "CPU high", ""),
        ("Problem: Disk full **", ON, "Disk full", ""),
        ("Triggered: site (HTTP 503)", ON, "site", ""),
        ("OK: site (status 200)", OFF, "site", ""),
    ],
)
def test_a_state_in_front_is_taken_off(line: str, state: State, rest: str, severity: str) -> None:
    assert read_state(line, "") == StateText(
        state=state, rest=rest, severity=severity, is_prefixed=True
    )


@pytest.mark.parametrize(
    ("line", "state"),
    [("[FIRING:1] Host (x)", ON), ("[FIRING] Host (x)", ON), ("[RESOLVED] Host (x)", OFF)],
)
def test_alertmanager_writes_the_name_of_the_alert_first(line: str, state: State) -> None:
    assert read_state(line, "") == StateText(
        state=state, rest=line.partition(" ")[2], is_named=True, is_prefixed=True
    )


@pytest.mark.parametrize(
    ("line", "state", "rest"),
    [
        ("web-1 went down", ON, "web-1 is down"),
        ("shop is back up after 3m", OFF, "shop is down"),
        ("api is offline. Reason x", ON, "api is down"),
        ("x is down (eu) on port 80, since", ON, "x is down"),
        ("x is down on web-1.", ON, "x is down on web-1"),
    ],
)
def test_what_is_up_or_down_is_one_check(line: str, state: State, rest: str) -> None:
    assert read_state(line, "") == StateText(state=state, rest=rest, is_check=True)


@pytest.mark.parametrize(
    ("line", "state", "rest"),
    [
        ("job backup is now failing!", ON, "job backup is failing"),
        ("job backup has recovered", OFF, "job backup is failing"),
        ("job backup is passing again", OFF, "job backup is failing"),
        ("The alert rule CPU high was triggered", ON, "The alert rule CPU high"),
        ("Monitor shop has been resolved.", OFF, "Monitor shop"),
        ("alarm shop is now cleared", OFF, "alarm shop"),
        ("okra is out", OTHER, "okra is out"),
        ("[a] [b] [c] [FIRING:1] Host", OTHER, "[a] [b] [c] [FIRING:1] Host"),
    ],
)
def test_a_state_at_the_end_is_the_same_alert(line: str, state: State, rest: str) -> None:
    assert read_state(line, "") == StateText(state=state, rest=rest)


@pytest.mark.parametrize(
    ("line", "emoji", "state"),
    [
        ("Alarm on shop", ":white_check_mark:", OFF),
        ("Alarm on shop", "✅ ", OFF),
        ("Alarm on shop", ":rotating_light:", ON),
        ("アラート shop", ":rotating_light:", ON),
        ("Alarm on shop", ":fire:", OTHER),
        ("Alarm on shop", "", OTHER),
        ("Deploy shop", ":white_check_mark:", OTHER),
        ("Deploy shop", ":rotating_light:", OTHER),
    ],
)
def test_an_emoji_is_a_state_only_of_an_alert(line: str, emoji: str, state: State) -> None:
    assert read_state(line, emoji) == StateText(state=state, rest=line)


@pytest.mark.parametrize(
    ("line", "state", "severity"),
    [
        ("Resolved", OFF, ""),
        ("acknowledged", TAKEN, ""),
        ("New alert", ON, ""),
        ("Priority issue is ACTIVATED", ON, ""),
        ("Critical incident opened by ann via x", ON, "critical"),
        ("warning alert", ON, "warning"),
        ("Alert closed", OFF, ""),
        ("Closed by ann", OFF, ""),
        ("incident updated", TAKEN, ""),
        ("P1 incident acknowledged", TAKEN, ""),
    ],
)
def test_a_line_that_only_announces_the_next_one(line: str, state: State, severity: str) -> None:
    assert announced(line) == StateText(state=state, rest="", severity=severity)


@pytest.mark.parametrize("line", ["High", "alert", "p1", "", "the new CPU alert", "high priority"])
def test_a_line_that_says_more_or_less_announces_nothing(line: str) -> None:
    assert announced(line) is None


def test_one_word_announces_the_next_line_only_if_it_is_a_state() -> None:
    assert [announced(word) for word in ("a", "new", "issue", "critical")] == [None] * 4
