"""Names, metadata and limits of the objects of a cluster, at and beside each limit."""

import hashlib
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.compile.prometheus.sizes import json_size
from reliability.model.targets import KubernetesTarget
from reliability.plan.change import Blocked, Change, Claim, Create, Delete, Reload, Update
from reliability.plan.plan import Plan
from reliability.providers.kubernetes.limits import MOST, MOST_RULES, without_too_large
from reliability.providers.kubernetes.manifests import CLIENT_SIDE, manifests, object_name
from reliability.providers.kubernetes.places import manifest_places
from reliability.render.yaml_text import yaml_text
from reliability.resource import Resource, ResourceId

OURS: Final = {
    "app.kubernetes.io/managed-by": "reliability",
    "app.kubernetes.io/part-of": "reliability",
}
SYNC_OPTIONS: Final = "argocd.argoproj.io/sync-options"


def target(**more: Any) -> KubernetesTarget:
    return KubernetesTarget(name="cluster", provider="kubernetes", **more)


def made(kind: str = "perses-resource", name: str = "shop", **body: Any) -> Resource:
    return Resource(ResourceId("cluster", kind, name), body)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a", "a"),
        ("x" * 63, "x" * 63),
        ("x" * 64, "x" * 54 + "-DIGEST"),
        ("x" * 53 + "-" * 11, "x" * 53 + "-DIGEST"),
        ("x" * 54 + "-" + "y" * 20, "x" * 54 + "-DIGEST"),
    ],
)
def test_a_name_has_at_most_63_characters_and_no_two_dashes(name: str, shown: str) -> None:
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    assert object_name(name) == shown.replace("DIGEST", digest)


@pytest.mark.parametrize(
    ("settings", "metadata", "shown"),
    [
        ({}, {}, {"labels": OURS}),
        ({}, {"uid": "u", "namespace": "theirs"}, {"labels": OURS}),
        ({"namespace": "monitoring"}, {}, {"namespace": "monitoring", "labels": OURS}),
        (
            {"labels": {"release": "b", "c": "d"}},
            {"labels": {"release": "a", "grafana": "1", "app.kubernetes.io/part-of": "x"}},
            {
                "labels": {
                    **OURS,
                    "app.kubernetes.io/part-of": "x",
                    "release": "b",
                    "grafana": "1",
                    "c": "d",
                }
            },
        ),
        (
            {"annotations": {"a": "target"}},
            {"annotations": {"a": "made", "b": "made"}},
            {"labels": OURS, "annotations": {"a": "target", "b": "made"}},
        ),
        ({}, {"labels": None, "annotations": []}, {"labels": OURS}),
    ],
)
def test_an_object_has_the_metadata_of_the_target(
    settings: dict[str, Any], metadata: dict[str, Any], shown: dict[str, Any]
) -> None:
    resource = made(kind="config-map", data={"a": "b"}, metadata={"name": "x", **metadata})
    [object_] = manifests([resource], target(**settings))
    assert object_.id == resource.id
    assert object_.body == {"data": {"a": "b"}, "metadata": {"name": "x", **shown}}
    namespace_first = ["name", *(["namespace"] if "namespace" in shown else []), "labels"]
    body: Any = object_.body
    assert [*body["metadata"]][: len(namespace_first)] == namespace_first


@pytest.mark.parametrize(
    ("size", "annotations", "option"),
    [
        (CLIENT_SIDE, {}, None),
        (CLIENT_SIDE + 1, {}, "ServerSideApply=true"),
        (CLIENT_SIDE + 1, {SYNC_OPTIONS: "Prune=false"}, "Prune=false"),
    ],
)
def test_an_object_that_is_too_large_for_an_annotation_is_applied_by_the_server(
    size: int, annotations: dict[str, str], option: str | None
) -> None:
    body: dict[str, Any] = {"metadata": {"name": "x"}, "data": ""}
    body["data"] = "x" * (size - json_size(body))
    assert json_size(body) == size == {0: 200_000, 1: 200_001}[size - CLIENT_SIDE]
    [object_] = manifests([made(**body)], target(annotations=annotations))
    metadata: Any = object_.body["metadata"]
    assert metadata.get("annotations", {}).get(SYNC_OPTIONS) == option


