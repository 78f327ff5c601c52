"""The story of one change, for a reader: `python -m tests.delivery.transcript FOLDER`.

Runs the shipped workflows by act against an emulated GitHub, in both languages, and writes what
stands on GitHub after each step.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.delivery.act import Act, Ran
from tests.delivery.conftest import APPROVERS
from tests.delivery.hosted import Hosted, hosted
from tests.delivery.remembered import BACKLOG, Remembering, Stretch
from tests.delivery.test_story import LOOSENED, LOUDER, POLICY
from tests.forge.front import run_front
from tests.forge.worlds import PEOPLE
from tests.history.server import serving
from tests.servers.emulate import find_emulator, run_emulator
from tests.servers.generation import Unavailable

FIRED = datetime(2026, 12, 21, tzinfo=UTC)
"""The day after what comes back has come back."""

NAMES = {"slo-review": "revisit", "ticket": "ticket", "digest": "digest"}
"""What an issue is by its label, as the command is called that writes it."""

Step = tuple[str, str, Ran]
"""Its name, the command of act in short, and how it ended."""


def steps(repository: Hosted) -> Iterator[Step]:
    """One change from its opening to what comes back a month later."""
    runner = repository.runner()

    def review(action: str, name: str = "pull_request") -> Ran:
        return runner.run("pull-request.yml", name, repository.event(action))

    repository.branch()
    repository.change(*LOOSENED)
    repository.open()
    yield "1-opened", "act pull_request (opened)", review("opened")
    repository.change(*LOUDER)
    yield "2-changed", "act pull_request (synchronize)", review("synchronize")
    repository.change(POLICY, LOUDER[2], LOUDER[1])
    yield "3-mended", "act pull_request (synchronize)", review("synchronize")
    for approver in APPROVERS:
        repository.approve(approver)
    approved = review("submitted", "pull_request_review")
    yield "4-approved", "act pull_request_review (submitted)", approved
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-edit", "change")
    about = repository.about()
    pushed = runner.run("sync.yml", "push", {"ref": "refs/heads/main", **about})
    yield "5-merged", "act push", pushed
    runner.today = "2026-12-20"
    came_back = runner.run("schedule.yml", "schedule", about)
    yield "6-scheduled", "act schedule, 25 days later", came_back
    yield from tickets(repository, runner)


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
        yield "7-fired", "act schedule --job issues, a signal fired the evening before", ran
        runner.today = (FIRED + timedelta(days=2)).date().isoformat()
        ran = runner.run("schedule.yml", "schedule", event, job="issues")
        yield "8-quiet", "act schedule --job issues, two days later", ran


def written(repository: Hosted) -> Iterator[tuple[str, str]]:
    """What stands on GitHub, by a name for each."""
    for body in repository.comments() if repository.number else ():
        yield "summary.md", body
    for note in repository.on_lines() if repository.number else ():
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
        for name, command, ran in steps(repository):
            place = out / language / name
            place.mkdir(parents=True)
            (place / "log.txt").write_text(ran.log)
            files = dict(written(repository))
            for file, text in files.items():
                (place / file).write_text(text)
            failed = ", ".join(sorted(ran.failed())) or "none"
            sys.stdout.write(
                f"{language} {name}: {command}; failed: {failed}; {len(files)} notes\n"
            )


def main(out: Path) -> None:
    """Both languages."""
    with tempfile.TemporaryDirectory() as made, github(Path(made) / "github") as url:
        for language in ("en", "ja"):
            tell(url, language, Path(made) / language, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
