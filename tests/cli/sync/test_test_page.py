"""`sync --test-page` beside an Alertmanager: what it shows, asks, sends and reports."""

import json
import re
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

    Requests of the integration `failing` fail. Other alerts notify Slack `busy` times with it.
    """

    counts_receivers: bool = False
    suppressed: dict[str, Any] | None = None
    failing: str = ""
    busy: int = 0
    sent: list[dict[str, Any]] = field(default_factory=list)
    credentials: set[str | None] = field(default_factory=set)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.credentials.add(request.headers.get("Authorization"))
        match request.method, request.url.path:
            case "POST", "/api/v2/alerts":
                self.sent += json.loads(request.content)
                return httpx.Response(200)
            case "GET", "/api/v2/alerts/groups":
                return httpx.Response(200, json=self.groups())
            case "GET", "/api/v2/status":
                return httpx.Response(200, json={"config": {"original": CONFIG}})
            case _:
                return httpx.Response(200, text=self.counts())

    def groups(self) -> list[dict[str, Any]]:
        alert = {"labels": self.sent[-1]["labels"], "status": self.suppressed or {}}
        return [
            {"receiver": {"name": name}, "alerts": [alert]}
            for name in ("reliability/workforce", "copies")
        ]

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
            labels = f'{name}integration="{integration}"'
            more = self.busy if integration == "slack" else 0
            failed = number if integration == self.failing else 0
            lines += [
                f"alertmanager_notifications_total{{{labels}}} {number * (1 + more)}",
                f'alertmanager_notifications_failed_total{{{labels},reason="x"}} {failed}',
                f"alertmanager_notification_requests_total{{{labels}}} {number * (1 + more)}",
                f"alertmanager_notification_requests_failed_total{{{labels}}} {failed}",
            ]
        return "\n".join(lines) + "\n"


@contextmanager
def beside(root: Path, server: Delivering) -> Iterator[tuple[Path, str]]:
    """The shipped repository, beside a server whose routes are those of another one."""
    root.mkdir()
    with served(server) as url:
        target = alertmanager_at(url, root / "alertmanager.yml", routes="external")
        made = make_repository(root, FILES, target)
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
        assert server.sent[0]["labels"] == server.sent[1]["labels"]
        for server.busy, server.failing in ((2, ""), (0, "pagerduty")):
            server.sent.clear()
            text += transcript(root, ("sync", "--test-page", "workforce", "--yes"), SERVER=url)
    text = re.sub("TestPage-[0-9a-f]{8}", "TestPage-RANDOM", text)
    golden.check(GOLDEN / "test-page.txt", text)


@pytest.mark.parametrize("answer", ["no", "y", "", "yes"])
def test_only_yes_sends_a_page(tmp_path: Path, answer: str) -> None:
    server = Delivering(counts_receivers=True)
    with beside(tmp_path / "r", server) as (root, _):
        ended = answered("sync", "--test-page", "workforce", folder=root, typed=[answer])
    question = (
        "Send this alert to workforce? It pages the on-call engineer. Only 'yes' is accepted."
    )
    assert ended.err.startswith(f"\n{question}\n> ")
    assert ended.out.startswith("alertmanager: a test page with ")
    if answer == "yes":
        assert (ended.code, len(server.sent)) == (0, 2)
        assert "delivered: slack of reliability/workforce" in ended.out
    else:
        assert (ended.code, server.sent) == (1, [])
        assert "nothing was sent" in ended.err


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        ({"silencedBy": ["4f1c"]}, "silence 4f1c"),
        (
            {"inhibitedBy": ["a1", "b2"], "mutedBy": ["nights"]},
            "inhibition by a1, time interval nights",
        ),
    ],
)
def test_a_suppressed_page_says_by_what(tmp_path: Path, status: dict[str, Any], cause: str) -> None:
    server = Delivering(suppressed=status)
    with beside(tmp_path / "r", server) as (root, url):
        text = transcript(root, ("sync", "--test-page", "workforce", "--yes"), SERVER=url)
    assert text.splitlines()[-4:] == [
        f"not sent: slack of reliability/workforce: suppressed by {cause}",
        f"not sent: pagerduty of reliability/workforce: suppressed by {cause}",
        f"not sent: webhook of copies: suppressed by {cause}",
        "= 1",
    ]


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
