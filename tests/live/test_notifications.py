"""Who is told what by a real Alertmanager that runs what was compiled."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reliability.compile.alertmanager.templates import without_template
from reliability.render.yaml_text import yaml_text
from tests.compile.alertmanager_cases import BASE, config
from tests.live.recorder import Recorder, run_recorder
from tests.live.shop import MENTION, PROMISE, alertmanager_config, repository
from tests.servers.alertmanager import Alertmanager, run_alertmanager
from tests.servers.generation import Generation
from tests.servers.process import wait_for

pytestmark = pytest.mark.servers

LOUD_TEXT = "<!here> & <https://evil.example.com|click> <@U1>"
SAFE_TEXT = "&lt;!here&gt; &amp; &lt;https://evil.example.com|click&gt; &lt;@U1&gt;"
ANNOTATIONS = {
    "summary": f"Checkout: 7 of 9 failed {LOUD_TEXT}",
    "description": f"Half of the budget is spent {LOUD_TEXT}",
    "runbook_url": "https://docs.example.com/checkout?a=1&b=2",
    "owner": "Shop",
}
ODD_TEXTS = ("*alias: [", "a: b: c", "- x\n y", "{{ .Labels", "x: '{{{ y", "%", "&a *a", "!!x y")
"""What some version of Alertmanager might take for YAML or for a template."""


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with run_recorder() as running:
        yield running


@pytest.fixture
def alertmanager(
    generation: Generation, recorder: Recorder, tmp_path: Path
) -> Iterator[Alertmanager]:
    text = yaml_text(alertmanager_config(recorder, tmp_path))
    with run_alertmanager(generation, tmp_path / "alertmanager", text) as running:
        yield running


def test_an_alert_pages_and_mentions_and_its_end_does_neither(
    alertmanager: Alertmanager, recorder: Recorder
) -> None:
    alert = PROMISE | {"tier": "alert"}
    alertmanager.send(alert, ANNOTATIONS)
    page = recorder.wait_for("/pager").body
    said = recorder.wait_for("/slack")
    assert (page["event_action"], page["routing_key"]) == ("trigger", "key-of-the-shop")
    assert page["payload"]["summary"] == ANNOTATIONS["summary"]
    assert page["payload"]["severity"] == "critical"
    assert page["links"] == [{"text": "Runbook", "href": ANNOTATIONS["runbook_url"]}]
    assert (said.body["channel"], said.message["pretext"]) == ("#shop-alerts", MENTION)
    assert said.message["title"] == "Alert · shop · shop-checkout"
    text = re.sub(r"since \w{3} \d+, \d\d:\d\d UTC", "since Jan 2, 15:04 UTC", said.message["text"])
    assert text == (
        f"*Checkout: 7 of 9 failed {SAFE_TEXT}*\n"
        "Firing since Jan 2, 15:04 UTC\n"
        f"Half of the budget is spent {SAFE_TEXT}\n"
        "Runbook: https://docs.example.com/checkout?a=1&amp;b=2\n"
        "Owner: Shop\n"
    )

    alertmanager.send(alert, ANNOTATIONS, ends=datetime.now(UTC))
    over = recorder.wait_for("/slack", lambda each: "Resolved" in each.message["title"])
    resolved = recorder.wait_for("/pager", lambda each: each.body["event_action"] == "resolve")
    assert resolved.body["dedup_key"] == page["dedup_key"]
    assert (over.message.get("pretext", ""), over.message["color"]) == ("", "good")
    ended = r"Resolved at \d\d:\d\d UTC: Checkout: 7 of 9 failed "
    assert re.fullmatch(f"{ended}{re.escape(SAFE_TEXT)}\n", over.message["text"])
    assert [each.is_call for each in recorder.said("/slack")] == [True, False]


FAILED = "<error expanding template: error executing template: boo\n# of: two lines>"
FIGURES = {"events": "63 of 9 events: # failed.", "budget": "7% of the budget & more was spent."}


@pytest.mark.parametrize(
    ("annotations", "summary", "lines"),
    [
        # The order of the annotations is not that of the text.
        (
            {"budget": FIGURES["budget"], **ANNOTATIONS, "events": FIGURES["events"]},
            f"Checkout: 7 of 9 failed {LOUD_TEXT}",
            [ANNOTATIONS["description"], *FIGURES.values()],
        ),
        (dict.fromkeys((*ANNOTATIONS, *FIGURES), FAILED), "ErrorBudgetBurn", []),
    ],
    ids=["all figures", "all failed"],
)
def test_a_text_leaves_out_what_prometheus_could_not_expand(
    alertmanager: Alertmanager,
    recorder: Recorder,
    annotations: dict[str, str],
    summary: str,
    lines: list[str],
) -> None:
    alertmanager.send(PROMISE | {"tier": "alert"}, annotations)
    page = recorder.wait_for("/pager").body["payload"]
    assert page["summary"] == summary
    details = page["custom_details"]
    assert details["firing"].strip() == summary
    assert [line.strip() for line in (details["description"] or "").splitlines()] == lines
    message = recorder.wait_for("/slack").message
    assert message["title"] == "Alert · shop · shop-checkout"
    name, since, *rest = message["text"].splitlines()
    assert name == f"*{escaped(summary)}*"
    assert since.startswith("Firing since ")
    assert [line for line in rest if not line.startswith(("Runbook: ", "Owner: "))] == [
        escaped(line) for line in lines
    ]
    assert "error expanding" not in json.dumps([page, message])


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def test_a_message_says_what_it_is_about_without_the_template_file(
    generation: Generation, recorder: Recorder, tmp_path: Path
) -> None:
    """As where somebody copies the configuration alone, which the server loads without an error."""
    body = without_template(alertmanager_config(recorder, tmp_path))
    with run_alertmanager(generation, tmp_path / "alertmanager", body) as alertmanager:
        alertmanager.send(PROMISE | {"tier": "alert"}, ANNOTATIONS)
        page = recorder.wait_for("/pager").body["payload"]
        message = recorder.wait_for("/slack").message
    assert page["summary"] == ANNOTATIONS["summary"]
    assert page["custom_details"]["tier"] == "alert"
    assert (message["pretext"], message["title"], message["text"]) == (
        MENTION,
        "Alert · shop · shop-checkout",
        "",
    )


def test_a_page_goes_out_whatever_its_text_is(
    alertmanager: Alertmanager, recorder: Recorder
) -> None:
    for number, text in enumerate(ODD_TEXTS):
        annotations = dict.fromkeys(ANNOTATIONS, text)
        labels = {"tier": "alert", "slo": f"slo-{number}", "handler": text}
        alertmanager.send(PROMISE | labels, annotations)
    wait_for(lambda: len(recorder.said("/pager")) == len(ODD_TEXTS), within=20, what="each page")
    summaries = {each.body["payload"]["summary"] for each in recorder.said("/pager")}
    assert summaries == set(ODD_TEXTS)
    assert [each for each in recorder.said("/pager") if "links" in each.body] == []


def test_no_text_of_a_ticket_can_mention_anybody(
    alertmanager: Alertmanager, recorder: Recorder
) -> None:
    loud = {"service": LOUD_TEXT, "alertname": LOUD_TEXT, "slo": LOUD_TEXT, "tier": "ticket"}
    alertmanager.send(PROMISE | loud, ANNOTATIONS)
    said = recorder.wait_for("/slack")
    opened = recorder.wait_for("/tickets")
    assert said.body["channel"] == "#shop-tickets"
    assert said.message["title"] == f"Ticket · {SAFE_TEXT} · 1 firing"
    assert "<" not in json.dumps(said.body)
    assert opened.body["alerts"][0]["labels"]["service"] == LOUD_TEXT
    assert recorder.said("/pager") == []


def test_many_tickets_of_a_service_are_one_message(
    alertmanager: Alertmanager, recorder: Recorder
) -> None:
    for number in range(14):
        alertmanager.send(PROMISE | {"tier": "ticket", "alertname": f"Queue{number:02}"})
    said = recorder.wait_for("/slack", lambda each: "14 firing" in each.message["title"])
    assert said.message["text"].startswith("*Queue00*\n")
    assert said.message["text"].count("*Queue") == 10
    assert said.message["text"].endswith("… 14 alerts in total")


def test_a_log_reaches_nobody(alertmanager: Alertmanager, recorder: Recorder) -> None:
    alertmanager.send(PROMISE | {"tier": "log", "alertname": "ShopLogged"})
    alertmanager.send(PROMISE | {"tier": "ticket"})
    recorder.wait_for("/tickets")
    [log] = [each for each in alertmanager.alerts() if each["labels"]["tier"] == "log"]
    assert log["receivers"] == [{"name": "reliability/nobody"}]
    assert "ShopLogged" not in json.dumps([each.body for each in recorder.said()])


def test_alerts_of_others_go_where_they_went_before(
    alertmanager: Alertmanager, recorder: Recorder
) -> None:
    alertmanager.send({"alertname": "InstanceDown", "team": "shop", "severity": "critical"})
    assert recorder.wait_for("/theirs").body["receiver"] == "theirs"
    assert recorder.said("/slack") == []


def test_a_heartbeat_comes_each_time_the_switch_waits_for(
    alertmanager: Alertmanager, recorder: Recorder
) -> None:
    heartbeat = PROMISE | {"tier": "alert", "kind": "heartbeat", "alertname": "Heartbeat"}
    alertmanager.send(heartbeat)
    wait_for(lambda: len(recorder.said("/heartbeat")) >= 4, within=15, what="four heartbeats")
    beats = [each.at for each in recorder.said("/heartbeat")]
    assert 1.7 < (beats[-1] - beats[0]) / (len(beats) - 1) < 2.6, beats
    assert [each.path for each in recorder.said() if each.path != "/heartbeat"] == []
    alertmanager.send(heartbeat, ends=datetime.now(UTC))
    alertmanager.send(PROMISE | {"tier": "ticket"})
    recorder.wait_for("/tickets")
    assert {each.body["status"] for each in recorder.said("/heartbeat")} == {"firing"}


def test_without_a_configuration_of_theirs_no_alert_is_lost(
    generation: Generation, recorder: Recorder, tmp_path: Path
) -> None:
    files = repository(recorder, tmp_path)
    del files[BASE]
    text = yaml_text(config(files))
    with run_alertmanager(generation, tmp_path / "alertmanager", text) as alertmanager:
        alertmanager.send({"alertname": "InstanceDown", "job": "<!channel>"}, {"summary": "down"})
        said = recorder.wait_for("/slack")
    assert said.body["channel"] == "#shop-tickets"
    assert said.message["title"] == "Unrouted alert · InstanceDown · 1 firing"
    assert "<" not in json.dumps(said.body)
