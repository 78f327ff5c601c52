"""All that a template holds of a message, whole; what users feel, and what cannot wait."""

import pytest

from reliability.onboarding.triage.impact_words import user_impact
from reliability.onboarding.triage.message import State
from reliability.onboarding.triage.routine import good_news
from reliability.onboarding.triage.template import Template, folded, template_of
from reliability.onboarding.triage.urgent import why_urgent

ON, OFF, OTHER = State.FIRING, State.RESOLVED, State.OTHER
GRAFANA = """\
[FIRING:1] a title
- alertname = DiskFull
- severity = warning
- summary = The disk is full
source: http://x
please look
"""


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("", Template(name="(no text)", is_alert=False, state=OTHER, severity="", line="")),
        (
            ":fire: ...",
            Template(name="(no text)", is_alert=False, state=OTHER, severity="", line=""),
        ),
        (
            "[FIRING:1] HostDown (a critical)\nsummary of it",
            Template(
                name="HostDown",
                is_alert=True,
                state=ON,
                severity="critical",
                line="HostDown (a critical)",
                body="summary of it",
            ),
        ),
        (
            GRAFANA,
            Template(
                name="DiskFull",
                is_alert=True,
                state=ON,
                severity="",
                line="a title",
                body="The disk is full\nplease look",
            ),
        ),
        (
            "Critical incident opened\n#7: CPU is high",
            Template(
                name="CPU is high",
                is_alert=False,
                state=ON,
                severity="critical",
                line="CPU is high",
                body="",
            ),
        ),
        (
            "Alert closed by ann\nOrders fail\nsince noon",
            Template(
                name="Orders fail",
                is_alert=False,
                state=OFF,
                severity="",
                line="Orders fail",
                body="since noon",
            ),
        ),
        (
            "Alert closed by ann\n[FIRING:1] HostDown (a critical)",
            Template(
                name="HostDown",
                is_alert=True,
                state=OFF,
                severity="critical",
                line="HostDown (a critical)",
            ),
        ),
        (
            "New alert\n[RESOLVED] HostDown (a critical)\n- alertname = Host",
            Template(
                name="Host",
                is_alert=True,
                state=OFF,
                severity="critical",
                line="HostDown (a critical)",
            ),
        ),
        (
            "WARN: CPU_High_Load now",
            Template(
                name="CPU_High_Load",
                is_alert=True,
                state=ON,
                severity="warning",
                line="CPU_High_Load now",
                body="",
            ),
        ),
        (
            "Triggered: DiskSpaceLow (web)",
            Template(
                name="DiskSpaceLow",
                is_alert=True,
                state=ON,
                severity="",
                line="DiskSpaceLow (web)",
                body="",
            ),
        ),
        (
            "[FIRING:1] HostDown (a critical) it is gone",
            Template(
                name="HostDown",
                is_alert=True,
                state=ON,
                severity="critical",
                line="HostDown (a critical) it is gone",
                body="it is gone",
            ),
        ),
        (
            "PROBLEM Service Alert: a/HTTP is CRITICAL: refused",
            Template(
                name="Service Alert: a/HTTP",
                is_alert=False,
                state=ON,
                severity="",
                line="Service Alert: a/HTTP",
                body="PROBLEM Service Alert: a/HTTP is CRITICAL: refused",
            ),
        ),
        (
            "Resolved: [#12] x #13 y",
            Template(
                name="x #<n> y", is_alert=False, state=OFF, severity="", line="x #13 y", body=""
            ),
        ),
        (
            "this is an Error\nof which no more is read",
            Template(
                name="this is an Error",
                is_alert=False,
                state=OTHER,
                severity="error",
                line="this is an Error",
                body="",
            ),
        ),
        (
            "a sentence that speaks of something long before an error",
            Template(
                name="a sentence that speaks of something long before an error",
                is_alert=False,
                state=OTHER,
                severity="",
                line="a sentence that speaks of something long before an error",
            ),
        ),
    ],
)
def test_a_template_holds_name_state_severity_line_and_body(text: str, template: Template) -> None:
    assert template_of(text) == template


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (":white_check_mark: Alert: the queue is short", OFF),
        ("\u2705 monitor of the shop", OFF),
        (":rotating_light: Alarm on the queue", ON),
        ("Alarm on the queue", OTHER),
        (":white_check_mark: the build of main", OTHER),
        (":rotating_light: the build of main", OTHER),
        (":fire: Alarm on the queue", OTHER),
    ],
)
def test_an_emoji_is_a_state_in_front_of_what_is_watched(text: str, state: State) -> None:
    assert template_of(text).state is state


