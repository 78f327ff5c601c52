"""Targets of files in the repository, with what a contract test needs of each."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from reliability.compile.code_owners import IDENTITY, lines_body
from reliability.model.targets import KubernetesTarget
from reliability.plan.held import Owner
from reliability.plan.sync import Provider
from reliability.providers.backstage import entity_places
from reliability.providers.codeowners import CodeOwnersProvider
from reliability.providers.disk import Disk
from reliability.providers.files import FilesProvider, output_places
from reliability.providers.kubernetes.manifests import manifests
from reliability.providers.kubernetes.places import manifest_places
from reliability.providers.shelf import FolderPlace
from reliability.resource import Json, Resource, ResourceId
from tests.providers.rewriting import put_text, replacing, rewrite_file
from tests.providers.worlds import (
    EXPR,
    TARGET,
    WANTED,
    World,
    config,
    of_rules,
    replace_first_expr,
)

CLUSTER = KubernetesTarget(
    name=TARGET, provider="kubernetes", namespace="monitoring", labels={"release": "shop"}
)


def provider(
    places: dict[str, FolderPlace], writable: bool, owner: Owner | None = None
) -> Provider:
    disk = Disk(writable=writable, durable=False)
    return FilesProvider(target=TARGET, places=places, disk=disk, owner=owner)


@contextmanager
def files(folder: Path) -> Iterator[World]:
    places = output_places(folder, ("prometheus", "alertmanager"))
    yield of_rules(partial(provider, places), folder / "prometheus", None)


def manifest(rules: Resource) -> Resource:
    """The PrometheusRule of a rule file, as its compiler makes it."""
    name = rules.id.name
    body: dict[str, Json] = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": f"reliability-{name}"},
        "spec": dict(rules.body),
    }
    return Resource(ResourceId(TARGET, "manifest", name), body)


def of_cluster(*resources: Resource) -> tuple[Resource, ...]:
    return tuple(manifests(resources, CLUSTER))


@contextmanager
def kubernetes(folder: Path) -> Iterator[World]:
    places = manifest_places(folder)
    file = folder / "attendance.prometheusrule.yaml"
    yield World(
        open=partial(provider, places),
        wanted=of_cluster(*map(manifest, WANTED)),
        other=of_cluster(manifest(replace_first_expr()))[0],
        path=f"spec.{EXPR}",
        rewrite=partial(rewrite_file, file),
        edited=("ratio > 1", "ratio > 2"),
        put_foreign=lambda: put_text(file),
        read_foreign=file.read_bytes,
    )


@contextmanager
def config_map(folder: Path) -> Iterator[World]:
    places = manifest_places(folder)
    file = folder / "alertmanager.configmap.yaml"
    yield World(
        open=partial(provider, places),
        wanted=of_cluster(config()),
        other=of_cluster(config(wait="10s"))[0],
        path="data.alertmanager.yml.route.group_wait",
        rewrite=partial(rewrite_file, file),
        edited=("30s", "10s"),
        put_foreign=lambda: put_text(file),
        read_foreign=file.read_bytes,
    )


def component(name: str, lifecycle: str = "production") -> Resource:
    body: dict[str, Json] = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": name},
        "spec": {"type": "service", "lifecycle": lifecycle, "owner": "group:default/sales"},
    }
    return Resource(ResourceId(TARGET, "component", name), body)


@contextmanager
def backstage(folder: Path) -> Iterator[World]:
    places = entity_places(folder)
    file = folder / "components" / "cart.yaml"
    yield World(
        open=partial(provider, places),
        wanted=(component("cart"), component("shop")),
        other=component("cart", "deprecated"),
        path="spec.lifecycle",
        rewrite=partial(rewrite_file, file),
        edited=("production", "deprecated"),
        put_foreign=lambda: put_text(file),
        read_foreign=file.read_bytes,
    )


def owners(*lines: str) -> Resource:
    body: Any = lines_body([*lines])
    return Resource(ResourceId(TARGET, IDENTITY.kind, IDENTITY.name), body)


@contextmanager
def codeowners(folder: Path) -> Iterator[World]:
    file = folder / "CODEOWNERS"
    file.write_text("* @acme/everybody\n")

    def open_(writable: bool, owner: Owner | None = None) -> Provider:
        disk = Disk(writable=writable, durable=False)
        return CodeOwnersProvider(target=TARGET, root=folder, disk=disk, owner=owner)

    yield World(
        open=open_,
        wanted=(owners("/services/cart/ @acme/sales", "/services/shop/ @acme/shop"),),
        other=owners("/services/cart/ @acme/carts", "/services/shop/ @acme/shop"),
        path="lines[/services/cart/].owners",
        rewrite=partial(rewrite_file, file),
        edited=("@acme/sales", "@acme/carts"),
        put_foreign=lambda: rewrite_file(file, replacing("*", "# reliability: begin\n*")),
        read_foreign=file.read_bytes,
    )


WORLDS = {
    "files": files,
    "kubernetes": kubernetes,
    "config-map": config_map,
    "backstage": backstage,
    "codeowners": codeowners,
}
