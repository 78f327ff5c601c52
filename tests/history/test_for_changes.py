"""`history pull --for-changes`: what a change needs, from the server of the branch it goes to."""

from pathlib import Path

import pytest

from tests.backtest.test_command import git
from tests.cli.program import Ended
from tests.cli.program import in_process as reliability
from tests.history.server import FakePrometheus, serving
from tests.history.shop import SLO, write_shop
from tests.history.test_command import PULL, shop

ELSEWHERE = "http://127.0.0.1:9"


def commit(root: Path) -> None:
    git(root, "init", "--initial-branch=main")
    git(root, "add", ".")
    git(root, "commit", "--message=A promise")


def add_slo(root: Path) -> None:
    text = SLO.replace("checkout", "paying").replace('5.."', '5..|429"')
    (root / "services" / "shop" / "paying.yaml").write_text(text)


def pull(root: Path, *arguments: str, **variables: str) -> Ended:
    asked = (*PULL, "--for-changes", "--base", "main", *arguments)
    return reliability(*asked, folder=root, **variables)


def test_only_what_the_base_does_not_have_is_fetched(tmp_path: Path) -> None:
    with serving(FakePrometheus(shop())) as fake:
        root = write_shop(tmp_path, fake.url)
        commit(root)
        nothing = pull(root)
        add_slo(root)
        ended = pull(root)
    assert nothing.out.endswith("nothing to fetch\n")
    assert ended.code == 0
    assert [line.split(":")[0] for line in ended.out.splitlines()] == ["paying"]
    assert not (root / ".reliability" / "history" / "shop" / "checkout").exists()


def test_a_server_that_the_change_names_is_not_asked(tmp_path: Path) -> None:
    with (
        serving(FakePrometheus(shop())) as fake,
        serving(FakePrometheus(shop())) as foreign,
    ):
        root = write_shop(tmp_path, fake.url)
        policy = root / "policies" / "history.yaml"
        policy.write_text(policy.read_text().replace("chunk:", "authorization: env:OURS, chunk:"))
        commit(root)
        add_slo(root)
        policy.write_text(
            policy.read_text().replace(fake.url, foreign.url).replace("env:OURS", "env:OTHER")
        )
        ended = pull(root, OURS="Bearer ours", OTHER="Bearer other")
    assert ended.code == 0
    assert (foreign.queries, foreign.credentials) == ([], set())
    assert fake.credentials == {"Bearer ours"}
    assert len(fake.queries) > 0


def test_a_link_in_place_of_the_store_is_not_written_through(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    root = write_shop(tmp_path / "repository", ELSEWHERE)
    commit(root)
    add_slo(root)
    (root / ".reliability").symlink_to(outside)
    ended = pull(root)
    assert ended.code == 2
    assert "is a symbolic link out of the repository" in ended.err
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("arguments", [("--for-changes",), ("--base", "main")])
def test_the_base_and_the_changes_are_asked_for_together(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    ended = reliability(*PULL, *arguments, folder=write_shop(tmp_path, ELSEWHERE))
    assert (ended.code, "--for-changes and --base REV go together" in ended.err) == (2, True)


def test_more_slis_than_a_change_may_fetch_are_refused(tmp_path: Path) -> None:
    root = write_shop(tmp_path, ELSEWHERE)
    commit(root)
    documents = [SLO.replace("checkout", f"flow-{number}") for number in range(101)]
    (root / "services" / "shop" / "flows.yaml").write_text("---".join(documents))
    ended = pull(root)
    assert ended.code == 2
    assert "101 SLIs are new, and at most 100 are pulled for one change" in ended.err
