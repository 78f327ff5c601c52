"""What fired, read from real servers of both generations."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from reliability.errors import ProviderError
from reliability.model.targets import ServerTarget
from reliability.providers.fired import (
    FiredAlert,
    ever_fired,
    fired_in_prometheus,
    on_in_alertmanager,
)
from reliability.providers.http import HttpServer, open_server
from reliability.review.tickets.drafts import KIND
from reliability.timespan import TimeSpan
from tests.cli.copied import copied, edit
from tests.cli.program import reliability
from tests.forge.worlds import BOT, github_world
from tests.servers.alertmanager import run_alertmanager
from tests.servers.generation import Generation
from tests.servers.process import wait_for
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus
from tests.servers.remote_write import push

pytestmark = pytest.mark.servers

TICKET = 'tier="ticket"'
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
LABELS = {
    "__name__": "ALERTS",
    "alertname": "AttendanceQueueBacklog",
    "alertstate": "firing",
    "service": "attendance",
    "team": "workforce",
    "tier": "ticket",
}
MIDDAY = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - 3 * HOUR
"""Three hours ago, by the full hour."""


def evaluations(start: datetime, count: int, every: int = 15) -> list[tuple[datetime, float]]:
    """The samples of an alert that was true at so many evaluations."""
    return [(start + timedelta(seconds=every * number), 1.0) for number in range(count)]


@pytest.fixture(scope="module")
def prometheus(
    generation: Generation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    """A server that remembers what fired three hours ago, and evaluates a rule now."""
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "rules.yml").write_text(
        yaml.safe_dump({"groups": [{"name": "now", "rules": [RULE]}]})
    )
    config = prometheus_config(rules=["rules.yml"], out_of_order=12 * HOUR)
    with run_prometheus(generation, folder, config) as server:
        once = MIDDAY + timedelta(minutes=4, seconds=20)
        slow = MIDDAY + timedelta(minutes=30)
        push(
            server.url,
            [
                (LABELS, evaluations(once, 1)),
                (LABELS, evaluations(slow, 10, every=120)),
                ({**LABELS, "tier": "log", "alertname": "Other"}, evaluations(once, 4)),
                ({**LABELS, "alertstate": "pending"}, evaluations(MIDDAY, 100)),
                (
                    {**LABELS, "tier": "restarted"},
                    [
                        *evaluations(slow, 3, every=120),
                        *evaluations(slow + timedelta(minutes=8), 2, every=120),
                    ],
                ),
            ],
        )
        server.wait_for_firing("AttendanceDatabaseConnectionsFull")
        yield server


RULE: Any = {
    "alert": "AttendanceDatabaseConnectionsFull",
    "expr": "vector(1) > 0",
    "labels": {"service": "attendance", "team": "workforce", "tier": "ticket", "kind": "cause"},
}


@contextmanager
def server_at(url: str) -> Iterator[HttpServer]:
    target = ServerTarget(name="prometheus", url=url)
    server = open_server(target, None, ("127.0.0.1",), writable=False)
    with server.client:
        yield server


@pytest.fixture
def server(prometheus: Prometheus) -> Iterator[HttpServer]:
    """The same server as a command reads it."""
    with server_at(prometheus.url) as opened:
        yield opened


def test_an_alert_of_one_evaluation_is_seen_and_a_slow_one_is_one_episode(
    server: HttpServer, prometheus: Prometheus
) -> None:
    within = TimeSpan(MIDDAY, MIDDAY + HOUR)
    [alert] = fired_in_prometheus(server, TICKET, within)
    assert alert.labels == {
        "alertname": "AttendanceQueueBacklog",
        "service": "attendance",
        "team": "workforce",
        "tier": "ticket",
    }
    begins = [(each.start - MIDDAY) // timedelta(minutes=1) for each in alert.episodes]
    lasts = [each.length // timedelta(minutes=1) for each in alert.episodes]
    assert begins == [4, 29]
    # A sample at a full minute belongs to two windows where both ends of a range count.
    assert lasts == [1, 19 if prometheus.generation.has_left_open_ranges else 20]


def test_a_plain_range_query_of_the_same_minutes_sees_it_only_by_looking_back(
    prometheus: Prometheus,
) -> None:
    """The sample lies within a minute: what is read here does not hang on a lookback."""
    asked = prometheus.query_range(
        f'count_over_time(ALERTS{{alertstate="firing",{TICKET}}}[1m])',
        MIDDAY,
        MIDDAY + timedelta(minutes=20),
        timedelta(minutes=1),
    )
    assert [len(series["values"]) for series in asked] == [1]


def test_a_missed_evaluation_ends_an_episode(server: HttpServer, prometheus: Prometheus) -> None:
    within = TimeSpan(MIDDAY, MIDDAY + HOUR)
    [alert] = fired_in_prometheus(server, 'tier="restarted"', within)
    slow = MIDDAY + timedelta(minutes=30)
    # Where both ends of a range count, a sample at a full minute is also of the next window.
    late = 0 * MINUTE if prometheus.generation.has_left_open_ranges else MINUTE
    assert [(each.start - slow, each.end - slow) for each in alert.episodes] == [
        (-MINUTE, 4 * MINUTE + late),
        (7 * MINUTE, 10 * MINUTE + late),
    ]


def test_days_are_asked_one_by_one_and_joined(server: HttpServer) -> None:
    within = TimeSpan(MIDDAY - timedelta(days=5), MIDDAY + HOUR)
    [alert] = fired_in_prometheus(server, TICKET, within)
    assert len(alert.episodes) == 2


def test_a_day_of_which_less_than_a_minute_is_asked_is_asked_too(server: HttpServer) -> None:
    midnight = MIDDAY.replace(hour=0)
    within = TimeSpan(midnight - 2 * HOUR, midnight + MINUTE / 3)
    assert fired_in_prometheus(server, 'tier="none"', within) == ()


def test_what_ever_fired_is_told_by_name(server: HttpServer) -> None:
    found = ever_fired(server, ("service", "alertname"), MIDDAY + HOUR, timedelta(days=2))
    names = sorted(each["alertname"] for each in found)
    assert names == ["AttendanceQueueBacklog", "Other"]


def test_a_rule_that_fires_now_is_seen_by_its_own_labels(server: HttpServer) -> None:
    def seen() -> tuple[FiredAlert, ...]:
        now = datetime.now(UTC)
        return fired_in_prometheus(server, TICKET, TimeSpan(now - 2 * MINUTE, now + MINUTE))

    [alert] = wait_for(seen, within=30, what="the alert in ALERTS")
    assert alert.labels == {**RULE["labels"], "alertname": RULE["alert"]}


def test_a_query_that_is_refused_is_said_with_the_reason(server: HttpServer) -> None:
    with pytest.raises(ProviderError, match=r"^prometheus: GET /api/v1/query_range answers 400: "):
        fired_in_prometheus(server, "tier=", TimeSpan(MIDDAY, MIDDAY + HOUR))


def test_the_command_makes_tickets_of_what_a_prometheus_remembers(
    prometheus: Prometheus, tmp_path: Path
) -> None:
    folder = copied(tmp_path)
    asked = (
        "tickets", "--prometheus", prometheus.url, "--forge", "folder:issues",
        "--since", MIDDAY.isoformat(), "--until", (MIDDAY + HOUR).isoformat(),
    )  # fmt: skip
    ended = reliability(*asked, folder=folder)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "open: attendance: AttendanceQueueBacklog\n"
    queue = folder / "issues/example-hr/workforce/issues"
    [page] = queue.glob("*.md")
    assert "**Fired 2 times for " in page.read_text()
    again = reliability(*asked, folder=folder)
    assert (again.code, again.out) == (0, "")


def test_an_alertmanager_tells_what_fires_now(generation: Generation, tmp_path: Path) -> None:
    config = {"route": {"receiver": "nobody"}, "receivers": [{"name": "nobody"}]}
    with run_alertmanager(generation, tmp_path / "alertmanager", config) as server:
        server.send({k: v for k, v in LABELS.items() if k not in ("__name__", "alertstate")})
        server.send({"alertname": "Other", "service": "attendance", "tier": "log"})
        wait_for(lambda: len(server.alerts()) == 2, within=30, what="both alerts")
        now = datetime.now(UTC)
        with server_at(server.url) as opened:
            [alert] = on_in_alertmanager(opened, TICKET, now)
        assert alert.labels["alertname"] == "AttendanceQueueBacklog"
        assert [each.end for each in alert.episodes] == [now]
        folder = copied(tmp_path / "repository")
        until = (now + timedelta(minutes=2)).isoformat()
        ended = reliability(
            "tickets", "--alertmanager", server.url, "--until", until, folder=folder
        )
    assert ended.code == 0
    assert "Read from Alertmanager, which knows only what is firing now" in ended.out


def test_a_command_without_a_server_says_what_to_name(tmp_path: Path) -> None:
    ended = reliability("tickets", folder=copied(tmp_path))
    assert ended.code == 2
    assert ended.err == (
        "reliability: no server to read alerts from; pass --prometheus URL or "
        "--alertmanager URL, or name one in policies/history.yaml\n"
    )


def test_the_digest_counts_what_a_prometheus_remembers(
    prometheus: Prometheus, tmp_path: Path
) -> None:
    folder = copied(tmp_path)
    next_week = (MIDDAY + timedelta(days=7)).date().isoformat()
    ended = reliability(
        "--today", next_week, "digest", "--prometheus", prometheus.url, folder=folder
    )
    assert (ended.code, ended.err) == (0, "")
    assert "| attendance\\: AttendanceQueueBacklog | ticket | 2 | " in ended.out
    assert "AttendanceErrorLogged" in ended.out, "it never fired"
    assert "**The error budgets are synthetic**" in ended.out


def test_a_queue_that_the_token_does_not_reach_stops_no_other(
    prometheus: Prometheus, github: str, tmp_path: Path
) -> None:
    world = github_world(github)
    folder = copied(tmp_path)
    edit(folder / "policies/teams/workforce.yaml", "example-hr/workforce}", f"{world.name}}}")
    ended = reliability(
        "tickets", "--prometheus", prometheus.url, "--forge", "github",
        "--since", MIDDAY.isoformat(), "--until", (MIDDAY + HOUR).isoformat(),
        folder=folder,
        GITHUB_API_URL=github,
        GITHUB_REPOSITORY=world.name,
        GITHUB_TOKEN=f"token-{BOT}",
    )  # fmt: skip
    assert ended.code == 1
    assert [line.partition(":")[0] for line in ended.err.splitlines()] == [
        "example-hr/payroll",
        "example-hr/platform",
    ]
    assert [each["title"] for each in world.all_issues()] == ["attendance: AttendanceQueueBacklog"]


def test_a_ticket_that_left_another_repository_is_not_opened_again(
    prometheus: Prometheus, github: str, tmp_path: Path
) -> None:
    home, queue = github_world(github), github_world(github)
    folder = copied(tmp_path)
    edit(folder / "policies/teams/workforce.yaml", "example-hr/workforce}", f"{queue.name}}}")
    for team in ("payroll", "platform"):
        edit(folder / f"policies/teams/{team}.yaml", f"example-hr/{team}}}", f"{home.name}}}")
    asked = (
        "tickets", "--prometheus", prometheus.url, "--forge", "github",
        "--since", MIDDAY.isoformat(), "--until", (MIDDAY + HOUR).isoformat(),
    )  # fmt: skip
    variables = {"GITHUB_API_URL": github, "GITHUB_REPOSITORY": home.name}
    variables["GITHUB_TOKEN"] = f"token-{BOT}"

    first = reliability(*asked, folder=folder, **variables)
    assert (first.code, first.err) == (0, "")
    assert first.out == (
        "open: attendance: AttendanceQueueBacklog\n"
        "open: Reliability: tickets in other repositories\n"
    )
    [listed] = home.all_issues()
    assert f"| `{queue.name}` | 1 |" in listed["body"]
    [ticket] = queue.open().issues(KIND).present()
    queue.transfer(ticket)
    for _ in range(2):  # the list goes on knowing it
        again = reliability(*asked, folder=folder, **variables)
        assert (again.code, again.out, again.err) == (0, "", "")
    assert queue.open().issues(KIND).present() == ()
