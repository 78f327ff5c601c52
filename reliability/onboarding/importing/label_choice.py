"""The label names of a repository's alerts, and the edit that chooses the prefixed set."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Final

from reliability.alert_labels import PREFIXED, AlertLabelNames
from reliability.errors import ReliabilityError
from reliability.finding import Edit
from reliability.load.catalog import Catalog
from reliability.load.document import EntryPart, Located
from reliability.load.edit import apply_edits
from reliability.load.loader import load
from reliability.location import SourceSpan
from reliability.model.notification import NotificationPolicy
from reliability.onboarding.starting import starting_policies
from reliability.resolve.alert_labels import alert_label_names
from reliability.resolve.alerts import HEARTBEAT
from reliability.resolve.objectives import objectives
from reliability.resolve.signals import signals

KEY: Final = "alertLabels"
POLICY_FILE: Final = PurePosixPath("policies/notification.yaml")
WRITE_IT: Final = f"write `{KEY}: prefixed` below `spec:` in {POLICY_FILE}"


def settled_label_names(catalog: Catalog) -> AlertLabelNames | None:
    """Return the label names of a repository's alerts; None if they may still be chosen.

    They may as long as the only alerts are heartbeats: renaming the labels of other alerts could
    break their notifications in the middle of an incident.
    """
    names = alert_label_names(catalog)
    has_alerts = any(objective.alerts for objective in objectives(catalog)) or any(
        signal.signal.kind != HEARTBEAT for signal in signals(catalog)
    )
    return names if has_alerts or names == PREFIXED else None


def prefixing(
    catalog: Catalog, shipped: Path
) -> tuple[dict[PurePosixPath, str], dict[PurePosixPath, tuple[str, str]]]:
    """Return new and edited files that choose the prefixed label names.

    New files have their text, edited ones their texts before and after. Without a policy in
    `catalog` the one of `shipped`, the shipped repository, is used.

    Raises:
        ReliabilityError: the form of the policy cannot be edited automatically.
    """
    policy = catalog.only(NotificationPolicy)
    if policy is None:
        policies = starting_policies(shipped, label_set="prefixed")
        return {POLICY_FILE: policies[POLICY_FILE]}, {}

    before = policy.document.text
    after = apply_edits(before, [_edit(policy)])
    changed, findings = load([(policy.document.path, after.encode())])
    if findings or alert_label_names(changed) != PREFIXED:
        raise ReliabilityError(f"{policy.document.path} cannot be edited; {WRITE_IT}")

    return {}, {policy.document.path: (before, after)}


def _edit(policy: Located[NotificationPolicy]) -> Edit:
    """Return an edit of the value, or of a new line before the first key."""
    spec = policy.document.values["spec"]
    if KEY in spec:
        return Edit(policy.at("spec", KEY).span, "prefixed")
    span = policy.at("spec", next(iter(spec)), part=EntryPart.KEY).span
    line = policy.document.text.splitlines()[span.line - 1]
    indent = line[: span.column - 1]
    between = ", " if indent.strip() else f"\n{indent}"
    at = SourceSpan(span.line, span.column, span.line, end_column=span.column)
    return Edit(at, f"{KEY}: prefixed{between}")
