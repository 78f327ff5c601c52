"""`reliability triage` as a user runs it: every source, the worksheet, the draft, the page."""

import csv
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Ended, in_process
from tests.cli.program import in_process as reliability
from tests.onboarding.triage.slack_export import export, written
from tests.providers.fake_pagerduty import FakePagerDuty
from tests.providers.faulty_server import run_fake
from tests.providers.pagerduty_analytics import incident

RULES = """\
groups:
  - name: shop
    rules:
      - alert: ShopErrorRateHigh
        expr: sum(rate(http_requests_total{code=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 0.05
        labels: {severity: critical, team: shop}
        annotations: {runbook_url: https://example.com/runbook}
      - alert: QueueFull
        expr: queue_length > 100
        for: 10m
        labels: {severity: critical, team: shop}
      - alert: Chatty
        expr: chat > 1
        labels: {severity: info}
      - alert: Watchdog
        expr: vector(1)
        labels: {severity: none}
      - alert: Impossible
        expr: >-
          (sum(rate(bad[1h])) / sum(rate(all[1h])) > 14.4 * 0.1)
          and (sum(rate(bad[5m])) / sum(rate(all[5m])) > 14.4 * 0.1)
        labels: {severity: critical}
      - alert: Twin
        expr: queue_length > 100
        labels: {severity: warning}
"""  # noqa: E501
ALERTMANAGER = """\
route:
  receiver: nobody
  routes:
    - {matchers: [severity="critical"], receiver: pager}
receivers:
  - name: nobody
  - name: pager
    pagerduty_configs: [{routing_key: x}]
"""


def triaged(folder: Path, *arguments: str | Path) -> Any:
    ended = reliability("triage", *arguments, "--format", "json", folder=folder)
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


def tiers(result: Any) -> dict[str, str]:
    return {each["name"]: each["tier"] for each in result["alerts"]}


def flags(result: Any, name: str) -> list[str]:
    found = next(each for each in result["alerts"] if each["name"] == name)
    return [each["flag"] for each in found["flags"]]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yml"
    path.write_text(RULES, encoding="utf-8")
    return path


def test_rules_are_sorted_by_the_talks_rule(rules: Path) -> None:
    result = triaged(rules.parent, rules)
    assert tiers(result) == {
        "ShopErrorRateHigh": "alert",
        "QueueFull": "ticket",
        "Chatty": "log",
        "Watchdog": "log",
        "Impossible": "alert",
        "Twin": "ticket",
    }
    assert flags(result, "Impossible") == ["without owner", "cannot fire"]
    assert flags(result, "Twin") == ["without owner", "duplicate"]
    assert flags(result, "QueueFull") == []
    assert result["headline"] == (
        "6 alerting rules: 2 may be alerts, 2 tickets, 2 logs; how often they fire is unknown"
    )
    assert [(each["service"], each["alerts"]) for each in result["suggested_slos"]] == [
        ("shop", ["Impossible", "ShopErrorRateHigh"])
    ]


def test_the_reason_for_a_tier_names_the_severity_or_that_there_is_none(rules: Path) -> None:
    rules.write_text(RULES.replace("labels: {severity: warning}", "labels: {}"), encoding="utf-8")
    reasons = {
        each["name"]: each["verdict"]["reason"] for each in triaged(rules.parent, rules)["alerts"]
    }
    assert reasons["Twin"].endswith("; no severity label")
    assert "severity was critical; " in reasons["QueueFull"]
    assert reasons["Chatty"] == "severity was info"


def test_the_text_says_tier_reason_and_what_to_ask_for(rules: Path) -> None:
    ended = reliability("triage", rules, folder=rules.parent)
    assert ended.code == 0
    row = "alert*            ShopErrorRateHigh (critical)  fair        it mentions error and http"
    assert row in ended.out
    assert "* an alert once it has an SLO. Suggested SLOs:\n  shop: how many of 1,000" in ended.out


