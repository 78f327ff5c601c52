"""Providers of the sync targets: each reads the managed objects of a target and applies a plan."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from reliability.load.catalog import BASE_ALERTMANAGER
from reliability.model.targets import (
    AlertmanagerTarget,
    AmazonAlertmanagerTarget,
    DatadogTarget,
    FilesTarget,
    GrafanaTarget,
    KubernetesTarget,
    MimirAlertmanagerTarget,
    MimirTarget,
    PagerDutyTarget,
    PrometheusTarget,
    RulerTarget,
    ServerTarget,
    Target,
    ThanosRulerTarget,
    VmalertTarget,
)
from reliability.plan.sync import Provider
from reliability.providers.access import ProviderAccess
from reliability.providers.repository import (
    open_backstage,
    open_codeowners,
    open_files,
    open_kubernetes,
)
from reliability.providers.rulers.opening import open_amazon_alertmanager, open_amazon_prometheus
from reliability.resource import Resource
from reliability.writing import repository_of

if TYPE_CHECKING:
    from reliability.providers.http import HttpServer


def open_prometheus(target: PrometheusTarget, access: ProviderAccess) -> Provider:
    """Open the provider of a Prometheus and the folder of its rule files.

    Raises:
        ProviderError: its host is not allowed.
    """
    from reliability.providers.prometheus import PrometheusProvider

    return PrometheusProvider(**_folder_access(target, access))


def open_alertmanager(target: AlertmanagerTarget, access: ProviderAccess) -> Provider:
    """Open the provider of an Alertmanager and its configuration file.

    Raises:
        ProviderError: its host is not allowed.
    """
    from reliability.providers.alertmanager import AlertmanagerProvider
    from reliability.providers.disk import Disk

    return AlertmanagerProvider(
        target=target.name,
        file=access.root / target.file,
        disk=Disk(writable=access.writable, top=repository_of(access.root)),
        server=_server(target, access),
        owner=access.owner,
        base=access.root / BASE_ALERTMANAGER,
    )


def open_mimir(target: MimirTarget, access: ProviderAccess) -> Provider:
    """Open the provider of the ruler of Mimir or Cortex.

    Raises:
        ProviderError: its host is not allowed.
    """
    from reliability.providers.http import within
    from reliability.providers.object_api import TOGETHER
    from reliability.providers.rulers.api import PATHS
    from reliability.providers.rulers.mimir import MimirProvider

    return MimirProvider(
        target=target.name,
        server=within(_server(target, access, _tenant(target.tenant)), TOGETHER),
        path=PATHS[target.dialect],
        tell=access.tell,
        owner=access.owner,
        reads_evaluations=access.reads_evaluations,
    )


def open_datadog(target: DatadogTarget, access: ProviderAccess) -> Provider:
    """Open the provider of a Datadog site.

    Raises:
        ProviderError: its host is not allowed.
    """
    from reliability.providers.datadog.api import DatadogApi
    from reliability.providers.datadog.opening import open_datadog_server
    from reliability.providers.datadog.provider import DatadogProvider

    keys = (access.secret(target.api_key), access.secret(target.application_key))
    server = open_datadog_server(target, keys, access.allowed_hosts, writable=access.writable)
    access.closing.callback(server.client.close)
    return DatadogProvider(
        target=target.name, api=DatadogApi(server), tell=access.tell, owner=access.owner
    )


def open_mimir_alertmanager(target: MimirAlertmanagerTarget, access: ProviderAccess) -> Provider:
    """Open the provider of the Alertmanager configuration of a tenant.

    Raises:
        ProviderError: its host is not allowed.
    """
    from reliability.providers.mimir_alertmanager import MimirAlertmanagerProvider

    return MimirAlertmanagerProvider(
        target=target.name,
        server=_server(target, access, _tenant(target.tenant)),
        secret=access.secret,
        owner=access.owner,
    )


def open_vmalert(target: VmalertTarget, access: ProviderAccess) -> Provider:
    """Open the provider of a vmalert and the folder of its rule files.

    Raises:
        ProviderError: its host is not allowed.
    """
    from reliability.providers.vmalert import VmalertProvider

    folder = _folder_access(target, access)
    return VmalertProvider(**folder, search_path=access.search_path)


def open_thanos_ruler(target: ThanosRulerTarget, access: ProviderAccess) -> Provider:
    """Open the provider of a Thanos ruler and the folder of its rule files.

    Raises:
        ProviderError: its host is not allowed.
    """
    from reliability.providers.thanos_ruler import ThanosRulerProvider

    return ThanosRulerProvider(**_folder_access(target, access))


def open_pagerduty(target: PagerDutyTarget, access: ProviderAccess) -> Provider:
    """Open the provider of a PagerDuty account.

    Raises:
        ProviderError: its host is not allowed.
    """
    from reliability.providers.pagerduty.opening import open_pagerduty_server
    from reliability.providers.pagerduty.provider import PagerDutyProvider

    token = access.secret(target.token)
    server = open_pagerduty_server(target, token, access.allowed_hosts, writable=access.writable)
    access.closing.callback(server.client.close)
    return PagerDutyProvider(
        target=target.name, server=server, tell=access.tell, owner=access.owner
    )


def open_grafana(target: GrafanaTarget, access: ProviderAccess) -> Provider:
    """Open the provider of a Grafana.

    Raises:
        ProviderError: its host is not allowed.
    """
    from reliability.providers.grafana.opening import open_grafana_server
    from reliability.providers.grafana.provider import GrafanaProvider

    token = access.secret(target.token)
    server = open_grafana_server(target, token, access.allowed_hosts, writable=access.writable)
    access.closing.callback(server.client.close)
    return GrafanaProvider(
        target=target.name, server=server, namespace=target.namespace, owner=access.owner
    )


PROVIDERS: Final[Mapping[str, Callable[[Any, ProviderAccess], Provider]]] = {
    "files": open_files,
    "prometheus": open_prometheus,
    "alertmanager": open_alertmanager,
    "mimir": open_mimir,
    "datadog": open_datadog,
    "pagerduty": open_pagerduty,
    "mimir-alertmanager": open_mimir_alertmanager,
    "amazon-prometheus": open_amazon_prometheus,
    "amazon-alertmanager": open_amazon_alertmanager,
    "vmalert": open_vmalert,
    "thanos-ruler": open_thanos_ruler,
    "kubernetes": open_kubernetes,
    "backstage": open_backstage,
    "codeowners": open_codeowners,
    "grafana": open_grafana,
}
"""Function that opens each provider, by its name in `policies/targets.yaml`."""

EXPERIMENTAL: Final = frozenset(
    (
        *("mimir", "datadog", "pagerduty", "thanos-ruler", "mimir-alertmanager"),
        *("kubernetes", "backstage", "codeowners", "grafana", "amazon-alertmanager"),
    )
)
"""Providers that are tested only with a fake of their server, or of which no server read the files.

