"""Gaps of one feature at one location have fingerprints of their own: a baseline accepts one."""

from reliability.compile.datadog.gaps import datadog_gaps
from tests.compile.datadog_shop import HOURS, TARGETS, datadog_shop, datadog_slo, entry
from tests.compile.repositories import ours, shop, windows

PAIRS = [("3d", "6h", "10%"), ("4d", "12h", "10%")]


def test_two_long_windows_of_a_tier_have_two_subjects() -> None:
    long = windows("long", "30d", [("1h", "5m", "2%")], PAIRS)
    catalog = datadog_shop(datadog_slo(), long, entry(windows="long"))
    problems = [each for each in datadog_gaps(catalog) if "long window" in each.message]
    assert [each.subject for each in problems] == ["long-window", "long-window 2"]
    assert ["72h/6h" in problems[0].message, "96h/12h" in problems[1].message] == [True, True]


def test_two_tiers_without_a_handle_have_two_subjects() -> None:
    team = ours("Team", "sales", members=["@lead"])
    catalog = shop(HOURS, TARGETS, team, datadog_slo(), entry())
    subjects = [each.subject for each in datadog_gaps(catalog)]
    assert [each for each in subjects if "channels" in each] == ["channels", "channels 2"]
