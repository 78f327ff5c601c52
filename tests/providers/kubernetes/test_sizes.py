"""Objects that are larger than the operator, or an API server, accepts."""

from typing import Any

import yaml

from reliability.compile.prometheus.sizes import SPLIT_ABOVE
from reliability.model.targets import KubernetesTarget
from reliability.plan.change import Create
from reliability.plan.plan import Plan
from reliability.providers.kubernetes.limits import MOST_RULES, without_too_large
from reliability.providers.kubernetes.manifests import manifests, object_name
from reliability.resource import Resource
from tests.providers.repository_worlds import manifest
from tests.providers.worlds import rules

TARGET = KubernetesTarget(name="cluster", provider="kubernetes")


def large(name: str, groups: int, letters: int) -> Resource:
    """A PrometheusRule with groups of one rule, each of so many letters."""
    made: list[Any] = [
        {
            "name": f"{name}-{number}",
            "rules": [{"record": f"{name}:{number}", "expr": f'up{{job="{"x" * letters}"}}'}],
        }
        for number in range(groups)
    ]
    body: dict[str, Any] = {**manifest(rules(name)).body, "spec": {"groups": made}}
    return Resource(manifest(rules(name)).id, body)


def of_cluster(*resources: Resource) -> list[Any]:
    return [*manifests(resources, TARGET)]


def groups_in(resource: Resource) -> list[str]:
    body: Any = resource.body
    return [group["name"] for group in body["spec"]["groups"]]


def test_a_small_service_has_one_object() -> None:
    [made] = of_cluster(large("shop", groups=3, letters=1_000))
    assert (made.id.name, made.body["metadata"]["name"]) == ("shop", "reliability-shop")
    assert "annotations" not in made.body["metadata"]


def test_a_large_service_has_several_objects_with_all_groups_once_and_in_order() -> None:
    whole = large("shop", groups=10, letters=100_000)
    made = of_cluster(whole)
    assert [each.id.name for each in made] == ["shop", "shop-part-2", "shop-part-3", "shop-part-4"]
    names = [each.body["metadata"]["name"] for each in made]
    assert names == [f"reliability-{each.id.name}" for each in made]
    assert [name for each in made for name in groups_in(each)] == groups_in(whole)
    for each in made:
        assert len(yaml.safe_dump(each.body["spec"])) <= MOST_RULES
        annotations = each.body["metadata"].get("annotations", {})
        is_large = len(groups_in(each)) > 1
        assert ("argocd.argoproj.io/sync-options" in annotations) == is_large


def test_a_part_does_not_take_the_name_of_a_service() -> None:
    made = of_cluster(
        large("shop", groups=2, letters=SPLIT_ABOVE - 1_000),
        large("shop-part-2", groups=1, letters=10),
    )
    assert [each.id.name for each in made] == ["shop", "shop-part-3", "shop-part-2"]


def test_a_group_that_no_object_can_hold_is_blocked_and_the_others_are_written() -> None:
    made = of_cluster(
        large("shop", groups=2, letters=MOST_RULES), large("cart", groups=1, letters=10)
    )
    plan = without_too_large(Plan(target="cluster", changes=tuple(map(Create, made))))
    assert [change.id.name for change in plan.changes] == ["cart"]
    assert [item.id.name for item in plan.blocked] == ["shop", "shop-part-2"]
    assert plan.blocked[0].why.endswith("bytes, and Kubernetes accepts 524288 for such an object")


def test_a_long_name_keeps_its_beginning_and_ends_with_a_digest() -> None:
    long, other = "x" * 62 + "-a", "x" * 62 + "-b"
    assert object_name("reliability-shop") == "reliability-shop"
    assert len(object_name(long)) == 63
    assert object_name(long) != object_name(other)
    assert object_name(long) == object_name(long)