def test_slos_to_ask_for_are_a_section_only_if_there_are_some(rules: Path) -> None:
    asked = reliability("triage", rules, "--format", "markdown", folder=rules.parent)
    assert "## Suggested SLOs" in asked.out
    log = rules.with_name("log.yml")
    group = RULES[: RULES.index("rules:")]
    log.write_text(
        f"{group}rules:\n    - {{alert: TargetDown, expr: up == 0, labels: {{severity: info}}}}\n"
    )
    none = reliability("triage", log, "--format", "markdown", folder=rules.parent)
    assert none.code == 0
    assert "Suggested SLOs" not in none.out


def slack(folder: Path, text: str, ts: str = "1790000000.0", **more: Any) -> Path:
    channel = folder / "export" / "errors"
    channel.mkdir(parents=True, exist_ok=True)
    (folder / "export" / "users.json").write_text("[]", encoding="utf-8")
    message = {"subtype": "bot_message", "text": text, "ts": ts, **more}
    (channel / "2026-09-21.json").write_text(json.dumps([message]), encoding="utf-8")
    return folder / "export"


def test_messages_belong_to_the_rule_of_their_name_and_severity(rules: Path) -> None:
    there = slack(rules.parent, "<!here> [FIRING:1] QueueFull (shop critical)")
    result = triaged(rules.parent, rules, there)
    found = {each["name"]: each["figures"]["notifications"] for each in result["alerts"]}
    assert (found["QueueFull"], found["Chatty"]) == (1, 0)
    assert flags(result, "Chatty") == ["without owner"]
    assert result["headline"] == (
        "1 notification in 1 day, user impact unknown for 1; with this policy: 1 mention -> 0"
    )


def test_a_zip_file_is_read_as_the_folder_is(tmp_path: Path) -> None:
    folder = export(tmp_path / "export", list(written(300)))
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for each in folder.rglob("*.json"):
            archive.write(each, each.relative_to(folder))
    assert triaged(tmp_path, packed) == triaged(tmp_path, folder)


def test_an_alert_has_the_severity_and_the_owner_of_most_messages(tmp_path: Path) -> None:
    (tmp_path / "mails.csv").write_text(
        "time,title,severity,service,owner\n"
        "2026-10-01 10:00,Disk of web-1 is full,high,shop,ops\n"
        "2026-10-01 11:00,Disk of web-2 is full,high,zoo,\n"
        "2026-10-01 12:00,Disk of web-1 is full,urgent,shop,web\n"
        "2026-10-01 13:00,Disk of web-2 is full,urgent,zoo,ops\n"
        "2026-10-01 14:00,Disk of web-3 is full,high,shop,web\n"
        "2026-10-01 15:00,Queue is full,,,\n"
    )
    shown = [
        (alert["name"], alert["severity"], alert["service"], alert["team"])
        for alert in triaged(tmp_path, tmp_path / "mails.csv")["alerts"]
    ]
    assert shown == [("Disk of <id> is full", "high", "shop", "ops"), ("Queue is full", "", "", "")]


def test_a_message_without_a_rule_may_be_urgent(tmp_path: Path) -> None:
    (tmp_path / "mails.csv").write_text(
        "time,title\n"
        "2026-10-01 10:00,Disk runs full in six hours\n"
        "2026-10-01 11:00,Disk runs full in six days\n"
        "2026-10-01 11:30,Volume 3 is full in 4 hours\n"
        '2026-10-01 12:00,"[FIRING:1] VolumeFills (web)\nfull in 4 hours"\n'
    )
    found = triaged(tmp_path, tmp_path / "mails.csv")["alerts"]
    assert {alert["name"]: alert["verdict"]["reason"].partition(";")[0] for alert in found} == {
        "Disk runs full in six hours": "urgent cause: it says full in six hours",
        "Disk runs full in six days": "its name mentions disk",
        "Volume <n> is full in <n> hours": "urgent cause: it says full in 4 hours",
        "VolumeFills": "urgent cause: it says full in 4 hours",
    }


