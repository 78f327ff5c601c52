"""`verdict` without anybody to ask: what it says of events, settings and servers."""

import json
from pathlib import Path

import pytest

from tests.cli.copied import copied
from tests.cli.program import Ended, in_process
from tests.servers.process import free_port

HEAD = "a" * 40
RUN = {"event": "pull_request", "head_sha": HEAD, "head_branch": "change"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copied(tmp_path / "root")


def judge(root: Path, *more: str, **variables: str) -> Ended:
    """The command, with the settings of a job and a server that does not answer."""
    settings = {
        "GITHUB_API_URL": f"http://127.0.0.1:{free_port()}",
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_TOKEN": "token",
        **variables,
    }
    return in_process("verdict", *more, folder=root, **settings)


def event(root: Path, content: object) -> str:
    """A file with an event."""
    path = root.parent / "event.json"
    path.write_text(json.dumps(content))
    return str(path)


def test_an_event_is_needed(root: Path) -> None:
    ended = judge(root)
    assert (ended.code, ended.err) == (
        2,
        "reliability: pass --event with the file of a workflow_run event; "
        "see `reliability verdict --help`\n",
    )


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ({}, "workflow_run"),
        ({"pull_request": {"number": 7}}, "workflow_run"),
        ({"workflow_run": {**RUN, "head_sha": "main"}}, "workflow_run.head_sha"),
        ({"workflow_run": {**RUN, "head_sha": "A" * 40}}, "workflow_run.head_sha"),
        ({"workflow_run": {"head_sha": HEAD}}, "workflow_run.event"),
    ],
)
def test_another_event_is_refused(root: Path, content: object, where: str) -> None:
    path = event(root, content)
    for ended in (judge(root, "--event", path), judge(root, GITHUB_EVENT_PATH=path)):
        message = f"{path} is not an event of `workflow_run` ({where}); "
        assert (ended.code, ended.out) == (2, "")
        assert ended.err == f"reliability: {message}start the job by `workflow_run`\n"


def test_a_file_that_is_not_there_or_no_json_is_named(root: Path) -> None:
    missing = judge(root, "--event", "missing.json")
    (root / "event.json").write_text("no")
    other = judge(root, "--event", "event.json")
    assert (missing.code, other.code) == (2, 2)
    assert missing.err == (
        "reliability: missing.json: no such file or directory; pass --event with the event's file\n"
    )
    assert "event.json is not an event of `workflow_run` (not JSON)" in other.err


@pytest.mark.parametrize("name", ["GITHUB_REPOSITORY", "GITHUB_TOKEN"])
def test_the_repository_and_the_token_are_needed(root: Path, name: str) -> None:
    ended = judge(root, "--event", event(root, {"workflow_run": RUN}), **{name: ""})
    assert (ended.code, ended.out) == (2, "")
    assert f"{name} " in ended.err


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_a_commit_that_cannot_be_judged_is_no_success(root: Path, more: tuple[str, ...]) -> None:
    ended = judge(root, "--event", event(root, {"workflow_run": RUN}), *more)
    assert ended.code == 2
    assert ended.out.startswith("error: not judged: ") is bool(more)
    assert ("the status was not set either: " in ended.err) is not bool(more)
    assert ended.err.splitlines()[-1].startswith("reliability: ")


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (("--days", "0"), "--days: 0 is not in the range 1<=x<=400"),
        (("--days", "401"), "--days: 401 is not in the range 1<=x<=400"),
        (("--fail-on", "all"), "--fail-on: 'all' is not one of 'error', 'warning', 'info', 'n"),
        (("--out", "policies/slo.yaml"), "--out: Directory 'policies/slo.yaml' is a file"),
    ],
)
def test_options_have_limits(root: Path, option: tuple[str, ...], message: str) -> None:
    ended = judge(root, "--event", "e.json", *option)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"reliability: {message}")
