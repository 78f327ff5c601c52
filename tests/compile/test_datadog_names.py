"""Each object of Datadog has a name of its own, also if two alerts are of one tier."""

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