@pytest.mark.parametrize("suffix", ["csv", "zip", "json"])
def test_a_folder_may_have_the_name_of_a_file(rules: Path, suffix: str) -> None:
    folder = rules.parent / f"rules.{suffix}"
    folder.mkdir()
    rules.rename(folder / rules.name)
    assert "QueueFull" in tiers(triaged(folder.parent, folder))


def test_another_channel_is_not_read(tmp_path: Path) -> None:
    folder = export(tmp_path / "export", list(written(50)))
    assert triaged(tmp_path, folder, "--channel", "#errors")["messages"] == {"slack": 50}
    ended = reliability("triage", folder, "--channel", "random", folder=tmp_path)
    assert (ended.code, "no alerting rules and no notifications found" in ended.err) == (2, True)


def test_incidents_of_pagerduty_are_pages_with_their_length(tmp_path: Path) -> None:
    path = tmp_path / "incidents.csv"
    path.write_text(
        "id,incident_number,description,service_name,created_on,resolved_on,auto_resolved,"
        "acknowledge_count,urgency\n"
        'A,1,"[FIRING:1] QueueFull (shop critical)",shop,2026-10-01T03:00:00Z,'
        "2026-10-01T03:04:00Z,t,0,high\n"
        'B,2,"[FIRING:1] QueueFull (shop critical)",shop,2026-10-02T03:00:00+09:00,,f,1,low\n',
        encoding="utf-8",
    )
    result = triaged(tmp_path, path)
    (alert,) = result["alerts"]
    assert result["messages"] == {"pagerduty": 2}
    assert (alert["name"], alert["service"], alert["severity"]) == ("QueueFull", "shop", "critical")
    figures = alert["figures"]
    assert (figures["mentions"], figures["resolved"], figures["short"]) == (1, 1, 1)
    assert (figures["judged"], figures["answered"]) == (2, 1)


def test_incidents_of_pagerduty_s_api_are_read_as_those_of_its_export(tmp_path: Path) -> None:
    day = (datetime.now(UTC) - timedelta(days=5)).strftime("%Y-%m-%d")
    incidents = [
        incident(f"{day}T03:00:00", 1, resolved_at=f"{day}T03:04:00"),
        incident(f"{day}T18:00:00", 2, urgency="low", acknowledgement_count=1),
        incident("2020-01-01T00:00:00", 3),
    ]
    with run_fake(FakePagerDuty()) as account:
        account.analytics.incidents = incidents
        options = ("--pager", account.url, "--pager-token", "env:PAGER")
        ended = in_process("triage", *options, "--format", "json", folder=tmp_path, PAGER="token")
        refused = in_process("triage", *options, folder=tmp_path, PAGER="former")
    assert (ended.code, ended.err) == (0, "")
    result = json.loads(ended.out)
    (alert,) = result["alerts"]
    assert result["messages"] == {"pagerduty": 2}
    assert (alert["name"], alert["service"], alert["severity"]) == ("QueueFull", "shop", "critical")
    figures = alert["figures"]
    assert (figures["mentions"], figures["resolved"], figures["short"]) == (1, 1, 1)
    assert (figures["judged"], figures["answered"]) == (2, 1)
    assert (refused.code, "answers 401: the credential is refused" in refused.err) == (2, True)
    assert "former" not in refused.err


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--pager", "https://pager.example"), "--pager needs --pager-token"),
        (("--pager-team", "PT1"), "--pager-team needs --pager URL"),
        (("--pager", "https://pager.example", "--pager-token", "env:GONE"), "GONE is not set"),
        (("--pager", "pager", "--pager-token", "env:PAGER"), "--pager: not a valid URL"),
        (
            ("--pager", "https://pager.example", "--pager-token", "u+abc"),
            "is in plain text; write env:NAME",
        ),
    ],
)
def test_a_pager_without_a_url_or_a_token_is_refused(
    tmp_path: Path, options: tuple[str, ...], why: str
) -> None:
    ended = in_process("triage", *options, folder=tmp_path, PAGER="token")
    assert (ended.code, why in ended.err) == (2, True), ended.err


