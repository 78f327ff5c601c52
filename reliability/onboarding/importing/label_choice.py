"""Which label names the alerts of a repository carry, and the edit that chooses the other ones."""

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
    """The names that the alerts of a repository carry; None as long as they may still be chosen.

    A repository whose only alerts are heartbeats has nothing that another choice would rename in
    the middle of an incident.
    """
    names = alert_label_names(catalog)
    has_alerts = any(objective.alerts for objective in objectives(catalog)) or any(
        signal.signal.kind != HEARTBEAT for signal in signals(catalog)
    )
    return names if has_alerts or names == PREFIXED else None


def prefixing(
    catalog: Catalog, shipped: Path
) -> tuple[dict[PurePosixPath, str], dict[PurePosixPath, tuple[str, str]]]:
    """The notification policy that chooses the prefixed names: a new file, or an edited one.

    New files have their text, edited ones their text before and after. `shipped` is the folder of
    the shipped repository, whose policy is taken if `catalog` has none.

    Raises:
        ReliabilityError: the policy is written in a way that is not edited here.
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
    """The value in place of what is written, or a line of its own before the first other key."""
    spec = policy.document.values["spec"]
    if KEY in spec:
        return Edit(policy.at("spec", KEY).span, "prefixed")
    span = policy.at("spec", next(iter(spec)), part=EntryPart.KEY).span
    line = policy.document.text.splitlines()[span.line - 1]
    indent = line[: span.column - 1]
    between = ", " if indent.strip() else f"\n{indent}"
    at = SourceSpan(span.line, span.column, span.line, span.column)
    return Edit(at, f"{KEY}: prefixed{between}")
