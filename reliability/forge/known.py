"""The issues that the dashboard knows by number, in hidden lines of its text.

An issue that was transferred is not listed by its old repository any more. Only by its number can
one tell that it was there, and is somewhere else now.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, unquote

from reliability.forge.marker import SAFE, Marker
from reliability.forge.notes import Issue

DASHBOARD: Final = "dashboard"
"""The kind of the issue that knows the others."""
LINE: Final = re.compile(
    r"^<!-- known (?P<kind>[a-z][a-z-]*) (?P<number>\d{1,9}) (?P<key>[^\s<>]+) -->$", re.MULTILINE
)
MOST: Final = 400
"""Issues that one text has room for, at about 70 characters each."""


def known_lines(issues: Iterable[Issue]) -> Iterator[str]:
    """The hidden lines about issues that are open, and about those that live elsewhere now."""
    kept = [each for each in issues if each.standing == "open" or each.is_elsewhere]
    for issue in kept[:MOST]:
        key = quote(issue.marker.key, safe=SAFE).replace("-", "%2D")
        yield f"<!-- known {issue.marker.kind} {issue.id} {key} -->"


def known_issues(text: str, kind: str) -> dict[int, Marker]:
    """The issues of a kind that a dashboard knows, by number."""
    return {
        int(found["number"]): Marker(kind, unquote(found["key"]))
        for found in LINE.finditer(text)
        if found["kind"] == kind
    }
