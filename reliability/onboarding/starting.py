"""The policies that a new repository starts with: the shipped ones, without our teams' names."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Final

from reliability.alert_labels import AlertLabelSet
from reliability.convert.documents import NOBODY

STARTING: Final = ("burn-rates", "error-budget", "notification", "rules", "slo")
OWNER: Final = re.compile(r"^  owner: .*\n", re.MULTILINE)
"""Who answers for the shipped policies: a team that a new repository does not have."""

ESCALATION: Final = re.compile(r"(?<=escalateTo: )\[.*\]")
"""People of the shipped example, whom a new repository does not have either."""


LABELS: Final = re.compile(r"(?<=alertLabels: )plain\b")


def starting_policies(
    shipped: Path, escalate_to: str = NOBODY, label_set: AlertLabelSet = "plain"
) -> dict[PurePosixPath, str]:
    """The text of each by its path; `shipped` is the folder of the shipped repository.

    `escalate_to` is the handle that a broken error budget is brought to, `label_set` the names
    of the labels that every alert carries.
    """
    texts = {PurePosixPath("policies", f"{name}.yaml"): _text(shipped, name) for name in STARTING}
    return {
        path: LABELS.sub(label_set, ESCALATION.sub(f'["{escalate_to}"]', OWNER.sub("", text)))
        for path, text in texts.items()
    }


def _text(shipped: Path, name: str) -> str:
    return (shipped / "policies" / f"{name}.yaml").read_text(encoding="utf-8")