@pytest.mark.parametrize("form", ["v1", "v2", "lines"])
def test_events_of_datadog_are_read(tmp_path: Path, form: str) -> None:
    title = "[Triggered on {host:web-1}] CPU is high"
    tags = ["service:shop", "team:core"]
    first = {"title": title, "text": "@pagerduty-core", "date_happened": 1790000000}
    v1 = {**first, "alert_type": "error", "tags": tags}
    inner = {"title": title, "timestamp": 1790000000000, "status": "error"}
    v2 = {"type": "event", "attributes": {"tags": tags, "attributes": inner, "message": "@oncall"}}
    text = {
        "v1": json.dumps({"events": [v1]}, indent=1),
        "v2": json.dumps({"data": [v2]}),
        "lines": f"{json.dumps(v1)}\n{json.dumps(v1)}\n",
    }[form]
    (tmp_path / "events.json").write_text(text, encoding="utf-8")
    result = triaged(tmp_path, tmp_path / "events.json")
    (alert,) = result["alerts"]
    assert (alert["name"], alert["service"], alert["team"]) == ("CPU is high", "shop", "core")
    assert alert["figures"]["mentions"] == alert["figures"]["notifications"] > 0


def test_any_table_with_a_time_and_a_text_is_read_and_bad_rows_are_told(tmp_path: Path) -> None:
    path = tmp_path / "mails.csv"
    path.write_text("Time;Subject\n2026-10-01 10:00;Disk is full\nsoon;x\n", encoding="utf-8")
    ended = reliability("triage", path, folder=tmp_path)
    assert (ended.code, "mails.csv:3: not a valid time: 'soon'" in ended.err) == (
        1,
        True,
    )
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    ended = reliability("triage", path, folder=tmp_path)
    assert (ended.code, "no time or text column in the first line" in ended.err) == (2, True)


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fill(path: Path, **decided: str) -> None:
    rows = cells(path)
    for each in rows:
        each["decided"] = decided.get(each["name"], each["decided"])
        each["decided by"] = "ann" if each["decided"] else ""
        each["our column"] = "kept"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def test_what_people_decide_wins_and_survives_the_next_runs(rules: Path) -> None:
    folder, sheet = rules.parent, rules.parent / "triage.csv"
    reliability("triage", rules, "--worksheet", sheet, folder=folder)
    fill(sheet, QueueFull="Log", Chatty="remove", ShopErrorRateHigh="ticket")
    for _ in range(2):
        result = triaged(folder, rules, "--worksheet", sheet)
        found = tiers(result)
        assert (found["QueueFull"], found["Chatty"]) == ("log", "remove")
        assert found["ShopErrorRateHigh"] == "ticket"
    assert result["totals"]["decided"] == 3
    text = sheet.read_text(encoding="utf-8")
    assert text.splitlines()[0].endswith("decided;decided by;note;our column")
    assert text.count(";kept") == 6


def test_a_decision_about_a_noise_that_is_gone_stays(rules: Path) -> None:
    folder, sheet = rules.parent, rules.parent / "triage.csv"
    reliability("triage", rules, "--worksheet", sheet, folder=folder)
    rows = cells(sheet)
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(
            {**each, "decided": "log" if each["name"] == "Twin" else ""} for each in rows
        )
    other = slack(folder, "something else")
    reliability("triage", other, "--worksheet", sheet, folder=folder)
    assert sorted(each["name"] for each in cells(sheet)) == ["Twin", "something else"]
    assert tiers(triaged(folder, rules, "--worksheet", sheet))["Twin"] == "log"


