"""Objects that somebody changed into a form that is never written: kept, and said to be changed."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from reliability.plan.held import Held, Owner, Unreadable
from tests.providers.datadog_world import DATADOG, datadog_provider
from tests.providers.fake_datadog import FakeDatadog
from tests.providers.faulty_server import run_fake
from tests.providers.test_datadog import planned, synced

OURS = Owner("0123456789abcdef", "git.example.com/acme/slos")
WHY = "changed outside the repository, and no longer readable"


@pytest.fixture
def site() -> Iterator[FakeDatadog]:
    with run_fake(FakeDatadog(page=3)) as fake:
        yield fake


def read(site: FakeDatadog) -> Held:
    with ExitStack() as closing:
        return datadog_provider(site, closing, owner=OURS).read()


def unreadable(held: Held) -> list[tuple[str, str, Owner | None]]:
    return [
        (str(each.id.name), each.why, each.owner)
        for each in held.kept
        if isinstance(each, Unreadable)
    ]


@pytest.mark.parametrize("change", [{"query": {"numerator": "a"}}, {"query": None}])
def test_an_slo_of_another_form_is_named(site: FakeDatadog, change: dict[str, Any]) -> None:
    with ExitStack() as closing:
        synced(datadog_provider(site, closing, owner=OURS))
    assert unreadable(read(site)) == []
    [slo] = [each for each in site.slos.values() if each["name"] == "payroll/run"]
    slo.update(change)
    held = read(site)
    assert unreadable(held) == [("payroll/run", WHY, OURS)]
    assert len(held.kept) == len(DATADOG)


def test_it_is_a_difference_that_a_plan_shows(site: FakeDatadog) -> None:
    with ExitStack() as closing:
        provider = datadog_provider(site, closing, owner=OURS)
        synced(provider)
        assert planned(provider).is_settled
        [slo] = [each for each in site.slos.values() if each["name"] == "payroll/run"]
        slo["query"] = None
        assert not planned(provider).is_settled