All others are stable: their tests run a real server, or a third party's stateful server.
"""


def open_provider(target: Target, access: ProviderAccess) -> Provider:
    """Open the provider of a target, without a request to it.

    Raises:
        ProviderError: the target may not be opened.
        SettingsError: the credential that it refers to is not set.
    """
    return PROVIDERS[target.provider](target, access)


def has_external_routes(target: Target) -> bool:
    """Return whether another repository owns a target's configuration, so that it is only read."""
    return isinstance(target, AlertmanagerTarget) and target.routes == "external"


def wanted_by(target: Target, compiled: Iterable[Resource]) -> Iterator[Resource]:
    """Yield the compiled resources that a target takes, with the target's name in their ids.

    A target takes those of its environments. A folder that no environment names takes all.
    """
    compiled, outputs = tuple(compiled), _outputs(target)
    named = {name for resource in compiled for name in resource.targets or ()}
    takes_all = isinstance(target, FilesTarget) and target.name not in named
    taken: Iterable[Resource] = (
        resource
        for resource in compiled
        if resource.id.target in outputs
        and (takes_all or resource.targets is None or target.name in resource.targets)
    )
    if isinstance(target, MimirAlertmanagerTarget):
        from reliability.providers.rulers.secret_references import with_references

        secrets = target.secrets
        taken = (
            replace(resource, body=with_references(resource.body, secrets)) for resource in taken
        )
    if isinstance(target, AmazonAlertmanagerTarget):
        from reliability.providers.rulers.notification_topics import AmazonNotifications

        notifications = AmazonNotifications(
            region=target.region,
            topics={str(kind): topic for kind, topic in target.topics.items()},
            secrets=target.secrets,
        )
        taken = (replace(resource, body=notifications.applied(resource.body)) for resource in taken)
    if isinstance(target, RulerTarget):
        from reliability.providers.rulers.declared import storable

        taken = storable(taken, target.max_rules_per_group)
    if isinstance(target, KubernetesTarget):
        from reliability.providers.kubernetes.manifests import manifests

        taken = manifests(taken, target)
    for resource in taken:
        yield replace(resource, id=replace(resource.id, target=target.name))


def _outputs(target: Target) -> Collection[str]:
    """Return the compiled outputs that a target takes, by the names of their compilers."""
    match target:
        case FilesTarget() | KubernetesTarget():
            return target.writes
        case MimirAlertmanagerTarget() | AmazonAlertmanagerTarget():
            return ("alertmanager",)
        case RulerTarget() | VmalertTarget() | ThanosRulerTarget():
            return ("prometheus",)
        case GrafanaTarget():
            return ("grafana-api",)
        case _:
            return (target.provider,)


def _tenant(name: str | None) -> dict[str, str]:
    """Return the header that names a tenant."""
    return {"X-Scope-OrgID": name} if name else {}


def _folder_access(
    target: PrometheusTarget | VmalertTarget | ThanosRulerTarget, access: ProviderAccess
) -> dict[str, Any]:
    """Return the arguments of a provider with a folder of rule files and a server to reload."""
    from reliability.providers.disk import Disk
    from reliability.providers.http import with_listings

    return {
        "target": target.name,
        "folder": access.root / target.folder,
        "disk": Disk(writable=access.writable, top=repository_of(access.root)),
        "server": with_listings(_server(target, access)),
        "tell": access.tell,
        "owner": access.owner,
    }


def _server(
    target: ServerTarget, access: ProviderAccess, more: Mapping[str, str] | None = None
) -> HttpServer:
    from reliability.providers.http import open_server

    authorization = access.secret(target.authorization) if target.authorization else None
    server = open_server(
        target, authorization, access.allowed_hosts, writable=access.writable, more=more
    )
    access.closing.callback(server.client.close)
    return server
