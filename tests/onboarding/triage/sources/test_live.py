"""`triage --prometheus`: what is made of a server's answers, without a server of Prometheus."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.cli.program import Ended, in_process

LABELS: Final = {"severity": "critical", "team": "shop", "service": "shop"}
RULES: Final = [
    {
        "type": "alerting", "name": "QueueFull", "query": "queue > 9", "duration": 600,
        "keepFiringFor": 90, "labels": LABELS, "annotations": {"summary": "full"},
        "health": "ok", "state": "inactive", "alerts": [],
    },
    {
        "type": "alerting", "name": "Broken", "query": "a / on (x) b > 1", "duration": 0,
        "labels": {"severity": "warning"}, "annotations": {}, "health": "err",
        "lastError": "many-to-many matching not allowed", "state": "unknown", "alerts": [],
    },
    {
        "type": "alerting", "name": "Unhealthy", "query": "queue > 7", "duration": 0,
        "labels": {}, "annotations": {}, "health": "err", "state": "unknown", "alerts": [],
    },
    {"type": "recording", "name": "a:b", "query": "queue", "labels": {}, "health": "ok"},
]  # fmt: skip
GROUPS: Final = [
    {"name": "shop", "file": "/etc/rules/shop.yml", "interval": 60, "rules": RULES[:2]},
    {"name": "more", "file": "/etc/rules/more.yml", "interval": 60, "rules": RULES[2:]},
]


@dataclass(slots=True)
class Answers:
    """What a server answers, by path, and what it was asked."""

    data: Mapping[str, Any]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    credentials: set[str | None] = field(default_factory=set)
    labels: Mapping[str, str] = field(default_factory=lambda: LABELS)
    url: str = ""
    begins: int = 0
    """Minutes after the start of a range of which the server has the first sample."""

    def of(self, path: str, parameters: dict[str, str]) -> Any:
        """The answer; a minute that fired at the end of each range."""
        self.asked.append((path, parameters))
        if path != "/api/v1/query_range":
            return self.data.get(path)
        if "last_over_time(up" in parameters["query"]:
            values = [[float(parameters["start"]) + 60 * self.begins, "1"]]
            return {"resultType": "matrix", "result": [{"metric": {}, "values": values}]}
        alert = {"alertname": "QueueFull", **self.labels}
        values = [[float(parameters["end"]), "1"]]
        return {"resultType": "matrix", "result": [{"metric": alert, "values": values}]}


@contextmanager
def answering(retention: str = "15d", *missing: str) -> Iterator[Answers]:
    """A server; `missing` are the pages that it does not have."""
    pages = {
        "/api/v1/rules": {"groups": GROUPS},
        "/api/v1/label/__name__/values": ["queue", "up"],
        "/api/v1/status/runtimeinfo": {"storageRetention": retention},
    }
    answers = Answers({path: data for path, data in pages.items() if path not in missing})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            answers.credentials.add(self.headers.get("Authorization"))
            data = answers.of(address.path, dict(parse_qsl(address.query)))
            body = json.dumps({"status": "success", "data": data}).encode()
            self.send_response(404 if data is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Nothing: what came is in `asked`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    answers.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield answers
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def triage(folder: Path, answers: Answers, *more: str, **variables: str) -> Ended:
    asked = ("triage", "--prometheus", answers.url, "--format", "json", *more)
    return in_process(*asked, folder=folder, **variables)


def alerts(ended: Ended) -> dict[str, dict[str, Any]]:
    assert ended.code == 0, ended.err
    return {alert["name"]: alert for alert in json.loads(ended.out)["alerts"]}


def test_rules_that_are_loaded_are_sorted_with_what_fired(tmp_path: Path) -> None:
    with answering() as answers:
        ended = triage(tmp_path, answers, "--days", "2")
    found = alerts(ended)
    assert sorted(found) == ["Broken", "QueueFull", "Unhealthy"]
    assert {name: alert["verdict"]["tier"] for name, alert in found.items() if alert.get("verdict")}
    assert found["QueueFull"]["figures"]["notifications"] >= 2
    assert found["Unhealthy"]["figures"]["notifications"] == 0
    flags = {
        name: [flag["flag"] for flag in alert["flags"]] for name, alert in sorted(found.items())
    }
    assert "never fired" not in flags["QueueFull"]
    assert "cannot fire" in flags["Broken"]
    text = json.dumps(found)
    assert "many-to-many matching not allowed" in text
    assert "its last evaluation failed" in text


@pytest.mark.parametrize(
    ("retention", "days", "note", "length"),
    [
        ("2d", "7", "prometheus: retention is 2d; only that period is read", 2),
        ("36h or 10GiB", "7", "prometheus: retention is 36h; only that period is read", 1.5),
        ("7d", "7", None, 7),
        ("15d", "3", None, 3),
        ("10GiB", "3", None, 3),
        ("", "3", None, 3),
    ],
)
def test_no_more_is_read_than_the_server_keeps(
    tmp_path: Path, retention: str, days: str, note: str | None, length: float
) -> None:
    with answering(retention) as answers:
        ended = triage(tmp_path, answers, "--days", days)
    assert ended.code == 0, ended.err
    assert [line for line in ended.err.splitlines() if "retention" in line] == [note] * bool(note)
    ranges = [asked for path, asked in answers.asked if "count_over_time" in asked.get("query", "")]
    start = min(float(asked["start"]) for asked in ranges) - 60
    end = max(float(asked["end"]) for asked in ranges)
    assert (end - start) / 86_400 == pytest.approx(length)


def test_a_young_server_says_since_when_it_has_data(tmp_path: Path) -> None:
    with answering() as answers:
        answers.begins = 3 * 1440
        ended = triage(tmp_path, answers, "--days", "4")
    assert "it has no data before" in ended.err
    assert json.loads(ended.out)["totals"]["days"] == pytest.approx(1.042)


ROUTES: Final = """\
route:
  receiver: nobody
  routes:
    - {matchers: [severity="page"], receiver: pager, continue: true}
    - {matchers: [severity="page"], receiver: read}
    - {matchers: [severity="chat"], receiver: read}
