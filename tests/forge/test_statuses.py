"""The commit status on a bad day: what is repeated, how often, and how much of a text it has."""

import json

import pytest

from reliability.errors import ForgeError
from reliability.forge.github.forge import GitHubForge
from reliability.forge.github.statuses import CommitStatus
from tests.forge import proxy as faults
from tests.forge.proxy import Forward, Proxy
from tests.forge.relay import Reply, Request
from tests.forge.worlds import GitHubWorld


def opened(world: GitHubWorld) -> GitHubForge:
    forge = world.open()
    assert isinstance(forge, GitHubForge)
    return forge


@pytest.mark.parametrize(("lost", "pauses"), [(0, []), (1, [1.0]), (2, [1.0, 2.0])])
def test_a_status_whose_answer_was_lost_is_written_again(
    behind_proxy: GitHubWorld, proxy: Proxy, lost: int, pauses: list[float]
) -> None:
    proxy.fail("POST", "/statuses/", faults.dropped, times=lost)
    opened(behind_proxy).write_status(behind_proxy.head(), CommitStatus("success", "approved"))
    assert proxy.faults == []
    assert behind_proxy.pauses == pauses


def test_after_three_lost_answers_it_is_an_error(behind_proxy: GitHubWorld, proxy: Proxy) -> None:
    proxy.fail("POST", "/statuses/", faults.dropped, times=4)
    with pytest.raises(ForgeError, match=f"the status of {behind_proxy.head()[:12]}"):
        opened(behind_proxy).write_status(behind_proxy.head(), CommitStatus("success", "approved"))
    assert len(proxy.faults) == 1
    assert behind_proxy.pauses == [1.0, 2.0]


@pytest.mark.parametrize(
    ("text", "url", "fields"),
    [
        ("x" * 140, "", {"description": "x" * 140}),
        ("x" * 141, "", {"description": "x" * 139 + "…"}),
        ("a\n b", "https://ci/1", {"description": "a b", "target_url": "https://ci/1"}),
    ],
)
def test_a_description_has_one_line_of_140_characters(
    behind_proxy: GitHubWorld, proxy: Proxy, text: str, url: str, fields: dict[str, str]
) -> None:
    sent: list[bytes] = []

    def read(request: Request, forward: Forward) -> Reply:
        sent.append(request.body)
        return forward(request)

    proxy.fail("POST", "/statuses/", read)
    status = CommitStatus("failure", text, url)
    opened(behind_proxy).write_status(behind_proxy.head(), status)
    known = {"state": "failure", "context": "reliability/review"}
    assert json.loads(sent[0]) == {**known, **fields}