def test_a_worksheet_that_cannot_be_taken_is_not_overwritten(rules: Path) -> None:
    sheet = rules.parent / "triage.csv"
    for text, why in (
        ("name,hours\nann,3\n", "a worksheet requires the columns `id` and `decided`"),
        (
            "id,decided\na-1,perhaps\n",
            "triage.csv:2: not a valid decision: 'perhaps'; expected alert, ticket",
        ),
        ("id,decided\na,log\na,log\n", "triage.csv:3: duplicate id a; keep one line"),
    ):
        sheet.write_text(text, encoding="utf-8")
        ended = reliability("triage", rules, "--worksheet", sheet, folder=rules.parent)
        assert (ended.code, why in ended.err) == (2, True), ended.err
        assert sheet.read_text(encoding="utf-8") == text


def test_no_cell_is_a_formula_and_none_changes_on_its_way(tmp_path: Path) -> None:
    there = slack(tmp_path, '=HYPERLINK("https://evil.example.com","x")')
    sheet = tmp_path / "triage.csv"
    reliability("triage", there, "--worksheet", sheet, folder=tmp_path)
    (row,) = cells(sheet)
    assert row["name"].startswith("'=HYPERLINK")
    first = sheet.read_bytes()
    reliability("triage", there, "--worksheet", sheet, folder=tmp_path)
    assert sheet.read_bytes() == first


def test_the_draft_has_the_tiers_of_triage_and_of_people(rules: Path) -> None:
    folder, sheet = rules.parent, rules.parent / "triage.csv"
    reliability("triage", rules, "--worksheet", sheet, folder=folder)
    fill(sheet, QueueFull="log", Twin="remove")
    asked = ("triage", rules, "--worksheet", sheet, "--draft", folder / "new")
    ended = reliability(*asked, folder=folder)
    assert ended.code == 0, ended.err
    text = (folder / "new/services/shop/alert-policy.yaml").read_text(encoding="utf-8")
    assert "tier: ticket  # an alert once it has an SLO: it mentions error and" in text
    assert "tier: log  # decided by ann\n" in text
    assert "Twin" not in text
    checked = reliability("--root", folder / "new", "check", folder=folder)
    assert "alert-for-cause" not in checked.out
    assert "alert-without-slo" not in checked.out
    again = reliability(*asked, folder=folder)
    assert again.code == 0


def test_a_message_steers_no_terminal_and_no_page(tmp_path: Path) -> None:
    text = "\x1b]0;owned\x07 | <b>@channel</b> [x](https://evil.example.com) ##[error]x `"
    there = slack(tmp_path, text)
    shown: list[Ended] = [
        reliability("triage", there, "--format", form, folder=tmp_path)
        for form in ("text", "markdown", "json")
    ]
    assert [each.code for each in shown] == [0, 0, 0]
    assert all("\x1b" not in each.out and "##[error]" not in each.out for each in shown)
    row = next(line for line in shown[1].out.splitlines() if "owned" in line)
    assert row.count(" | ") == 4


def test_nothing_to_read_is_said(tmp_path: Path) -> None:
    ended = reliability("triage", folder=tmp_path)
    assert (ended.code, "nothing to read; pass PATHS, --prometheus or --pager" in ended.err) == (
        2,
        True,
    )


def test_broken_files_stop_nothing_else(rules: Path) -> None:
    there = slack(rules.parent, "x")
    (there / "errors" / "2026-09-22.json").write_text("{broken", encoding="utf-8")
    (there / "errors" / "2026-09-23.json").write_text('[1, null, {"ts": "x"}]', encoding="utf-8")
    ended = reliability("triage", there, rules, folder=rules.parent)
    assert ended.code == 1
    assert "2026-09-22.json: not valid JSON" in ended.err
    assert "QueueFull" in ended.out


INCIDENTS = """\
apiVersion: reliability/v1
kind: Incidents
metadata: {name: shop}
spec:
  service: shop
  incidents:
    - {name: card, start: "2026-10-02T03:00:00Z", end: "2026-10-02T04:00:00Z", impact: none}
    - {name: card again, start: "2026-10-09T03:00:00Z", end: "2026-10-09T04:00:00Z", impact: none}
"""