receivers:
  - {name: nobody}
  - {name: pager, pagerduty_configs: [{routing_key: x}]}
  - {name: read, slack_configs: [{channel: "#shop"}]}
"""


@pytest.mark.parametrize(
    ("labels", "team", "service", "receivers", "notifications", "mentions"),
    [
        ({"severity": "page", "team": "a", "service": "b"}, "a", "b", "pager, read", 2, 2),
        ({"severity": "chat", "reliability_team": "c", "team": "a"}, "c", "", "read", 2, 0),
        ({"severity": "info", "reliability_service": "d"}, "", "d", "nobody", 0, 0),
    ],
)
def test_an_episode_notifies_those_whom_its_routes_lead_to(
    tmp_path: Path,
    labels: Mapping[str, str],
    team: str,
    service: str,
    receivers: str,
    notifications: int,
    mentions: int,
) -> None:
    (tmp_path / "alertmanager.yml").write_text(ROUTES)
    with answering() as answers:
        answers.labels = {"alertname": "Elsewhere", **labels}
        alert = alerts(triage(tmp_path, answers, "alertmanager.yml", "--days", "1"))["Elsewhere"]
    assert (alert["severity"], alert["team"], alert["service"]) == (
        labels["severity"],
        team,
        service,
    )
    assert alert["locations"] == [receivers]
    figures = alert["figures"]
    assert (figures["fired"], figures["notifications"], figures["mentions"]) == (
        *(2, notifications, mentions),
    )


def test_the_authorization_is_sent_and_never_written(tmp_path: Path) -> None:
    with answering() as answers:
        plain = triage(tmp_path, answers, "--days", "1")
        sent = triage(
            tmp_path, answers, "--days", "1", "--authorization", "env:TOKEN", TOKEN="Bearer hush"
        )
        unset = triage(tmp_path, answers, "--authorization", "env:TOKEN")
        written = triage(tmp_path, answers, "--authorization", "Bearer hush")
    assert (plain.code, sent.code, unset.code, written.code) == (0, 0, 2, 2)
    assert answers.credentials == {None, "Bearer hush"}
    assert "TOKEN is not set" in unset.err
    assert "hush" not in sent.out + sent.err + written.err


def test_a_rule_file_is_taken_before_the_same_rule_of_the_server(tmp_path: Path) -> None:
    rule = {"alert": "QueueFull", "expr": "queue > 1", "labels": {"severity": "info"}}
    (tmp_path / "rules.yml").write_text(json.dumps({"groups": [{"name": "a", "rules": [rule]}]}))
    with answering() as answers:
        found = alerts(triage(tmp_path, answers, "rules.yml", "--days", "1"))
        drafted = in_process(
            *("triage", "--prometheus", answers.url, "--days", "1", "--draft", "draft"),
            folder=tmp_path,
        )
    assert sorted(found) == ["Broken", "QueueFull", "Unhealthy"]
    assert found["QueueFull"]["verdict"]["reason"] == "severity was info"
    assert drafted.code == 0, drafted.err
    policies = "".join(path.read_text() for path in (tmp_path / "draft").rglob("*policy.yaml"))
    assert "for: 10m" in policies
    assert "keepFiringFor: 90s" in policies


@pytest.mark.parametrize("url", ["nowhere", "ftp://p", "http://me:secret@p:9090"])
def test_an_address_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    ended = in_process("triage", "--prometheus", url, folder=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("reliability: --prometheus: ")
    assert "secret@" not in ended.err


def test_a_server_that_is_no_prometheus_is_named(tmp_path: Path) -> None:
    with answering("15d", "/api/v1/rules") as answers:
        ended = triage(tmp_path, answers)
    assert (ended.code, ended.out) == (2, "")
    assert "prometheus: " in ended.err
