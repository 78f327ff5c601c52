"""`backtest --rules --forge`: the comment in a folder, by the event or by the base."""

import json
from pathlib import Path

import pytest

from tests.backtest.rule_files.rule_repository import ALERTMANAGER, RULES, TODAY, RuleRepository
from tests.cli.program import Ended, in_process
from tests.forge.relay import Reply, Request, answer, serve

FILE = "rules/mail/queue.yml"
OPTIONS = ("--rules", "rules", "--alertmanager", "alertmanager.yml", "--samples", "../samples.txt")
HEADLINE = "1 changed alert: pages a week 14.0 -> 7.0\n"


@pytest.fixture
def repository(tmp_path: Path) -> RuleRepository:
    """A branch that changes one alert."""
    made = RuleRepository.at(tmp_path, {FILE: RULES, "alertmanager.yml": ALERTMANAGER})
    made.git("checkout", "--quiet", "-b", "change")
    made.replace(FILE, "> 50", "> 70")
    made.git("commit", "--quiet", "--all", "--message", "change")
    return made


def commit(repository: RuleRepository, branch: str) -> str:
    return (repository.root / f".git/refs/heads/{branch}").read_text().strip()


def event(repository: RuleRepository, head: str = "") -> str:
    """The file of an event about the branch, or about another head."""
    sides = {
        "base": {"sha": commit(repository, "main"), "ref": "main"},
        "head": {"sha": head or commit(repository, "change"), "ref": "change"},
    }
    path = repository.root.parent / "event.json"
    path.write_text(json.dumps({"pull_request": {"number": 7, **sides}}))
    return str(path)


def post(repository: RuleRepository, *more: str, **variables: str) -> Ended:
    command = ("--today", TODAY, "backtest", *OPTIONS, "--days", "7", *more)
    return in_process(*command, folder=repository.root, **variables)


def comments(repository: RuleRepository) -> dict[str, str]:
    """The text of each comment below the folder."""
    folder = repository.root.parent / "forge"
    return {
        path.relative_to(folder).as_posix(): path.read_text().partition("\n---\n")[2].lstrip()
        for path in folder.rglob("*.md")
    }


FOLDER = ("--forge", "folder:../forge")


def test_without_an_event_the_base_is_enough_for_a_folder(repository: RuleRepository) -> None:
    summary = repository.root.parent / "summary.md"
    runs = {"GITHUB_STEP_SUMMARY": str(summary)}
    ended = post(repository, *FOLDER, "--base", "main", **runs)
    assert (ended.code, ended.err, ended.out) == (0, "", HEADLINE)
    [(path, text)] = comments(repository).items()
    assert path == "pull-requests/1/backtest.md"
    assert text.startswith(
        "<!-- reliability:backtest 1 -->\n### 1 changed alert\\: pages a week 14\\.0 → 7\\.0\n"
    )
    assert text.strip().endswith(summary.read_text().strip())

    # The comment stays while a change touches rules, and goes when it touches none.
    repository.replace(FILE, "> 70", "> 50 # as before")
    assert post(repository, *FOLDER, "--base", "main", **runs).code == 0
    [(_, text)] = comments(repository).items()
    assert "### no alert changed its meaning or its route" in text
    repository.replace(FILE, "> 50 # as before", "> 50")
    assert post(repository, *FOLDER, "--base", "main", **runs).code == 0
    assert comments(repository) == {}
    assert summary.read_text().count("### ") >= 2


def test_the_event_names_the_number_and_the_base(repository: RuleRepository) -> None:
    ended = post(repository, *FOLDER, "--event", event(repository))
    assert (ended.code, ended.err, ended.out) == (0, "", HEADLINE)
    assert [*comments(repository)] == ["pull-requests/7/backtest.md"]
    ended = post(repository, *FOLDER, GITHUB_EVENT_PATH=event(repository, "a" * 40))
    head = commit(repository, "change")[:12]
    note = f"{head} was pushed in the meantime; the run for it writes the comment\n"
    assert (ended.code, ended.err) == (0, note)


@pytest.mark.parametrize(
    "options", [FOLDER, ("--forge", "github"), ("--forge", "github", "--base", "main")]
)
def test_an_event_is_needed(repository: RuleRepository, options: tuple[str, ...]) -> None:
    ended = post(repository, *options)
    message = "reliability: --forge needs the event of a pull request; pass --event FILE\n"
    assert (ended.code, ended.out, ended.err) == (2, "", message)


def test_a_comment_that_cannot_be_written_is_an_exit_code(repository: RuleRepository) -> None:
    forge = repository.root.parent / "forge"
    forge.mkdir()
    (forge / "pull-requests").write_text("a file\n")
    ended = post(repository, *FOLDER, "--base", "main")
    assert (ended.code, ended.out) == (1, HEADLINE)
    [line] = ended.err.splitlines()
    assert line.startswith("the comment was not posted: ")


@pytest.mark.parametrize(("state", "comments"), [("closed", 200), ("open", 403)])
def test_a_closed_pull_request_and_a_token_that_may_only_read(
    repository: RuleRepository, state: str, comments: int
) -> None:
    head = commit(repository, "change")
    place = {"full_name": "acme/mail", "owner": {"login": "acme"}}
    pull = {
        "number": 7,
        "title": "A change",
        "user": {"login": "dev"},
        "head": {"sha": head, "ref": "change", "repo": place},
        "base": {"sha": commit(repository, "main"), "ref": "main", "repo": place},
        "draft": False,
        "state": state,
        "html_url": "https://github.example/pull/7",
        "requested_reviewers": [],
        "requested_teams": [],
    }
    written: list[str] = []

    def handle(request: Request) -> Reply:
        if request.method == "POST":
            written.append(request.path)
            return answer(comments, {"message": "Resource not accessible by integration"})
        if request.path == "/repos/acme/mail/pulls/7":
            return answer(200, pull)
        return answer(200, [])

    with serve(handle) as url:
        ended = post(
            repository,
            *("--forge", "github", "--event", event(repository)),
            GITHUB_API_URL=url,
            GITHUB_REPOSITORY="acme/mail",
            GITHUB_TOKEN="token",
        )
    assert (ended.code, ended.out) == (0, HEADLINE)
    if state == "closed":
        assert (written, ended.err) == ([], "#7 is closed, so no comment is written\n")
    else:
        [line] = ended.err.splitlines()
        assert line.startswith("no comment was posted (")
        assert line.endswith("); the job summary has the report")
