"""The story of one change, for a reader: `python -m tests.delivery.transcript FOLDER`.

Runs the shipped workflows by act against an emulated GitHub, in both languages, and writes what
stands on GitHub after each step, and whether it would let the change be merged.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.delivery.act import Act, Ran
from tests.delivery.conftest import APPROVERS
from tests.delivery.hosted import Hosted, hosted
from tests.delivery.remembered import BACKLOG, Remembering, Stretch
from tests.delivery.suites import GitHub
from tests.delivery.test_story import LOOSENED, LOUDER, POLICY
from tests.forge.front import run_front
from tests.forge.worlds import PEOPLE
from tests.history.server import serving
from tests.servers.emulate import find_emulator, run_emulator
from tests.servers.generation import Unavailable

FIRED = datetime(2026, 12, 21, tzinfo=UTC)
"""The day after what comes back has come back."""

NAMES = {
    "slo-review": "revisit",
    "ticket": "ticket",
    "digest": "digest",
    "dashboard": "dashboard",
}
"""What an issue is by its label, as the command is called that writes it."""

HEAD = (
    "| step | event | check runs on the commit, by suite | status `reliability/review` | "
    "would GitHub merge it? |",
    "|---|---|---|---|---|",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: its name, what happened, how it ended, and the commit that is asked about."""

    name: str
    what: str
    ran: Ran
    branch: str = ""


def steps(github: GitHub) -> Iterator[Step]:
    """One change from its opening to what comes back a month later."""
    repository, runner = github.repository, github.runner
    repository.branch()
    repository.change(*LOOSENED)
    repository.open()
    ran = github.pull_request("opened")
    yield Step(name="01-opened", what="pull_request: opened", ran=ran, branch="change")
    repository.change(*LOUDER)
    ran = github.pull_request("synchronize")
    yield Step(name="02-changed", what="pull_request: synchronize", ran=ran, branch="change")
    repository.change(POLICY, LOUDER[2], LOUDER[1])
    ran = github.pull_request("synchronize")
    yield Step(name="03-fixed", what="pull_request: synchronize", ran=ran, branch="change")
    yield from approvals(github)
    yield from merged(github)
    runner.today = "2026-12-20"
    ran = runner.run("schedule.yml", "schedule", repository.about())
    yield Step(name="10-scheduled", what="schedule, 25 days later", ran=ran)
    yield from tickets(repository, runner)


def approvals(github: GitHub) -> Iterator[Step]:
    """A comment, approvals, a dismissal, and what the button "Update branch" does."""
    repository = github.repository
    ran = github.reviewed("submitted", "commented")
    yield Step(name="04-commented", what="review: commented", ran=ran, branch="change")
    for approver in APPROVERS:
        repository.approve(approver)
    ran = github.reviewed("submitted")
    yield Step(name="05-approved", what="review: approved", ran=ran, branch="change")
    repository.merged_by_others("README.md", "Something else\n")
    repository.update_branch()
    ran = github.pull_request("synchronize")
    what = "pull_request: synchronize, after Update branch"
    yield Step(name="06-updated", what=what, ran=ran, branch="change")
    repository.dismiss(APPROVERS[0])
    ran = github.reviewed("dismissed", "dismissed")
    yield Step(name="07-dismissed", what="review: dismissed", ran=ran, branch="change")
    repository.approve(APPROVERS[0])
    github.reviewed("submitted")


def merged(github: GitHub) -> Iterator[Step]:
    """The merge queue, and the sync of what was merged."""
    repository, runner = github.repository, github.runner
    group = github.enqueue("change")
    ran = github.checked_in_queue(group)
    yield Step(name="08-queued", what="merge_group: checks_requested", ran=ran, branch=group)
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--ff-only", group)
    runner.environment["ACT_REF"] = "main"
    ran = runner.run("sync.yml", "push", {"ref": "refs/heads/main", **repository.about()})
    yield Step(name="09-merged", what="push to main", ran=ran)


