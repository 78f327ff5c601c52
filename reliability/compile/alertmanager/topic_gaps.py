"""Notifications that an Alertmanager of Amazon Managed Prometheus has no SNS topic for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reliability.compile.alertmanager.compiler import CompilerInputs
from reliability.compile.alertmanager.receivers import (
    HEARTBEAT,
    RECEIVER_PREFIX,
    UNROUTED,
    heartbeat,
    unrouted,
)
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.model.targets import AmazonAlertmanagerTarget, SyncTargets
from reliability.resolve.target_gaps import NO_TOPIC


def topic_gaps(catalog: Catalog) -> Iterator[Problem]:
    """Yield the kinds of receivers that would notify nobody without a topic, for each target."""
    declared = catalog.only(SyncTargets)
    for number, target in enumerate(declared.value.spec.targets if declared else ()):
        if declared is None or not isinstance(target, AmazonAlertmanagerTarget):
            continue
        missing = [kind for kind in _notified(catalog, target) if kind not in target.topics]
        if missing:
            at = declared.at("spec", "targets", number, "topics")
            yield NO_TOPIC.problem(at, ", ".join(missing))


def _notified(catalog: Catalog, target: AmazonAlertmanagerTarget) -> list[str]:
    """Return the last part of the names of generated receivers that need a topic.

    They notify somebody, and not with a key of PagerDuty that the target names.
    """
    inputs = CompilerInputs.of(catalog)
    if not inputs.teams:
        return []
    kinds = {
        reach.tier
        for reach in inputs.reaches
        if reach.configs and not _pages(reach.configs, target.secrets)
    }
    if len(unrouted(inputs.teams, inputs.means)) > 1:
        kinds.add(UNROUTED.removeprefix(RECEIVER_PREFIX))
    if list(heartbeat(inputs.means)):
        kinds.add(HEARTBEAT.removeprefix(RECEIVER_PREFIX))
    return sorted(kinds)


def _pages(configs: Mapping[str, Any], secrets: Mapping[str, str]) -> bool:
    """Return whether a receiver notifies PagerDuty with a key in AWS Secrets Manager."""
    return any(page["routing_key_file"] in secrets for page in configs.get("pagerduty_configs", ()))
