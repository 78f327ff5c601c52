"""The first policies of a repository: the shipped ones, without the teams of the example."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Final

from reliability.alert_labels import AlertLabelSet
from reliability.check.wording import NOBODY

STARTING: Final = ("burn-rates", "error-budget", "notification", "rules", "slo")
OWNER: Final = re.compile(r"^  owner: .*\n", re.MULTILINE)
"""The owner of the shipped policies: a team that a new repository does not have."""

ESCALATION: Final = re.compile(r"(?<=escalateTo: )\[.*\]")
"""People of the shipped example, whom a new repository does not have."""


LABELS: Final = re.compile(r"(?<=alertLabels: )plain\b")


OPTIONAL: Final = ("rules", "slo")
"""Policies that change severities and limits: every one of them has a default."""

DEFAULTS: Final = re.compile(
    r"^  (?:alertLabels: plain|pageBudget:|  perWeek:|  perShift:|language: en|tickets:).*\n",
    re.MULTILINE,
)
"""Lines of the notification policy that say what holds without them."""


def first_policies(shipped: Path) -> dict[PurePosixPath, str]:
    """Return the policies of `init`: those without which something would not work."""
    return {
        path: DEFAULTS.sub("", text).partition("  scopes:\n")[0]
        for path, text in starting_policies(shipped).items()
        if path.stem not in OPTIONAL
    }


def starting_policies(
    shipped: Path, label_set: AlertLabelSet = "plain"
) -> dict[PurePosixPath, str]:
    """Return the text of each policy by path; `shipped` is the folder of the shipped repository.

    `label_set` is the set of label names of all alerts.
    """
    texts = {PurePosixPath("policies", f"{name}.yaml"): _text(shipped, name) for name in STARTING}
    return {
        path: LABELS.sub(label_set, ESCALATION.sub(f'["{NOBODY}"]', OWNER.sub("", text)))
        for path, text in texts.items()
    }


def _text(shipped: Path, name: str) -> str:
    return (shipped / "policies" / f"{name}.yaml").read_text(encoding="utf-8")
