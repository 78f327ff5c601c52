"""Providers of a workspace of Amazon Managed Prometheus, opened with AWS credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from reliability.model.targets import (
    AmazonAlertmanagerTarget,
    AmazonPrometheusTarget,
    AmazonTarget,
    ServerTarget,
)
from reliability.plan.sync import Provider
from reliability.providers.access import ProviderAccess

if TYPE_CHECKING:
    from reliability.providers.http import HttpServer


def open_amazon_prometheus(target: AmazonPrometheusTarget, access: ProviderAccess) -> Provider:
    """Open the provider of a workspace of Amazon Managed Prometheus.

    Raises:
        ProviderError: its host is not allowed, there are no AWS credentials, or the extra `aws` is
            not installed.
    """
    from reliability.providers.rulers.amazon_api import AmazonApi
    from reliability.providers.rulers.amazon_prometheus import AmazonPrometheusProvider
    from reliability.providers.rules_api import RulesApi

    api = AmazonApi(_amazon_server(target, access, target.endpoint), target.workspace)
    rules = None
    # Without the host, everything but the errors of evaluations is known.
    if urlsplit(target.prometheus).hostname in access.allowed_hosts:
        server = _amazon_server(target, access, target.prometheus)
        rules = RulesApi(server, f"/workspaces/{target.workspace}")
    return AmazonPrometheusProvider(
        target=target.name,
        api=api,
        tell=access.tell,
        rules=rules,
        owner=access.owner,
        reads_evaluations=access.reads_evaluations,
    )


def open_amazon_alertmanager(target: AmazonAlertmanagerTarget, access: ProviderAccess) -> Provider:
    """Open the provider of the Alertmanager of a workspace of Amazon Managed Prometheus.

    Raises:
        ProviderError: its host is not allowed, there are no AWS credentials, or the extra `aws` is
            not installed.
    """
    from reliability.providers.rulers.amazon_alertmanager import AmazonAlertmanagerProvider
    from reliability.providers.rulers.amazon_definition import AmazonDefinitionApi

    api = AmazonDefinitionApi(_amazon_server(target, access, target.endpoint), target.workspace)
    return AmazonAlertmanagerProvider(target=target.name, api=api, owner=access.owner)


def _amazon_server(target: AmazonTarget, access: ProviderAccess, url: str) -> HttpServer:
    from reliability.providers.http import open_server, within
    from reliability.providers.object_api import TOGETHER
    from reliability.providers.rulers.signing import aws_signature

    server = open_server(
        ServerTarget(name=target.name, url=url, timeout=target.timeout),
        aws_signature(target.name, target.region, target.profile),
        access.allowed_hosts,
        writable=access.writable,
    )
    access.closing.callback(server.client.close)
    return within(server, TOGETHER)
