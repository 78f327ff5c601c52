"""Compiled resources as the objects of one cluster: names, namespace, labels and annotations.

Sources: `app.kubernetes.io/*` are the recommended labels of Kubernetes, `IsDNS1123Subdomain` of its
apimachinery is the form of names, and the annotations are those of the documentation of Argo CD
(sync waves, sync options) and Flux (kustomize-controller, `prune`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any, Final

from reliability.compile.prometheus.sizes import json_size, split_groups
from reliability.model.targets import KubernetesTarget
from reliability.providers.config_map import KEY
from reliability.providers.config_map import KIND as ALERTMANAGER
from reliability.providers.loaded_rules import groups_of
from reliability.resource import Json, Resource

RULES: Final = "manifest"
CLIENT_SIDE: Final = 200_000
"""Bytes of an object, as compact JSON, that a client-side apply can write.

It stores the object in an annotation, and all annotations have at most 262,144 bytes
(`TotalAnnotationSizeLimitB` of apimachinery).
"""
LONGEST_NAME: Final = 63
HASH: Final = 8
SYNC_OPTIONS: Final = "argocd.argoproj.io/sync-options"
BEFORE_RULES: Final[Mapping[str, str]] = {
    "argocd.argoproj.io/sync-wave": "-1",
    SYNC_OPTIONS: "Prune=confirm",
    "kustomize.toolkit.fluxcd.io/prune": "disabled",
}
"""Annotations of Alertmanager's configuration: it is applied before the rules that need its routes,
and no tool removes it by itself, because Alertmanager does not start without one.
"""
OURS: Final[Mapping[str, str]] = {
    "app.kubernetes.io/managed-by": "reliability",
    "app.kubernetes.io/part-of": "reliability",
}


def manifests(resources: Iterable[Resource], target: KubernetesTarget) -> Iterator[Resource]:
    """Yield the objects of a cluster; the rules of a large service are several of them."""
    taken = tuple(resources)
    names = {resource.id.name for resource in taken}
    for resource in taken:
        if resource.id.kind == RULES:
            for part in _parts(resource, names):
                yield _object(part, target)
        elif resource.id.kind == "config":
            yield _object(_config_map(resource), target)
        else:
            yield _object(resource, target)


def object_name(name: str) -> str:
    """Return a name of at most 63 characters; a longer one gets a digest of the whole name."""
    if len(name) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:HASH]
    return f"{name[: LONGEST_NAME - HASH - 1].rstrip('-')}-{digest}"


def _parts(resource: Resource, names: set[str]) -> Iterator[Resource]:
    """Yield a PrometheusRule as one object or several: `shop`, `shop-part-2`."""
    groups = groups_of(_spec(resource.body))
    parts = split_groups(groups)
    free = _free_names(resource.id.name, names)
    for number, part in enumerate(parts):
        if number == 0:
            yield resource if len(parts) == 1 else _with_groups(resource, part)
        else:
            name = next(free)
            names.add(name)
            metadata = {**_mapping(resource.body, "metadata"), "name": f"reliability-{name}"}
            of_part = replace(resource, body={**resource.body, "metadata": metadata})
            yield replace(_with_groups(of_part, part), id=replace(resource.id, name=name))


def _free_names(name: str, names: set[str]) -> Iterator[str]:
    return (part for number in count(2) if (part := f"{name}-part-{number}") not in names)


def _with_groups(resource: Resource, groups: list[dict[str, Any]]) -> Resource:
    spec: dict[str, Json] = {**_spec(resource.body), "groups": [*groups]}
    return replace(resource, body={**resource.body, "spec": spec})


def _config_map(resource: Resource) -> Resource:
    """Return the configuration of Alertmanager in a ConfigMap.

    It has no secret, only paths of files with one (`*_file`). An AlertmanagerConfig cannot refer to
    these, and has a matcher of its namespace in each route (`matcherStrategy`).
    """
    body: dict[str, Json] = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "reliability-alertmanager",
            "labels": {**OURS},
            "annotations": {**BEFORE_RULES},
        },
        "data": {KEY: dict(resource.body)},
    }
    return replace(resource, id=replace(resource.id, kind=ALERTMANAGER), body=body)


def _object(resource: Resource, target: KubernetesTarget) -> Resource:
    """Return an object with the metadata of a target."""
    metadata = _mapping(resource.body, "metadata")
    labels = {**OURS, **_mapping(metadata, "labels"), **target.labels}
    annotations = {**_mapping(metadata, "annotations"), **target.annotations}
    if SYNC_OPTIONS not in annotations and json_size(resource.body) > CLIENT_SIDE:
        annotations[SYNC_OPTIONS] = "ServerSideApply=true"

    made: dict[str, Json] = {"name": object_name(str(metadata["name"]))}
    if target.namespace:
        made["namespace"] = target.namespace
    made["labels"] = {**labels}
    if annotations:
        made["annotations"] = {**annotations}
    return replace(resource, body={**resource.body, "metadata": made})


def _spec(body: Mapping[str, Json]) -> Mapping[str, Json]:
    return _mapping(body, "spec")


def _mapping(body: Mapping[str, Json], key: str) -> Mapping[str, Json]:
    value = body.get(key)
    return value if isinstance(value, Mapping) else {}
