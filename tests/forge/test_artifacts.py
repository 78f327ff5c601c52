"""Whose artifact is taken, and that it is what the storage holds."""

import json
from collections.abc import Callable, Mapping
from tempfile import TemporaryFile
from typing import Any, Final

import httpx
import pytest

from reliability.errors import ForgeError
from reliability.forge.github.artifacts import Artifact, download, newest_artifact
from tests.forge.proxy import Forward, Proxy
from tests.forge.relay import Reply, Request
from tests.forge.test_lies import opened
from tests.forge.worlds import GitHubWorld
from tests.providers.served import served

OURS: Final[Mapping[str, Any]] = {
    "id": 7,
    "event": "schedule",
    "status": "completed",
    "head_branch": "main",
    "head_repository": {"id": 1},
}
FOREIGN: Final[tuple[Mapping[str, Any], ...]] = (
    {"event": "pull_request"},
    {"status": "in_progress"},
    {"head_branch": "change"},
    {"head_repository": {"id": 2}},
    {"head_repository": None},
)


def history(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": "history",
        "expired": False,
        "created_at": "2026-10-24T04:31:00Z",
        **more,
    }


def found(
    world: GitHubWorld,
    proxy: Proxy,
    runs: list[dict[str, Any]],
    artifacts: Mapping[int, list[dict[str, Any]]],
    own_run: int | None = None,
) -> tuple[int, int] | None:
    """The run and the artifact that are taken from these."""

    def telling(content: Any) -> Callable[[Request, Forward], Reply]:
        return lambda _request, _forward: Reply(200, json.dumps(content).encode())

    repository = f"/repos/{world.name}"
    answers: dict[str, Any] = {
        **{f"/actions/runs/{run}/artifacts": {"artifacts": of} for run, of in artifacts.items()},
        "/actions/workflows/schedule.yml/runs": {"workflow_runs": runs},
        "": {"id": 1, "default_branch": "main"},
    }
    for path, answer in answers.items():
        proxy.fail("GET", f"{repository}{path}", telling(answer), times=9)
    try:
        artifact = newest_artifact(opened(world).client, "history", own_run=own_run)
    finally:
        proxy.faults.clear()
    return None if artifact is None else (artifact.run, artifact.id)


@pytest.mark.parametrize("other", FOREIGN, ids=str)
def test_a_run_that_is_not_of_our_schedule_is_not_looked_at(
    behind_proxy: GitHubWorld, proxy: Proxy, other: Mapping[str, Any]
) -> None:
    runs = [{**OURS, **other, "id": 8}, dict(OURS)]
    artifacts = {7: [history(1)], 8: [history(2)]}
    assert found(behind_proxy, proxy, runs, artifacts) == (7, 1)


def test_the_newest_run_and_artifact_that_can_be_read_are_taken(
    behind_proxy: GitHubWorld, proxy: Proxy
) -> None:
    runs = [dict(OURS), {**OURS, "id": 9}, {**OURS, "id": 8}]
    gone = [history(50, expired=True), history(40, name="other")]
    assert found(behind_proxy, proxy, runs, {7: [history(3)], 8: [history(4)], 9: gone}) == (8, 4)
    several = [history(5), history(6), *gone]
    assert found(behind_proxy, proxy, runs, {7: [], 8: [], 9: several}) == (9, 6)
    assert found(behind_proxy, proxy, runs, {7: [], 8: gone, 9: gone}) == (9, 50)  # expired
    own = {7: [], 8: [], 9: [history(6)], 2: [history(1)]}
    assert found(behind_proxy, proxy, runs, own, own_run=2) == (2, 1)


@pytest.mark.parametrize("status", [200, 404])
def test_an_archive_is_what_its_storage_holds(
    behind_proxy: GitHubWorld, proxy: Proxy, status: int
) -> None:
    path = f"/repos/{behind_proxy.name}/actions/artifacts/9/zip"
    client = opened(behind_proxy).client
    with served(lambda _: httpx.Response(status, content=b"zip" * 9)) as url:
        moved = Reply(302, headers={"location": f"{url}/x"})
        proxy.fail("GET", path, lambda _request, _forward: moved)
        with TemporaryFile() as into:
            artifact = Artifact(9, 7, f"{proxy.url}{path}")
            if status == 200:
                download(client, "token", artifact, into)
                assert into.read() == b"zip" * 9
            else:
                with pytest.raises(ForgeError, match="its storage answers 404"):
                    download(client, "token", artifact, into)


@pytest.mark.parametrize("reply", [Reply(302), Reply(410, headers={"location": "http://x/"})])
def test_an_answer_that_is_no_redirect_is_an_error(
    behind_proxy: GitHubWorld, proxy: Proxy, reply: Reply
) -> None:
    path = f"/repos/{behind_proxy.name}/actions/artifacts/9/zip"
    client = opened(behind_proxy).client
    proxy.fail("GET", path, lambda _request, _forward: reply)
    artifact = Artifact(9, 7, f"{proxy.url}{path}")
    with TemporaryFile() as into, pytest.raises(ForgeError, match=f"answers {reply.status}"):
        download(client, "token", artifact, into)
