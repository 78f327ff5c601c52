"""What a token that may not ask, or from which all is hidden, says of who has access: nothing."""

from dataclasses import replace
from pathlib import Path

from tests.forge.activity import pushed
from tests.forge.front import ACTIONS, Front
from tests.forge.proxy import Proxy
from tests.forge.relay import serve, upstream
from tests.forge.worlds import FolderWorld, GitHubWorld, github_world


def test_a_token_that_may_not_ask_assumes_nothing(behind_proxy: GitHubWorld) -> None:
    behind_proxy.remove("@mori")
    found = behind_proxy.open("fork").access(["@mori", "@sato"])
    assert found.without == frozenset()
    assert found.unknown == (
        "the access of @mori: the token may not read this; github says: Resource not accessible by "
        "integration",
    )


def test_the_token_of_actions_asks_for_people_and_not_for_teams(behind_proxy: GitHubWorld) -> None:
    behind_proxy.remove("@mori")
    behind_proxy.remove("@acme/night")
    found = behind_proxy.open(ACTIONS).access(["@mori", "@sato", "@acme/night"])
    assert found.without == {"@mori"}
    [why] = found.unknown
    assert why.startswith("the teams of acme: the token may not read this")


def test_if_all_is_hidden_nothing_is_assumed(github: str) -> None:
    with upstream(github) as behind:
        front = Front(behind)
        front.collaborators.hides = True
        with serve(front.handle) as url:
            behind.own = url
            found = github_world(url).open().access(["@mori", "@sato"])
    assert found.without == frozenset()
    [why] = found.unknown
    assert why.startswith("@mori, @sato: github answers 404 to each")


def test_one_call_for_each_handle_and_sixty_at_most(
    behind_proxy: GitHubWorld, proxy: Proxy
) -> None:
    forge = behind_proxy.open()
    proxy.seen.clear()
    found = forge.access([f"@person-{number}" for number in range(80)])
    assert len(proxy.seen) == 60
    assert found.unknown == ("only 60 handles are asked for",)


def test_pushes_are_followed_from_the_head_to_the_creation_of_the_branch(
    behind_proxy: GitHubWorld,
) -> None:
    forge = behind_proxy.open()
    pull = forge.pull_request(behind_proxy.number)
    ref = f"refs/heads/{pull.head_branch}"
    for row in (pushed(ref, "b" * 40, "c" * 40, "ueda"), pushed(ref, "a" * 40, pull.head, "sato")):
        behind_proxy.in_repository("mori", "POST", "/activity", row)
    found = forge.pushes(pull)
    assert [(push.actor, push.after) for push in found.pushes] == [("sato", pull.head)]
    assert found.unknown == f"the activity of change: github lists no push of {'a' * 12}"
    gone = forge.pushes(replace(pull, head_repository=""))
    assert gone.unknown == "the activity of change: the repository of the branch is not known"


def test_a_list_in_a_folder_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path)
    (tmp_path / "without-access.txt").write_bytes(b"\xff")
    [why] = world.open().access(["@mori"]).unknown
    assert "without-access.txt cannot be read" in why