def tickets(repository: Hosted, runner: Act) -> Iterator[Step]:
    """A queue that was full for twenty minutes, and quiet from then on."""
    runner.variables["RELIABILITY_SERVERS"] = "true"
    runner.secrets["PROMETHEUS_AUTHORIZATION"] = "Bearer of-a-reader"
    runner.today = FIRED.date().isoformat()
    begun = FIRED - timedelta(hours=3)
    stretch = Stretch(BACKLOG, begun, begun + timedelta(minutes=20))
    event = repository.about()
    with serving(Remembering((), stretches=[stretch])) as fake:
        repository.remember_by(fake.url)
        ran = runner.run("schedule.yml", "schedule", event, job="issues")
        what = "schedule, job issues: a signal fired the evening before"
        yield Step(name="11-fired", what=what, ran=ran)
        runner.today = (FIRED + timedelta(days=2)).date().isoformat()
        ran = runner.run("schedule.yml", "schedule", event, job="issues")
        yield Step(name="12-quiet", what="schedule, job issues: two days later", ran=ran)


def written(repository: Hosted) -> Iterator[tuple[str, str]]:
    """What stands on GitHub, by a name for each."""
    for body in repository.comments():
        yield "summary.md", body
    for note in repository.on_lines():
        line = note.get("line") or note.get("original_line")
        yield f"line-{note['id']}.md", f"{note['path']}:{line}\n\n{note['body']}"
    for issue in repository.issues():
        [kind] = [each["name"].removeprefix("reliability-") for each in issue["labels"]]
        said = "".join(f"\n\n---\n\n{each}" for each in repository.said_on(issue["number"]))
        head = f"# {issue['title']} ({issue['state']})"
        yield f"{NAMES[kind]}-{issue['number']}.md", f"{head}\n\n{issue['body']}{said}"


@contextmanager
def github(folder: Path) -> Iterator[str]:
    """An emulated GitHub."""
    program = find_emulator()
    if isinstance(program, Unavailable):
        sys.exit(f"the emulator of GitHub is unavailable: {program.reason}")
    people = (*PEOPLE, *APPROVERS)
    with run_emulator(program, folder, people) as emulator, run_front(emulator) as url:
        yield url


def tell(url: str, language: str, folder: Path, out: Path) -> None:
    """The story in one language: a line for each step, and its files."""
    with hosted(url, folder) as repository:
        repository.say_in(language)
        hub = GitHub(repository, repository.runner())
        rows: list[str] = []
        for step in steps(hub):
            place = out / language / step.name
            place.mkdir(parents=True)
            (place / "log.txt").write_text(step.ran.log)
            files = dict(written(repository))
            for file, text in files.items():
                (place / file).write_text(text)
            rows.append(row(hub, step))
            sys.stdout.write(f"{language} {rows[-1]}; {len(files)} notes\n")
        (out / language / "merge.md").write_text("\n".join((*HEAD, *rows, "")))


def row(hub: GitHub, step: Step) -> str:
    """What is on the commit after a step, and whether GitHub would merge it."""
    failed = ", ".join(sorted(step.ran.failed())) or "none"
    if not step.branch:
        return f"| {step.name} | {step.what} | failed jobs: {failed} | | |"
    checks, head = hub.repository.relay.checks, hub.repository.head(step.branch)
    runs = [run for run in checks.runs if run.commit == head]
    suites = "<br>".join(f"{run.suite}: {run.name} {run.conclusion}" for run in runs)
    states = " -> ".join(hub.states(step.branch))
    merge = "<br>".join(hub.hindrances(step.branch)) or "**yes**"
    return f"| {step.name} | {step.what} | {suites} | {states} | {merge} |"


def main(out: Path) -> None:
    """Both languages."""
    with tempfile.TemporaryDirectory() as made, github(Path(made) / "github") as url:
        for language in ("en", "ja"):
            tell(url, language, Path(made) / language, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
