"""The limits of a ruler at their boundaries: rules of a group, and groups of a tenant."""

import pytest

from reliability.compile.prometheus.ruler_gaps import GroupSizes, ruler_gaps
from tests.check.test_target_gaps import MIMIR
from tests.compile.datadog_shop import HOURS, TEAM
from tests.compile.repositories import OWNERSHIP, catalog_of, ours, slo

SIZES = GroupSizes((("a", 3), ("b", 7), ("c", 7)))


@pytest.mark.parametrize(
    ("most", "large", "count"),
    [(7, (), 3), (6, ("b", "c"), 5), (3, ("b", "c"), 7), (2, ("a", "b", "c"), 10)],
)
def test_a_group_of_as_many_rules_as_allowed_is_not_split(
    most: int, large: tuple[str, ...], count: int
) -> None:
    assert SIZES.above(most) == large
    assert SIZES.count(most) == count
    assert SIZES.count(None) == 3


@pytest.mark.parametrize(("more", "features"), [(0, []), (-1, ["large-group"])])
def test_the_largest_group_decides(more: int, features: list[str]) -> None:
    documents = (HOURS, TEAM, OWNERSHIP, slo())
    sizes = GroupSizes.of(catalog_of(*documents), MIMIR["name"])
    largest = max(count for _, count in sizes.rules)
    target = {**MIMIR, "maxRulesPerGroup": largest + more}
    catalog = catalog_of(*documents, ours("SyncTargets", "targets", targets=[target]))
    assert [problem.subject for problem in ruler_gaps(catalog)] == features


@pytest.mark.parametrize(("more", "features"), [(0, []), (-1, ["many-groups"])])
def test_the_number_of_groups_decides(more: int, features: list[str]) -> None:
    documents = (HOURS, TEAM, OWNERSHIP, slo())
    count = len(GroupSizes.of(catalog_of(*documents), MIMIR["name"]).rules)
    target = {**MIMIR, "maxGroups": count + more}
    catalog = catalog_of(*documents, ours("SyncTargets", "targets", targets=[target]))
    assert [problem.subject for problem in ruler_gaps(catalog)] == features
