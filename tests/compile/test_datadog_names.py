"""Each object of Datadog has a name of its own that fits into a tag."""

import re

import pytest

from reliability.compile.datadog.compiler import DatadogCompiler
from reliability.resource import Resource
from tests.compile.datadog_shop import datadog_shop, datadog_slo, entry


@pytest.mark.parametrize(
    "tiers",
    [
        {"fast": "ticket", "slow": "ticket"},
        {"fast": "alert", "slow": "alert"},
        {"fast": "alert", "slow": "log"},
    ],
)
def test_no_name_is_there_twice(tiers: dict[str, str]) -> None:
    catalog = datadog_shop(datadog_slo(), entry(tiers=tiers))
    made = [each for each in DatadogCompiler().compile(catalog) if isinstance(each, Resource)]
    names = [str(each.id) for each in made]
    assert len(names) == len(set(names))
    burns = [name for name in names if "burn-monitor" in name]
    assert len(burns) == 3


def names_of(slo_name: str, display_name: str) -> list[str]:
    objective = {"displayName": display_name, "target": 0.999}
    document = datadog_slo(name=slo_name, objectives=[objective])
    catalog = datadog_shop(document, entry(slo=slo_name))
    made = [each for each in DatadogCompiler().compile(catalog) if isinstance(each, Resource)]
    return [each.id.name for each in made]


def test_a_name_that_is_too_long_for_a_tag_ends_with_a_digest() -> None:
    slo_name, longest = "s" * 63, 150
    short = names_of(slo_name, "o" * 30)
    assert short[0] == f"shop/{slo_name}-{'o' * 30}"
    names = names_of(slo_name, "o" * 90)
    assert len(set(names)) == len(names) == len(short)
    for name in names:
        assert re.fullmatch(rf"shop/{slo_name}-o+-[0-9a-f]{{16}}", name), name
        assert len(name) == longest