@pytest.mark.parametrize(("length", "name"), [(2_399, "x"), (2_400, "(no text)")])
def test_the_beginning_of_a_message_is_searched_for_a_subject(length: int, name: str) -> None:
    assert template_of("\n" * length + "x").name == name


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("returned 503", "returned 5xx"),
        ("command returned 503", "command returned <n>"),
        (f"command {'x' * 60} returned 503", f"command {'x' * 60} returned 5xx"),
        ("HTTP/1.1 404", "HTTP/1.1 4xx"),
        ("exit status 404", "exit status <n>"),
        ("<!here> a  b\tc -|", "a b c"),
        ("x" * 161, "x" * 160),
    ],
)
def test_a_line_is_folded_and_trimmed(line: str, text: str) -> None:
    assert folded(line) == text


def test_a_public_host_is_kept_where_it_is_what_is_checked() -> None:
    assert folded("https://shop.example.com/x", keeps_hosts=True) == "shop.example.com"
    assert folded("https://shop.internal/x", keeps_hosts=True) == "<url>"
    assert folded("https://shop.example.com/x") == "<url>"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("customers cannot pay", "customers cannot"),
        ("users report errors", "users report"),
        ("timeouts for some users", "timeouts for some users"),
        ("orders declined", "orders declined"),
        ("one order declined", None),
        ("conversion dropped", "conversion dropped"),
        ("the site is down", "site is down"),
        ("pages load slowly", "pages load slowly"),
        ("unable to log in", "unable to log in"),
        ("unable to log in to db", None),
        ("uptime check", "uptime check"),
        ("is down: a.example.com", "is down: a.example.com"),
        ("no users affected\ncustomers cannot pay", "customers cannot"),
        ("not impacted: customers cannot pay", None),
        ("バッチ\nログインできない", "ログインできない"),
        ("バッチでログイン失敗", None),
        ("ユーザーに影響", "ユーザーに影響"),
        ("問い合わせ急増", "問い合わせ急増"),
        ("db is slow", None),
    ],
)
def test_what_users_feel_is_read_from_the_words(text: str, words: str | None) -> None:
    assert user_impact(text) == words


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Job finished", "finished"),
        ("完了しました", "完了しました"),
        ("deploy failed, none merged", None),
        ("completed with errors", None),
        ("未完了", None),
        ("契約が成立しました", "契約が成立しました"),
        ("契約を破損しました", None),
        ("scan done, errors: 0", "done"),
        ("scan done, errors: 3", None),
        ("incident 3 not yet resolved", None),
        ("nothing", None),
    ],
)
def test_good_news_has_no_bad_word(text: str, word: str | None) -> None:
    assert good_news(text) == word


LEFT = "less than 5 % of the space is free"
GONE = "no instance of a cluster component is up"


@pytest.mark.parametrize(
    ("name", "expr", "body", "why"),
    [
        ("AlertmanagerDown", "", "", "while it fires, other alerts may not be delivered"),
        ("PrometheusTargetMissing", "", "", None),
        ("PrometheusAgentDown", "", "", None),
        ("KubeAPIDown", "", "", GONE),
        ("etcdMembersGone", "up == 0", "", GONE),
        ("KubeAPIErrors", "", "", None),
        ("KubeAPIErrors", "up == 0", "", None),
        ("Disk", "", "it will be full in 4 hours", "it says full in 4 hours"),
        ("Disk", "", "full in 4 days", None),
        ("Disk will run out in six hours", "", "", "it says run out in six hours"),
        ("X", "predict_linear(a[6h], 86400) < 0", "", "it runs out within 1d"),
        ("X", "predict_linear(a[6h], 86401) < 0", "", None),
        ("X", "predict_linear(a[6h], 60) < 0", "", "it runs out within 1m"),
        ("X", "predict_linear(a[6h], 59) < 0", "", None),
        ("X", "predict_linear(a[6h], b) < 0", "", None),
        ("DiskLow", "a_avail / a_size < 0.05", "", LEFT),
        ("DiskLow", "a_avail / a_size < 0.051", "", None),
        ("DiskLow", "a_avail / a_size * 100 <= 5", "", LEFT),
        ("DiskLow", "a_avail / a_size > 0.05", "", None),
        ("DiskLow", "a_avail < 0.05", "", None),
        ("DiskLow", "a_used / a_size < 0.05", "", None),
        ("DiskLow", "a_free / a_size < 0", "", None),
        ("DiskLow", "a_free / a_size < b", "", None),
        ("DiskLow", "a_free / 2", "", None),
        ("Low", "a_avail / a_size < 0.05", "", None),
    ],
)
def test_a_cause_is_urgent_up_to_a_day_and_five_percent(
    name: str, expr: str, body: str, why: str | None
) -> None:
    assert why_urgent(name, expr, body) == why


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        (f"{'x' * 32} warning", "warning"),
        (f"{'x' * 33} warning", ""),
        (f"[FIRING:1] Name ({'x' * 146} warning)", "warning"),
        (f"[FIRING:1] Name ({'x' * 147} warning)", ""),
    ],
)
def test_a_level_is_a_severity_in_front(text: str, severity: str) -> None:
    assert template_of(text).severity == severity
