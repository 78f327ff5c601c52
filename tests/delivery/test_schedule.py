"""The shipped schedule, run by act against an emulated GitHub: what comes back, and only once."""

from datetime import UTC, datetime, timedelta

from reliability.cli.main import exit_code_of
from tests.delivery.act import Act, Ran
from tests.delivery.conftest import APPROVERS
from tests.delivery.hosted import Hosted
from tests.delivery.relay import ScheduledRun
from tests.delivery.remembered import BACKLOG, Remembering, Stretch
from tests.delivery.suites import GitHub
from tests.history.server import FakePrometheus, serving, steady

SLO = "services/attendance/slo.yaml"
MIDNIGHT = datetime(2026, 10, 5, tzinfo=UTC)


def scheduled(runner: Act, repository: Hosted, job: str = "") -> Ran:
    event = {"schedule": "23 4 * * *", **repository.about()}
    return runner.run("schedule.yml", "schedule", event, job=job)


def test_due_promises_and_the_digest_become_issues_once(repository: Hosted) -> None:
    runner = repository.runner()
    runner.today = "2026-12-20"
    first = scheduled(runner, repository)
    assert first.succeeded, first.log
    titles = sorted(each["title"] for each in repository.issues())
    assert len(titles) == 3, titles
    assert "Reliability dashboard" in titles
    pages = first.artifacts / "reliability-pages/pages"
    assert "Clock in works" in (pages / "en/index.html").read_text(encoding="utf-8")
    assert (pages / "status.json").is_file()
    assert scheduled(runner, repository).succeeded
    assert sorted(each["title"] for each in repository.issues()) == titles


def test_what_the_schedule_pulls_with_a_secret_a_pull_request_reads_without(
    repository: Hosted,
) -> None:
    runner = repository.runner()
    runner.today = "2026-10-05"
    runner.variables["RELIABILITY_SERVERS"] = "true"
    runner.secrets["PROMETHEUS_AUTHORIZATION"] = "Bearer hush-hush"
    labels = {"job": "attendance", "handler": "/clock-in"}
    name = "http_requests_total"
    held = [steady(6 * 1440, step, __name__=name, code=code, **labels) for code, step in CODES]
    with serving(FakePrometheus(held)) as fake:
        repository.remember_by(fake.url)
        pulled = scheduled(runner, repository, job="history")
    assert pulled.succeeded, pulled.log
    assert fake.credentials == {"Bearer hush-hush"}
    assert "hush-hush" not in pulled.log

    repository.relay.schedules.append(ScheduledRun(id=7, conclusion="failure"))
    repository.branch()
    repository.change(SLO, "target: 0.999 ", "target: 0.9992 ")
    repository.open()
    ran = runner.run("pull-request.yml", "pull_request", repository.event("opened"))
    [summary] = repository.comments()
    assert "made up" not in summary
    assert "**pages 1 -> 1 · " in summary
    assert "files of run 7 in .reliability/history" in ran.log


CODES = (("200", 60.0), ("500", 0.5))


def test_drift_is_on_the_dashboard_and_red_only_while_it_is_new(repository: Hosted) -> None:
    runner = repository.runner()
    runner.today = "2026-11-25"
    runner.variables["RELIABILITY_SERVERS"] = "true"
    here = ("--root", str(repository.clone), "--today", "2026-11-25")
    assert exit_code_of([*here, "sync", "--yes"]) == 0
    rules = repository.clone / "build" / "prometheus" / "attendance.yml"
    rules.write_text(rules.read_text() + "# quiet, please\n")
    repository.git("add", "--force", "build")
    repository.git("commit", "--quiet", "--message=Quiet, please")
    with serving(FakePrometheus([])) as fake:
        repository.remember_by(fake.url)
        first = scheduled(runner, repository, job="issues")
        assert "issues" in first.failed()
        assert "Summary - ### files: " in first.log
        assert "Failure - Main what is due, burning, drifted" in first.log
        runner.today = "2026-11-26"
        second = scheduled(runner, repository, job="issues")
    assert "Failure - Main what is due" not in second.log
    [dashboard] = [row["body"] for row in repository.issues() if "dashboard" in row["title"]]
    assert "| `files` | 1 | 2026-11-25 |" in dashboard


def of_tickets(repository: Hosted) -> list[tuple[str, str, str]]:
    """Title, state and what is said first of each ticket."""
    return [
        (each["title"], each["state"], each["body"].split("\n")[2])
        for each in repository.issues()
        if [label["name"] for label in each["labels"]] == ["reliability-ticket"]
    ]


def test_what_fired_for_a_minute_is_a_ticket_and_closed_once_it_is_quiet(
    repository: Hosted,
) -> None:
    runner = repository.runner()
    runner.variables["RELIABILITY_SERVERS"] = "true"
    runner.secrets["PROMETHEUS_AUTHORIZATION"] = "Bearer hush-hush"
    runner.today = MIDNIGHT.date().isoformat()
    begun = MIDNIGHT - timedelta(hours=3)
    short = Stretch(BACKLOG, begun, begun + timedelta(minutes=1))
    with serving(Remembering((), stretches=[short])) as fake:
        repository.remember_by(fake.url)
        opened = scheduled(runner, repository, job="issues")
        assert opened.succeeded, opened.log
        when = "from 5 October 06:00 to 5 October 06:01 Asia/Tokyo"
        told = f"**Fired 1 time for 1 minute**, {when}."
        assert of_tickets(repository) == [("attendance: AttendanceQueueBacklog", "open", told)]
        runner.today = "2026-10-07"
        closed = scheduled(runner, repository, job="issues")
        assert closed.succeeded, closed.log
        assert of_tickets(repository) == [("attendance: AttendanceQueueBacklog", "closed", told)]
    assert fake.credentials == {"Bearer hush-hush"}


def test_an_approval_that_was_lost_counts_at_the_next_scheduled_run(repository: Hosted) -> None:
    github = GitHub(repository, repository.runner())
    repository.branch()
    repository.change(SLO, "target: 0.999 ", "target: 0.995 ")
    repository.open()
    repository.git("checkout", "--quiet", "main")
    for approver in APPROVERS:
        repository.approve(approver)
    repository.relay.age = "2026-11-24T00:00:00Z"
    github.runner.environment["ACT_REF"] = "main"
    ran = scheduled(github.runner, repository, job="verdicts")
    assert "verdicts" in ran.passed(), ran.log
    assert github.states() == ["success"]

    repository.relay.age = ""  # updated just now: left to the event's own run
    assert "verdicts" in scheduled(github.runner, repository, job="verdicts").passed()
    assert github.states() == ["success"]
