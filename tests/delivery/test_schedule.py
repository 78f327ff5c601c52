"""The shipped schedule, run by act against an emulated GitHub: what comes back, and only once."""

from tests.delivery.act import Act, Ran
from tests.delivery.hosted import Hosted
from tests.history.server import FakePrometheus, serving, steady

SLO = "services/attendance/slo.yaml"
HISTORY = """
apiVersion: reliability/v1
kind: HistorySources
metadata: {name: history}
spec:
  source: {type: prometheus, url: "%s", authorization: env:PROMETHEUS_AUTHORIZATION}
  span: 6d
  store: .reliability/history
"""


def scheduled(runner: Act, repository: Hosted, job: str = "") -> Ran:
    event = {"schedule": "23 4 * * *", **repository.about()}
    return runner.run("schedule.yml", "schedule", event, job=job)


def test_due_promises_and_the_digest_become_issues_once(repository: Hosted) -> None:
    runner = repository.runner()
    runner.today = "2026-12-20"
    first = scheduled(runner, repository)
    assert first.succeeded, first.log
    titles = sorted(each["title"] for each in repository.issues())
    assert len(titles) == 2, titles
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
        (repository.clone / "policies" / "history.yaml").write_text(HISTORY % fake.url)
        repository.git("commit", "--quiet", "--all", "--message=History of our own")
        repository.same("main")
        pulled = scheduled(runner, repository, job="history")
    assert pulled.succeeded, pulled.log
    assert fake.credentials == {"Bearer hush-hush"}
    assert "hush-hush" not in pulled.log

    repository.relay.schedules.append(7)
    repository.branch()
    repository.change(SLO, "target: 0.999 ", "target: 0.9992 ")
    repository.open()
    ran = runner.run("pull-request.yml", "pull_request", repository.event("opened"))
    [summary] = repository.comments()
    assert "made up" not in summary
    assert "pages a week" in summary
    assert "artifact reliability-history of run 7" in ran.log


CODES = (("200", 60.0), ("500", 0.5))


def test_drift_is_red_and_in_the_summary(repository: Hosted) -> None:
    runner = repository.runner()
    runner.variables["RELIABILITY_SERVERS"] = "true"
    pushed = {"ref": "refs/heads/main", **repository.about()}
    assert runner.run("sync.yml", "push", pushed).succeeded
    built = runner.folder / "artifacts" / "reliability-sync" / "build"
    rules = built / "prometheus" / "attendance.yml"
    rules.write_text(rules.read_text() + "# quiet, please\n")
    built.rename(repository.clone / "build")
    repository.git("add", "--force", "build")
    repository.git("commit", "--quiet", "--message=Quiet, please")
    ran = scheduled(runner, repository, job="drift")
    assert ran.failed() == {"drift"}
    assert "Summary - " in ran.log
    assert "attendance" in ran.log
