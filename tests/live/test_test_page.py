"""A test page to real Alertmanagers: accepted, refused, suppressed, mixed up, or to nobody."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import yaml

from tests.cli.program import Ended
from tests.live.recorder import Recorder, run_recorder
from tests.live.repository import Repository, alertmanager_at, edit, make_repository
from tests.servers.alertmanager import Alertmanager, run_alertmanager
from tests.servers.generation import Generation

pytestmark = pytest.mark.servers

TEAM = "payroll"
ASK = ("sync", "--yes", "--test-page", TEAM)
FEATURE = ("--enable-feature=receiver-name-in-metrics",)
SECRETS: Final = "/etc/alertmanager/secrets"


def base(url: str, secrets: Path) -> dict[str, Any]:
    """What the company had: each of its alerts notifies Slack at once."""
    slack = [{"api_url_file": f"{secrets}/legacy-url", "channel": "#legacy"}]
    return {
        "global": {"pagerduty_url": f"{url}/pagerduty"},
        "route": {"receiver": "legacy", "group_by": ["alertname"], "group_wait": "0s"},
        "receivers": [{"name": "legacy", "slack_configs": slack}],
        "inhibit_rules": [
            {
                "source_matchers": ['alertname="Maintenance"'],
                "target_matchers": [f'team="{TEAM}"'],
            }
        ],
    }


@dataclass(frozen=True, slots=True)
class Site:
    """A repository with routes of its own, its Alertmanager, and what that notifies."""

    repository: Repository
    server: Alertmanager
    recorder: Recorder
    base: dict[str, Any]

    def pages(self, *more: str) -> Ended:
        return self.repository.run(*ASK, *more)

    def reports(self, *more: str) -> tuple[int, list[str]]:
        """The exit code and the lines about deliveries."""
        ended = self.pages(*more)
        return ended.code, [
            line.replace("reliability/payroll/alert", "team")
            for line in ended.out.splitlines()
            if line.partition(":")[0] in ("delivered", "failed", "not sent", "not known")
        ]


@contextmanager
def run_site(
    generation: Generation, folder: Path, flags: tuple[str, ...] = (), **target: object
) -> Iterator[Site]:
    """The team `payroll` has the heartbeat, too, and services that sort after `monitoring`."""
    secrets = folder / "secrets"
    secrets.mkdir()
    with run_recorder() as recorder, ExitStack() as stack:
        theirs = base(recorder.url, secrets)
        for name in ("slack", "heartbeat", "legacy"):
            (secrets / f"{name}-url").write_text(f"{recorder.url}/{name}")
        server = stack.enter_context(
            run_alertmanager(generation, folder / "am", yaml.safe_dump(theirs), flags=flags)
        )
        at = alertmanager_at(server.url, server.config, **target)
        repository = make_repository(folder / "repository", at)
        root = repository.root
        (root / "policies/alertmanager.base.yml").write_text(server.config.read_text())
        for name in (TEAM, "platform", "workforce"):
            (secrets / f"{name}-pagerduty-key").write_text("0123456789abcdef0123456789abcdef")
            edit(root / f"policies/teams/{name}.yaml", SECRETS, str(secrets))
        for _ in range(2):
            edit(root / "policies/notification.yaml", SECRETS, str(secrets))
        edit(root / "services/monitoring/ownership.yaml", "team: platform", f"team: {TEAM}")
        yield Site(repository, server, recorder, theirs)


DELIVERED = ["delivered: pagerduty of team", "delivered: slack of team"]
REFUSED = (
    "failed: slack of team: the request was refused (clientError); "
    "Alertmanager's log has the answer"
)


def test_each_page_is_a_notification_of_its_own(generation: Generation, tmp_path: Path) -> None:
    with run_site(generation, tmp_path) as site:
        early = site.pages()
        assert (early.code, early.out.splitlines()[-1]) == (
            1,
            "this repository declares the route to reliability/payroll/alert, and Alertmanager "
            "does not run it; run `reliability sync` first; nothing was sent",
        )
        assert site.repository.run("sync", "--yes").code == 0
        shown = site.repository.run("sync", "--dry-run", "--test-page", TEAM)
        assert "service=payroll-batch" in shown.out
        assert shown.out.splitlines()[1:] == [
            "  to the receiver reliability/payroll/alert: pagerduty, slack",
            "  at once, in a group of its own",
        ]
        assert (shown.code, site.server.alerts()) == (0, [])

        # One after the other, though `group_wait` is 30 s and `group_interval` is 5 min.
        assert site.reports() == (0, DELIVERED)
        assert site.reports() == (0, DELIVERED)
        titles = [said.message["title"] for said in site.recorder.said("/slack")]
        assert [title[: len(TITLE)] for title in titles] == [TITLE, TITLE]
        incidents = [said.body["dedup_key"] for said in site.recorder.said("/pagerduty")]
        assert (len(set(titles)), len(set(incidents))) == (2, 2)
        assert all(alert["endsAt"] <= alert["updatedAt"] for alert in site.server.alerts())

        site.recorder.statuses["/slack"] = 404
        assert site.reports() == (1, [DELIVERED[0], REFUSED])
        assert not site.recorder.said("/heartbeat")


TITLE = "Alert · payroll-batch · ReliabilityTestPage-"


@contextmanager
def noise(server: Alertmanager) -> Iterator[None]:
    """Alerts of the company that notify Slack, many in each second."""
    done = threading.Event()

    def send() -> None:
        number = 0
        while not done.wait(0.03):
            number += 1
            server.send({"alertname": f"Legacy{number}"})

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize("flags", [(), FEATURE], ids=["by integration", "by receiver"])
def test_other_notifications_are_not_taken_for_a_page(
    generation: Generation, tmp_path: Path, flags: tuple[str, ...]
) -> None:
    with run_site(generation, tmp_path, flags) as site:
        assert site.repository.run("sync", "--yes").code == 0
        with noise(site.server):
            site.recorder.wait_for("/legacy")
            code, (pager, slack) = site.reports()
            if flags:
                assert (code, [pager, slack]) == (0, DELIVERED)
            else:
                assert (code, pager) == (5, DELIVERED[0])
                assert slack.startswith(
                    "not known: slack of team: other notifications are counted with the 1 of this "
                )
            site.recorder.statuses["/slack"] = 404
            code, (pager, slack) = site.reports()
            assert (code, pager) == (1 if flags else 5, DELIVERED[0])
            assert slack.startswith("failed: " if flags else "not known: ")


def test_what_suppresses_a_page_is_named(generation: Generation, tmp_path: Path) -> None:
    with run_site(generation, tmp_path, routes="external") as site:
        # The desk of the company decides at which times it is notified.
        config = site.base
        hook = [{"url": f"{site.recorder.url}/desk"}]
        config["receivers"].append({"name": "desk", "webhook_configs": hook})
        config["time_intervals"] = [{"name": "always", "time_intervals": [{}]}]
        desk = {"matchers": ["tier=~alert|ticket"], "receiver": "desk", "continue": True}
        config["route"]["routes"] = [desk, {"receiver": "legacy"}]

        def set_up(**more: Any) -> None:
            config["route"]["routes"][0] = desk | more
            site.server.config.write_text(yaml.safe_dump(config))
            assert site.server.reload().status_code == 200

        set_up()
        both = ["delivered: webhook of desk", "delivered: slack of legacy"]
        assert site.reports() == (0, both)
        ticket = site.repository.run("sync", "--yes", "--test-page", f"{TEAM}/ticket")
        assert (ticket.code, "tier=ticket" in ticket.out) == (0, True)

        set_up(mute_time_intervals=["always"])
        muted = "not sent: webhook of desk: suppressed by time interval always"
        assert site.reports() == (1, [muted, both[1]])
        site.server.send({"alertname": "Maintenance"})
        code, reports = site.reports()
        assert (code, len(reports)) == (1, 2)
        assert all("suppressed by inhibition by " in line for line in reports)
        silence(site.server)
        code, reports = site.reports()
        assert (code, len(reports)) == (1, 2)
        assert all("suppressed by silence " in line for line in reports)


def silence(server: Alertmanager) -> None:
    body = {
        "matchers": [{"name": "team", "value": TEAM, "isRegex": False, "isEqual": True}],
        "startsAt": "2020-01-01T00:00:00Z",
        "endsAt": "2100-01-01T00:00:00Z",
        "createdBy": "x",
        "comment": "x",
    }
    httpx.post(f"{server.url}/api/v2/silences", json=body, trust_env=False).raise_for_status()


def test_nothing_is_sent_to_nobody_or_without_an_answer(
    generation: Generation, tmp_path: Path
) -> None:
    with run_site(generation, tmp_path, routes="external") as site:
        unasked = site.repository.run("sync", "--test-page", TEAM)
        unknown = site.repository.run("sync", "--yes", "--test-page", "nobody")
        config = site.base
        config["receivers"] = [{"name": "legacy"}]
        site.server.config.write_text(yaml.safe_dump(config))
        assert site.server.reload().status_code == 200
        empty = site.pages()
        assert site.server.alerts() == []
    assert (unasked.code, unknown.code, empty.code) == (2, 2, 1)
    assert unknown.err == (
        "reliability: --test-page nobody: nobody has no SLO and no signal in the alert tier; a "
        "heartbeat goes to the dead man's switch, and notifies nobody\n"
    )
    assert empty.out.splitlines()[-1] == (
        "the receiver has no integration, so nobody would be notified; nothing was sent"
    )


def test_tickets_leave_a_test_page_out(generation: Generation, tmp_path: Path) -> None:
    with run_site(generation, tmp_path, routes="external") as site:
        common = {"alertname": "Slow", "service": "payslips", "team": TEAM, "tier": "ticket"}
        site.server.send({**common, "reliability_test": "x"})
        ended = site.repository.run("tickets", "--alertmanager", site.server.url)
    assert "Slow" not in ended.out
