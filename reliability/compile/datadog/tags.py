"""Names and tags of Datadog objects, in the form in which Datadog stores tags.

https://docs.datadoghq.com/getting_started/tagging/: lower case, at most 200 characters of letters,
digits, `_`, `-`, `:`, `.` and `/`; all others become `_`.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from reliability.resolve.objectives import Objective

LONGEST_TAG: Final = 200
LONGEST_NAME: Final = 150
NO_TAG: Final = re.compile(r"[^a-z0-9_:./-]")
MANAGED: Final = "managed-by:reliability"
KEY: Final = "reliability-key:"


def tag(text: str) -> str:
    """Return a tag as Datadog stores it."""
    return NO_TAG.sub("_", text.lower())[:LONGEST_TAG]


def name_of(objective: Objective, part: str = "") -> str:
    """Return the name of an object of an objective: `<service>/<slo>`, and its part if any.

    A name that would not fit into a tag ends with a digest, so that it stays unique.
    """
    name = tag(f"{objective.service}/{objective.identity}{f'/{part}' if part else ''}")
    if len(name) <= LONGEST_NAME:
        return name
    end = hashlib.sha256(f"{objective.identity}/{part}".encode()).hexdigest()[:16]
    return f"{name[: LONGEST_NAME - 17]}-{end}"


def tags_of(objective: Objective, name: str, *more: str) -> list[str]:
    """Return the tags of an object, sorted: its key, service, team, and others."""
    team = [f"team:{objective.team}"] if objective.team else []
    texts = [MANAGED, f"{KEY}{name}", f"service:{objective.service}", *team, *more]
    return sorted({tag(text) for text in texts})