def test_the_configuration_of_alertmanager_is_a_config_map() -> None:
    config: dict[str, Any] = {"route": {"receiver": "a"}, "receivers": [{"name": "a"}]}
    resource = Resource(ResourceId("cluster", "config", "alertmanager"), config)
    [object_] = manifests([resource], target(annotations={SYNC_OPTIONS: "Prune=false"}))
    assert object_.id == ResourceId("cluster", "alertmanager-config-map", "alertmanager")
    assert object_.body == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "reliability-alertmanager",
            "labels": OURS,
            "annotations": {
                "argocd.argoproj.io/sync-wave": "-1",
                SYNC_OPTIONS: "Prune=false",
                "kustomize.toolkit.fluxcd.io/prune": "disabled",
            },
        },
        "data": {"alertmanager.yml": config},
    }


def sized(kind: str, bytes_: int, name: str = "shop") -> Resource:
    """An object whose YAML has so many bytes; its letters have two each."""
    empty = len(yaml_text({"data": "é"}).encode()) - 2
    count, odd = divmod(bytes_ - empty, 2)
    resource = made(kind, name, data="é" * count + "x" * odd)
    assert len(yaml_text(resource.body).encode()) == bytes_
    return resource


@pytest.mark.parametrize(
    ("kind", "size", "limit"),
    [
        ("manifest", 524_288, None),
        ("manifest", 524_289, 524_288),
        ("config-map", 524_289, None),
        ("config-map", 1_048_576, None),
        ("config-map", 1_048_577, 1_048_576),
        ("perses-resource", 1_048_577, 1_048_576),
    ],
)
def test_an_object_that_is_larger_than_its_limit_is_blocked(
    kind: str, size: int, limit: int | None
) -> None:
    large, small = sized(kind, size), made(kind, "small", data="")
    earlier = Blocked(small.id, "held")
    writes: list[Change] = [Create(large), Update(small, large), Claim(large)]
    for change in writes:
        changes = (Create(small), change)
        plan = without_too_large(Plan(target="cluster", changes=changes, blocked=(earlier,)))
        if limit is None:
            assert (plan.changes, plan.blocked) == (changes, (earlier,))
        else:
            why = f"{size} bytes, and Kubernetes accepts {limit} for such an object"
            assert plan.changes == (Create(small),)
            assert plan.blocked == (earlier, Blocked(large.id, why))


def test_an_object_that_is_deleted_or_loaded_again_may_have_any_size() -> None:
    large = sized("manifest", MOST_RULES + 1)
    changes = (Delete(large), Reload(sized("config-map", MOST + 1).id, "it is stale"))
    plan = Plan(target="cluster", changes=changes)
    assert without_too_large(plan) == plan


def test_each_kind_has_files_of_its_own_in_one_folder() -> None:
    names = {kind: str(place.path_of("shop")) for kind, place in manifest_places(Path("f")).items()}
    assert names == {
        "manifest": "f/shop.prometheusrule.yaml",
        "config-map": "f/shop.dashboard.yaml",
        "perses-resource": "f/shop.persesdashboard.yaml",
        "alertmanager-config-map": "f/shop.configmap.yaml",
    }


def rules(name: str, *groups: str, letters: int = 10) -> Resource:
    """A PrometheusRule with groups of one rule."""
    listed = [
        {"name": group, "rules": [{"record": "a", "expr": "x" * letters}]} for group in groups
    ]
    metadata = {"name": f"reliability-{name}", "labels": {"a": "b"}}
    return made("manifest", name, apiVersion="v1", metadata=metadata, spec={"groups": listed})


def test_parts_of_rules_have_the_rest_of_the_object_and_free_names() -> None:
    large = rules("shop", "one", "two", "three", letters=399_000)
    others = rules("shop-part-2", "a"), rules("shop-part-4", "b")
    objects: list[Any] = [*manifests([large, *others, large], target())]
    assert [
        (one.id.name, one.body["metadata"]["name"], [g["name"] for g in one.body["spec"]["groups"]])
        for one in objects
    ] == [
        ("shop", "reliability-shop", ["one"]),
        ("shop-part-3", "reliability-shop-part-3", ["two"]),
        ("shop-part-5", "reliability-shop-part-5", ["three"]),
        ("shop-part-2", "reliability-shop-part-2", ["a"]),
        ("shop-part-4", "reliability-shop-part-4", ["b"]),
        ("shop", "reliability-shop", ["one"]),
        ("shop-part-6", "reliability-shop-part-6", ["two"]),
        ("shop-part-7", "reliability-shop-part-7", ["three"]),
    ]
    assert {one.body["apiVersion"] for one in objects} == {"v1"}
    assert {one.body["metadata"]["labels"]["a"] for one in objects} == {"b"}


def test_rules_without_groups_are_one_object() -> None:
    [object_] = manifests([made("manifest", metadata={"name": "x"}, spec=None)], target())
    assert object_.body == {"metadata": {"name": "x", "labels": OURS}, "spec": None}
