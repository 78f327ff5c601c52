"""The rules of a Prometheus: every page of them is read, and pages that do not end are refused."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from reliability.errors import ProviderError
from reliability.providers.rules_api import RulesApi
from tests.providers.served import served
from tests.providers.worlds import connect, prometheus_target

GROUPS = [
    {
        "name": f"group-{number}",
        "file": "rules.yml",
        "interval": 60,
        "rules": [{"name": "a", "type": "recording", "query": "b"}],
    }
    for number in range(4_500)
]


@contextmanager
def api(answers: Any) -> Iterator[RulesApi]:
    with served(answers) as url, ExitStack() as closing:
        yield RulesApi(connect(prometheus_target(url, Path("rules")), False, closing))


def page(groups: list[Any], token: str = "") -> httpx.Response:
    data = {"groups": groups, **({"groupNextToken": token} if token else {})}
    return httpx.Response(200, json={"status": "success", "data": data})


def test_two_thousand_groups_are_asked_for_at_a_time() -> None:
    asked: list[dict[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(dict(request.url.params))
        start = int(asked[-1].get("group_next_token", 0))
        end = start + int(asked[-1]["group_limit"])
        return page(GROUPS[start:end], str(end) if end < len(GROUPS) else "")

    with api(answer) as rules:
        found = [group.name for group in rules.groups()]
    assert found == [group["name"] for group in GROUPS]
    first = {"exclude_alerts": "true", "group_limit": "2000"}
    assert asked == [
        first,
        first | {"group_next_token": "2000"},
        first | {"group_next_token": "4000"},
    ]


@pytest.mark.parametrize("is_first_numbered", [True, False])
def test_pages_of_a_vmalert_have_numbers(is_first_numbered: bool) -> None:
    asked: list[dict[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(dict(request.url.params))
        limit, number = int(asked[-1]["group_limit"]), int(asked[-1].get("page_num", 1))
        groups = GROUPS[(number - 1) * limit : number * limit]
        answered = {"status": "success", "total_pages": 3, "data": {"groups": groups}}
        if number > 1 or is_first_numbered:
            answered["page"] = number
        return httpx.Response(200, json=answered)

    with api(answer) as rules:
        assert [group.name for group in rules.groups()] == [group["name"] for group in GROUPS]
    assert [parameters.get("page_num") for parameters in asked] == [None, "2", "3"]


@pytest.mark.parametrize(
    "pages",
    [
        [page(GROUPS[:1], "a"), page(GROUPS[1:2], "a"), page(GROUPS[2:3])],
        [page(GROUPS[:1], "a"), page(GROUPS[1:2], "b"), page(GROUPS[2:3], "a"), page([])],
        [page(GROUPS[:1], "a"), page([], "b"), page([])],
    ],
)
def test_pages_that_do_not_end_are_refused(pages: list[httpx.Response]) -> None:
    left = list(pages)
    with (
        api(lambda _request: left.pop(0)) as rules,
        pytest.raises(ProviderError, match="its pages do not end"),
    ):
        list(rules.groups())
    assert left
