"""What started a run: the event of a pull request or of a workflow run, as GitHub writes it."""

import json
from pathlib import Path
from typing import Any

import pytest

from reliability.errors import ForgeError
from reliability.forge.event import read_event, read_workflow_run

SIDE = {"sha": "a" * 40, "ref": "main", "label": "acme:main"}
PULL = {"number": 7, "base": SIDE, "head": {"sha": "b" * 64, "ref": "change"}, "title": "x"}


def written(tmp_path: Path, content: Any) -> Path:
    path = tmp_path / "event.json"
    path.write_text(json.dumps(content))
    return path


def test_the_event_of_a_pull_request_names_its_commits(tmp_path: Path) -> None:
    event = read_event(written(tmp_path, {"action": "opened", "pull_request": PULL}))
    assert (event.number, event.base.sha, event.base.ref) == (7, "a" * 40, "main")
    assert (event.head.sha, event.head.ref) == ("b" * 64, "change")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"number": 0}, "pull_request.number"),
        ({"number": "seven"}, "pull_request.number"),
        ({"base": {"sha": "a" * 39, "ref": "main"}}, "pull_request.base.sha"),
        ({"base": {"sha": "a" * 65, "ref": "main"}}, "pull_request.base.sha"),
        ({"base": {"sha": "g" * 40, "ref": "main"}}, "pull_request.base.sha"),
        ({"base": {"sha": f"{'a' * 40} --upload-pack=x", "ref": "main"}}, "pull_request.base.sha"),
        ({"head": {"sha": "a" * 40}}, "pull_request.head.ref"),
        ({"head": None}, "pull_request.head"),
    ],
)
def test_another_event_is_refused_with_the_place(
    tmp_path: Path, change: dict[str, Any], where: str
) -> None:
    path = written(tmp_path, {"pull_request": {**PULL, **change}})
    with pytest.raises(ForgeError) as refused:
        read_event(path)
    assert str(refused.value) == (
        f"{path} is not an event of `pull_request` or `pull_request_review` ({where}); "
        "start the job by `pull_request` or `pull_request_review`"
    )


def test_a_workflow_run_has_a_branch_or_none(tmp_path: Path) -> None:
    run = {"event": "merge_group", "head_sha": "c" * 40, "head_branch": None}
    found = read_workflow_run(written(tmp_path, {"workflow_run": run}))
    assert (found.event, found.head_sha, found.head_branch) == ("merge_group", "c" * 40, None)
    named = {**run, "head_branch": "change"}
    assert read_workflow_run(written(tmp_path, {"workflow_run": named})).head_branch == "change"


def test_a_folder_is_no_event(tmp_path: Path) -> None:
    with pytest.raises(ForgeError, match=r"is a directory; pass --event with the event's file$"):
        read_event(tmp_path)


def test_a_file_that_is_no_json_or_is_missing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "event.json"
    with pytest.raises(ForgeError) as missing:
        read_event(path)
    assert str(missing.value) == (
        f"{path}: no such file or directory; pass --event with the event's file"
    )
    path.write_text("{")
    with pytest.raises(ForgeError) as broken:
        read_workflow_run(path)
    assert str(broken.value) == (
        f"{path} is not an event of `workflow_run` (not JSON); start the job by `workflow_run`"
    )
