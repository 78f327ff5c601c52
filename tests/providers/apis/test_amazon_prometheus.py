"""A repository that is synced to a workspace of Amazon Managed Prometheus, kept by moto."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.cli.program import Ended
from tests.cli.program import in_process as reliability
from tests.live.repository import OWNER_ID, Repository, make_repository
from tests.providers.apis.amazon import REGION, MotoWorkspace
from tests.providers.served import served


@contextmanager
def company(root: Path) -> Iterator[tuple[Repository, MotoWorkspace]]:
    workspace = MotoWorkspace()
    with served(workspace.handle) as url:
        target: dict[str, object] = {
            "name": "amazon",
            "provider": "amazon-prometheus",
            "url": url,
            "region": REGION,
            "workspace": workspace.workspace,
        }
        yield make_repository(root, target), workspace
    workspace.client.close()


def run(repository: Repository, *arguments: str, **more: str) -> Ended:
    keys = more or {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    return reliability(*arguments, folder=repository.root, **keys)


def test_a_repository_is_planned_synced_and_settled(tmp_path: Path) -> None:
    with company(tmp_path) as (repository, workspace):
        first = run(repository, "sync", "--yes", "--brief")
        assert first.code == 0, first
        again = run(repository, "plan", "--detailed-exitcode")
        assert (again.code, again.out.partition(";")[0]) == (0, "amazon: no changes")
        state = workspace.state()
        assert isinstance(state, dict)
        # More than a page of them.
        assert len(state) > workspace.page
        data, tags = state["reliability-exports"]
        assert b"# reliability rules exports sha256=" in base64.b64decode(data)
        assert tags == {
            "managed-by": "reliability",
            "service": "exports",
            "reliability-owner": OWNER_ID,
            "reliability-repository": "-",
        }


def test_without_credentials_nothing_is_sent(tmp_path: Path) -> None:
    with company(tmp_path) as (repository, workspace):
        none = {"AWS_EC2_METADATA_DISABLED": "true", "HOME": str(tmp_path)}
        ended = run(repository, "plan", **none)
        assert ended.code == 2
        assert "amazon: no AWS credentials; set AWS_ACCESS_KEY_ID" in ended.out
        assert workspace.state() == {}


def test_a_workspace_that_does_not_exist_is_not_an_empty_one(tmp_path: Path) -> None:
    with company(tmp_path) as (repository, workspace):
        repository.replace("policies/targets.yaml", workspace.workspace, "ws-other")
        ended = run(repository, "plan")
        assert ended.code == 2
        assert "answers 404: Workspace not found" in ended.out


def test_a_quota_is_shown_with_the_words_of_the_service(tmp_path: Path) -> None:
    with company(tmp_path) as (repository, workspace):
        handle = workspace.handle
        why = "You have exceeded the quota of rule groups namespaces"

        def full(request: httpx.Request) -> httpx.Response:
            if request.method == "POST":
                return httpx.Response(402, json={"message": why})
            return handle(request)

        with served(full) as url:
            text = (repository.root / "policies/targets.yaml").read_text()
            old = text.partition("url: ")[2].partition("\n")[0]
            repository.replace("policies/targets.yaml", old, url)
            ended = run(repository, "sync", "--yes", "--brief")
        assert ended.code == 1
        assert f"answers 402: {why}" in ended.out
        assert workspace.state() == {}


@pytest.mark.parametrize("status", ["UPDATE_FAILED", "CREATION_FAILED"])
def test_rules_that_the_service_refused_later_are_named_and_sent_again(
    tmp_path: Path, status: str
) -> None:
    with company(tmp_path) as (repository, workspace):
        assert run(repository, "sync", "--yes", "--brief").code == 0
        handle = workspace.handle

        def failed(request: httpx.Request) -> httpx.Response:
            reply = handle(request)
            if request.method != "GET" or not request.url.path.endswith("reliability-exports"):
                return reply
            answer = reply.json()
            answer["ruleGroupsNamespace"]["status"] = {
                "statusCode": status,
                "statusReason": "too many rules",
            }
            return httpx.Response(200, json=answer)

        with served(failed) as url:
            text = (repository.root / "policies/targets.yaml").read_text()
            old = text.partition("url: ")[2].partition("\n")[0]
            repository.replace("policies/targets.yaml", old, url)
            plan = run(repository, "plan", "--brief")
        assert f"> rules exports: the service refused it: {status}: too many rules" in plan.out
