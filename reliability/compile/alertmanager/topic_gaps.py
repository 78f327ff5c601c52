"""Notifications that an Alertmanager of Amazon Managed Prometheus has no SNS topic for."""

from __future__ import annotations

from collections.abc import Iterator

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
    """Yield the kinds of receivers that notify somebody and have no topic, for each target."""
    declared = catalog.only(SyncTargets)
    for number, target in enumerate(declared.value.spec.targets if declared else ()):
        if declared is None or not isinstance(target, AmazonAlertmanagerTarget):
            continue
        missing = [kind for kind in _notified(catalog) if kind not in target.topics]
        if missing:
            at = declared.at("spec", "targets", number, "topics")
            yield NO_TOPIC.problem(at, ", ".join(missing))


def _notified(catalog: Catalog) -> list[str]:
    """Return the last part of the names of generated receivers that notify somebody."""
    inputs = CompilerInputs.of(catalog)
    if not inputs.teams:
        return []
    kinds = {reach.tier for reach in inputs.reaches if reach.configs}
    if len(unrouted(inputs.teams, inputs.means)) > 1:
        kinds.add(UNROUTED.removeprefix(RECEIVER_PREFIX))
    if list(heartbeat(inputs.means)):
        kinds.add(HEARTBEAT.removeprefix(RECEIVER_PREFIX))
    return sorted(kinds)
