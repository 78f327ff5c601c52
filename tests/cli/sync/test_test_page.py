"""`sync --test-page` beside an Alertmanager: what it shows, asks, sends and reports."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.cli.program import answered, in_process, transcript
from tests.golden import Golden
from tests.live.repository import alertmanager_at, make_repository
from tests.providers.served import served

GOLDEN: Final = Path(__file__).parent / "golden"
FILES: Final[dict[str, object]] = {"name": "files", "provider": "files", "folder": "out"}
CONFIG: Final = """
route:
  receiver: default
  group_by: [alertname]
  routes:
    - matchers: ['team="workforce"']
      receiver: reliability/workforce
      group_wait: 10s
      continue: true
    - matchers: ['team="workforce"']
      receiver: copies
      group_wait: 90s
    - matchers: ['team="payroll"']
      receiver: nothing
receivers:
  - name: default
  - name: nothing
  - name: reliability/workforce
    slack_configs: [{api_url: "http://s", channel: a}]
    pagerduty_configs: [{routing_key: x}]
  - name: copies
    webhook_configs: [{url: "http://w"}]
"""


@dataclass
class Delivering:
    """An Alertmanager that delivers each alert at once, unless something suppresses it.

    Requests of the integration `failing` fail.
    """

    counts_receivers: bool = False
    suppressed: dict[str, Any] | None = None
    failing: str = ""
    sent: list[dict[str, Any]] = field(default_factory=list)
    credentials: set[str | None] = field(default_factory=set)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.credentials.add(request.headers.get("Authorization"))
        match request.method, request.url.path:
            case "POST", "/api/v2/alerts":
                self.sent += json.loads(request.content)
                return httpx.Response(200)
            case "GET", "/api/v2/alerts":
                return httpx.Response(200, json=self.alerts())
            case "GET", "/api/v2/status":
                return httpx.Response(200, json={"config": {"original": CONFIG}})
            case _:
                return httpx.Response(200, text=self.counts())

    def alerts(self) -> list[dict[str, Any]]:
        if self.suppressed is None:
            return []
        labels = self.sent[-1]["labels"]
        return [{"labels": labels, "receivers": [], "status": self.suppressed}]

    def counts(self) -> str:
        """Two integrations for each receiver, as the feature flag of Alertmanager has them."""
        number = 0 if self.suppressed else len(self.sent)
        series = (
            ("reliability/workforce", "slack"),
            ("reliability/workforce", "pagerduty"),
            ("copies", "webhook"),
        )
        lines = []
        for receiver, integration in series:
            name = f'receiver_name="{receiver}",' if self.counts_receivers else ""
            labels = f'{{{name}integration="{integration}"}}'
            lines.append(f"alertmanager_notification_requests_total{labels} {number}")
            if integration == self.failing:
                lines.append(f"alertmanager_notification_requests_failed_total{labels} {number}")
        return "\n".join(lines) + "\n"


@contextmanager
def beside(root: Path, server: Delivering) -> Iterator[tuple[Path, str]]:
    """The shipped repository, whose routes go to this server."""
    root.mkdir()
    with served(server) as url:
        made = make_repository(root, FILES, alertmanager_at(url, root / "alertmanager.yml"))
        yield made.root, url


def test_a_page_that_is_delivered(golden: Golden, tmp_path: Path) -> None:
    server = Delivering()
    with beside(tmp_path / "r", server) as (root, url):
        text = transcript(
            root,
            ("sync", "--test-page", "workforce", "--dry-run"),
            ("sync", "--test-page", "nobody", "--yes"),
            ("sync", "--test-page", "payroll", "--yes"),
            SERVER=url,
        )
        assert not server.sent
        text += transcript(root, ("sync", "--test-page", "workforce", "--yes"), SERVER=url)
    golden.check(GOLDEN / "test-page.txt", text)
    began, ended = server.sent
    assert began["endsAt"] > ended["endsAt"] > began["startsAt"]
    assert began["labels"] == ended["labels"]


def test_a_receiver_that_refuses_a_page_is_named(tmp_path: Path) -> None:
    server = Delivering(counts_receivers=True, failing="pagerduty")
    with beside(tmp_path / "r", server) as (root, _):
        ended = in_process("sync", "--test-page", "workforce", "--yes", folder=root)
    reports = [line for line in ended.out.splitlines() if not line.startswith("  ")][1:]
    assert ended.code == 1
    assert reports == [
        "delivered: slack of reliability/workforce",
        "delivered: webhook of copies",
        "failed: pagerduty of reliability/workforce; the reason is in Alertmanager's log",
        "counted by Alertmanager for each receiver and integration",
    ]


@pytest.mark.parametrize("answer", ["no", "y", "", "yes"])
def test_only_yes_sends_a_page(tmp_path: Path, answer: str) -> None:
    server = Delivering(counts_receivers=True)
    with beside(tmp_path / "r", server) as (root, _):
        ended = answered("sync", "--test-page", "workforce", folder=root, typed=[answer])
    question = (
        "Send this alert to workforce? It pages the on-call engineer. Only 'yes' is accepted."
    )
    assert ended.err.startswith(f"\n{question}\n> ")
    assert ended.out.startswith("alertmanager: ReliabilityTestPage with ")
    if answer == "yes":
        assert (ended.code, len(server.sent)) == (0, 2)
        assert "counted by Alertmanager for each receiver and integration" in ended.out
    else:
        assert (ended.code, server.sent) == (1, [])
        assert "nothing was sent" in ended.err


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        ({"silencedBy": ["4f1c"]}, "silence 4f1c"),
        ({"inhibitedBy": ["a1", "b2"], "mutedBy": ["nights"]}, "inhibition by a1, time interval"),
        ({}, "Alertmanager"),
    ],
)
def test_a_suppressed_page_says_by_what(tmp_path: Path, status: dict[str, Any], cause: str) -> None:
    server = Delivering(suppressed={"state": "suppressed", **status})
    with beside(tmp_path / "r", server) as (root, url):
        text = transcript(root, ("sync", "--test-page", "workforce", "--yes"), SERVER=url)
    lines = text.splitlines()
    assert lines[-6:-3] == [
        "no notification in time: slack of reliability/workforce",
        "no notification in time: pagerduty of reliability/workforce",
        "no notification in time: webhook of copies",
    ]
    assert lines[-3].startswith(f"suppressed by {cause}")
    assert lines[-3].endswith(", so no notification is sent")
    assert (lines[-2][:24], lines[-1]) == ("counted by Alertmanager ", "= 1")


def test_the_credential_of_the_target_is_used(tmp_path: Path) -> None:
    server = Delivering()
    with beside(tmp_path / "r", server) as (root, url):
        command = ("sync", "--test-page", "workforce", "--dry-run")
        assert in_process(*command, folder=root).code == 0
        assert server.credentials == {None}
        server.credentials.clear()
        targets = root / "policies/targets.yaml"
        text = targets.read_text()
        targets.write_text(text.replace(f"url: {url}", f"url: {url}\n    authorization: env:PAGE"))
        missing = in_process(*command, folder=root)
        known = in_process(*command, folder=root, PAGE="Bearer x")
    assert (missing.code, missing.err) == (
        2,
        "reliability: the environment variable PAGE is not set; env:PAGE needs it\n",
    )
    assert (known.code, server.credentials) == (0, {"Bearer x"})