def test_what_comes_with_incidents_is_an_alert_whatever_its_words_are(tmp_path: Path) -> None:
    (tmp_path / "services/shop").mkdir(parents=True)
    (tmp_path / "services/shop/incidents.yaml").write_text(INCIDENTS, encoding="utf-8")
    path = tmp_path / "events.csv"
    path.write_text(
        "time,title,service\n"
        "2026-10-02T03:10:00Z,acquirer says no,shop\n2026-10-09T03:30:00Z,acquirer says no,shop\n"
        "2026-10-05T03:30:00Z,acquirer says no,shop\n2026-10-08T03:10:00Z,acquirer says no,other\n",
        encoding="utf-8",
    )
    (alert,) = triaged(tmp_path, path)["alerts"]
    assert (alert["tier"], alert["verdict"]["reason"]) == (
        "alert",
        "2 of 4 came during incidents with user impact",
    )


def test_what_is_odd_in_an_export_is_told_and_stops_nothing(tmp_path: Path) -> None:
    there = slack(tmp_path, "x", blocks=3, attachments=[{"title": 1}], reactions=[{"users": None}])
    (there / "users.json").write_text("{broken", encoding="utf-8")
    (there / "errors" / "2026-09-24.json").symlink_to("/etc/hostname")
    ended = reliability("triage", there, folder=tmp_path)
    assert (ended.code, ended.out.startswith("1 notification in 1 day")) == (1, True)
    assert "users.json: not valid JSON" in ended.err
    assert "2026-09-24" not in ended.err


def test_a_way_out_of_a_zip_file_leads_nowhere(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("users.json", "{}")
        archive.writestr("../../x/2026-01-01.json", '[{"bot_id": "B", "ts": "1e999"}, 3]')
    ended = reliability("triage", "bad.zip", folder=tmp_path)
    assert (ended.code, "no alerting rules and no notifications found" in ended.err) == (2, True)


def test_a_cell_as_long_as_a_stack_trace_is_read(tmp_path: Path) -> None:
    text = 'time,title\n2026-10-01,"' + "a" * 400_000 + '"\n2026-10-01,b\n'
    (tmp_path / "mails.csv").write_text(text, encoding="utf-8")
    names = tiers(triaged(tmp_path, "mails.csv"))
    assert sorted(map(len, names)) == [1, 160]


def test_labels_of_a_group_name_the_service_as_import_does(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(
        "groups:\n  - name: queues\n    labels: {service: cart, severity: critical}\n"
        "    rules: [{alert: QueueFull, expr: queue > 100}]\n",
        encoding="utf-8",
    )
    [alert] = triaged(tmp_path, "r.yml")["alerts"]
    assert (alert["service"], alert["severity"]) == ("cart", "critical")


def test_the_example_of_a_message_shows_no_secret_of_an_address(tmp_path: Path) -> None:
    text = "Failed: https://ci:s3cretPassw0rd@ci.example/1?token=Zx81Qw92Er73Ty&page=2"
    hook = "Failed: https://hooks.slack.com/services/T0AAA/B0BBB/Zx81Qw92Er73Ty"
    messages = [
        {"type": "message", "bot_id": "B1", "text": each, "ts": f"17952192{number:02}.0001"}
        for number, each in enumerate((text, hook))
    ]
    (tmp_path / "ops").mkdir()
    (tmp_path / "channels.json").write_text('[{"id": "C1", "name": "ops"}]')
    (tmp_path / "ops/2026-11-20.json").write_text(json.dumps(messages))
    into = ("--worksheet", "triage.csv", "--draft", "new")
    result = triaged(tmp_path, tmp_path, *into)
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.parent.name != "ops"]
    for shown in (json.dumps(result), *(path.read_text() for path in written)):
        assert "s3cretPassw0rd" not in shown
        assert "Zx81Qw92Er73Ty" not in shown
    assert "https://***@ci.example/1?token=***&page=2" in json.dumps(result)
