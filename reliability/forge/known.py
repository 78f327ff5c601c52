"""Issues that are stored by number, in hidden lines of the text of another issue.

The dashboard stores those of its own repository; the list of tickets, those of other queues.

A transferred issue is not listed by its former repository any more. Only a request for its number
shows that it existed there and is in another repository now.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, unquote

from reliability.forge.marker import SAFE, Marker, normal
from reliability.forge.notes import Issue

DASHBOARD: Final = "dashboard"
"""Kind of the issue that stores the others."""
LINE: Final = re.compile(
    r"^<!-- known (?P<kind>[a-z][a-z-]*) (?:(?P<repository>[\w.%-]+/[\w.%-]+)#)?"
    r"(?P<number>\d{1,9}) (?P<key>[^\s<>]+) -->$",
    re.MULTILINE,
)
NONE_KNOWN: Final[Mapping[int, Marker]] = MappingProxyType({})
MAX_ISSUES: Final = 400
"""Maximum number of issues in one text, at about 70 characters each."""


def known_lines(issues: Iterable[Issue]) -> Iterator[str]:
    """Return the hidden lines about the issues of this repository that should be stored."""
    return remembered_lines(linkable_issues(issues))


def linkable_issues(issues: Iterable[Issue]) -> dict[int, Marker]:
    """Return the open and the transferred issues by number, at most `MAX_ISSUES`."""
    kept = [issue for issue in issues if issue.state == "open" or issue.is_elsewhere]
    return {issue.id: issue.marker for issue in kept[:MAX_ISSUES]}


def remembered_lines(known: Mapping[int, Marker], repository: str = "") -> Iterator[str]:
    """Yield the hidden lines about issues; `repository` is empty if it is that of the text."""
    where = f"{_hidden(repository)}#" if repository else ""
    for number, marker in known.items():
        yield f"<!-- known {marker.kind} {where}{number} {_hidden(marker.key)} -->"


def _hidden(text: str) -> str:
    """Escape a text so that it cannot end the HTML comment around it."""
    return quote(text, safe=SAFE).replace("-", "%2D")


def known_issues(text: str, kind: str, repository: str = "") -> dict[int, Marker]:
    """Return the issues of a kind that a text stores for a repository, by number."""
    return {
        int(match["number"]): Marker(kind, unquote(match["key"]))
        # The body of an issue that a person has edited in a browser has other line ends.
        for match in LINE.finditer(normal(text))
        if match["kind"] == kind and unquote(match["repository"] or "") == repository
    }
