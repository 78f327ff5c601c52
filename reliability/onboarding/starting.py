"""The first policies of a repository: the shipped ones, without the teams of the example."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Final

from reliability.alert_labels import AlertLabelSet
from reliability.convert.documents import NOBODY

STARTING: Final = ("burn-rates", "error-budget", "notification", "rules", "slo")
OWNER: Final = re.compile(r"^  owner: .*\n", re.MULTILINE)
"""The owner of the shipped policies: a team that a new repository does not have."""

ESCALATION: Final = re.compile(r"(?<=escalateTo: )\[.*\]")
"""People of the shipped example, whom a new repository does not have."""


LABELS: Final = re.compile(r"(?<=alertLabels: )plain\b")


def starting_policies(
    shipped: Path, escalate_to: str = NOBODY, label_set: AlertLabelSet = "plain"
) -> dict[PurePosixPath, str]:
    """Return the text of each policy by path; `shipped` is the folder of the shipped repository.

    `escalate_to` is the handle to escalate a spent error budget to; `label_set` is the set of
    label names of all alerts.
    """
    texts = {PurePosixPath("policies", f"{name}.yaml"): _text(shipped, name) for name in STARTING}
    return {
        path: LABELS.sub(label_set, ESCALATION.sub(f'["{escalate_to}"]', OWNER.sub("", text)))
        for path, text in texts.items()
    }


def _text(shipped: Path, name: str) -> str:
    return (shipped / "policies" / f"{name}.yaml").read_text(encoding="utf-8")
