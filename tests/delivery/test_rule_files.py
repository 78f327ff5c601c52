"""The workflow of docs/start/any-rules.md in a repository with nothing but rule files in it."""

import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.backtest.rule_files.rule_repository import ALERTMANAGER, RULES, length
from tests.delivery.hosted import PERSON, Hosted
from tests.delivery.linters import actionlint, zizmor
from tests.delivery.relay import Relay, ScheduledRun
from tests.forge.relay import serve, upstream
from tests.project.repository import ROOT
from tests.servers.generation import Unavailable, find
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus
from tests.servers.remote_write import push

PAGE = (ROOT / "docs/start/any-rules.md").read_text(encoding="utf-8")
[WORKFLOW] = [
    block
    for block in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    if "\njobs:" in block
]
LOCAL = WORKFLOW.replace(
    "OWNER/REPOSITORY/.github/actions/reliability@COMMIT", "./.github/actions/reliability"
)
RULE_FILE = "rules/mail/queue.yml"
NOW = datetime.now(UTC).replace(second=0, microsecond=0)
SECRET = "Bearer hush-hush"


@dataclass(slots=True)
class RulesHosted(Hosted):
    """A repository of rule files, with the workflow of the page."""

    def begin(self) -> None:
        """Rules, an Alertmanager configuration and the workflow, on the main branch."""
        action = Path(".github/actions/reliability")
        shutil.copytree(ROOT / action, self.clone / action)
        for path, text in {
            RULE_FILE: RULES,
            "alertmanager.yml": ALERTMANAGER,
            ".github/workflows/rules.yml": LOCAL,
        }.items():
            (self.clone / path).parent.mkdir(parents=True, exist_ok=True)
            (self.clone / path).write_text(text, encoding="utf-8")
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("remote", "add", "origin", f"https://github.com/{self.name}.git")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=Rules")
        name = self.name.split("/")[1]
        self.ask(PERSON, "POST", "/user/repos", {"name": name, "auto_init": True})
        self.put(RULE_FILE, "main")
        self.same("main")


@pytest.fixture
def repository(github: str, tmp_path: Path) -> Iterator[RulesHosted]:
    with upstream(github) as behind:
        stored = tmp_path / "act" / "artifacts" / "reliability-samples" / "samples"
        relay = Relay(behind, dict, stored)
        with serve(relay.handle) as url:
            behind.own = url
            name = f"{PERSON}/rules-{secrets.token_hex(4)}"
            made = RulesHosted(url, relay, tmp_path, name=name)
            relay.branches = made.branches
            made.begin()
            yield made


@pytest.fixture
def prometheus(tmp_path: Path) -> Iterator[Prometheus]:
    """A real Prometheus with four days of a queue."""
    generation = find("newer")
    if isinstance(generation, Unavailable):
        pytest.skip(f"Prometheus is unavailable: {generation.reason}")
    first = NOW.replace(hour=0, minute=0) - timedelta(days=4)
    moments = [first + number * timedelta(minutes=1) for number in range((NOW - first) // MINUTE)]
    queue = [(at, float(length(at.hour * 60 + at.minute))) for at in moments]
    folder = tmp_path / "prometheus"
    folder.mkdir()
    with run_prometheus(generation, folder, prometheus_config()) as server:
        push(
            server.url,
            [
                ({"__name__": "queue_length", "queue": "mail"}, queue),
                ({"__name__": "up", "job": "mail"}, [(at, 1.0) for at in moments]),
            ],
        )
        yield server


MINUTE = timedelta(minutes=1)


def test_the_workflow_of_the_page_passes_zizmor_and_actionlint(tmp_path: Path) -> None:
    subprocess.run(("git", "init", "--quiet", str(tmp_path)), check=True)
    shutil.copytree(ROOT / ".github/actions", tmp_path / ".github/actions")
    (tmp_path / ".github/workflows").mkdir()
    (tmp_path / ".github/workflows/rules.yml").write_text(LOCAL, encoding="utf-8")
    assert [each for each in zizmor(tmp_path) if not each.startswith("self-repository")] == []
    assert actionlint(tmp_path) == []


def test_three_lines_are_a_step_of_the_workflow() -> None:
    assert "secrets." not in WORKFLOW.split("\n  samples:")[0]
    assert "prometheus:" not in WORKFLOW.split("\n  samples:")[0]


@pytest.mark.servers
def test_the_schedule_stores_what_a_pull_request_replays_without_a_server(
    repository: RulesHosted, prometheus: Prometheus
) -> None:
    runner = repository.runner()
    runner.today = f"{NOW:%Y-%m-%d}"
    workflow = repository.clone / ".github/workflows/rules.yml"
    text = workflow.read_text(encoding="utf-8")
    text = text.replace("prometheus: https://prometheus.example", f"prometheus: {prometheus.url}")
    text = re.sub(r"( +)rules: (\S+)", r"\1version: installed\n\1rules: \2", text)
    text = text.replace(
        "          prometheus:", "          arguments: --days=3\n          prometheus:"
    )
    workflow.write_text(text, encoding="utf-8")
    repository.git("commit", "--quiet", "--all", "--message=Ours")
    repository.same("main")

    runner.secrets["PROMETHEUS_AUTHORIZATION"] = SECRET
    event = {"schedule": "23 4 * * *", **repository.about()}
    stored = runner.run("rules.yml", "schedule", event, job="samples")
    assert stored.succeeded, stored.log
    assert "of 3 days stored in .reliability/samples" in stored.log
    assert SECRET not in stored.log

    run = ScheduledRun(id=7, conclusion="failure", artifacts=("reliability-samples",))
    repository.relay.schedules.append(run)
    repository.branch()
    repository.change(RULE_FILE, "> 50", "> 70")
    repository.open()
    ran = runner.run("rules.yml", "pull_request", repository.event("opened"), job="backtest")
    assert ran.succeeded, ran.log
    assert "files of run 7 in .reliability/samples" in ran.log
    [comment] = repository.comments()
    assert "### 1 changed alert\\: pages 6 → 3" in comment
    assert "QueueLong \\(page\\) | expression | page | 6 → 3" in comment
    assert prometheus.url not in comment
    assert "<!doctype html>" in ran.artifact("reliability-backtest/backtest.html")
