"""Issues that are known by number, in hidden lines of another issue's text.

The dashboard knows those of its own repository; the list of tickets, those of other queues.

An issue that was transferred is not listed by its old repository any more. Only by its number can
one tell that it was there, and is somewhere else now.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, unquote

from reliability.forge.marker import SAFE, Marker
from reliability.forge.notes import Issue

DASHBOARD: Final = "dashboard"
"""The kind of the issue that knows the others."""
LINE: Final = re.compile(
    r"^<!-- known (?P<kind>[a-z][a-z-]*) (?:(?P<repository>[\w.%-]+/[\w.%-]+)#)?"
    r"(?P<number>\d{1,9}) (?P<key>[^\s<>]+) -->$",
    re.MULTILINE,
)
NONE_KNOWN: Final[Mapping[int, Marker]] = MappingProxyType({})
MOST: Final = 400
"""Issues that one text has room for, at about 70 characters each."""


def known_lines(issues: Iterable[Issue]) -> Iterator[str]:
    """The hidden lines about issues of this repository that are worth knowing."""
    return remembered_lines(worth_knowing(issues))


def worth_knowing(issues: Iterable[Issue]) -> dict[int, Marker]:
    """By number, the issues that are open, and those that live elsewhere now."""
    kept = [issue for issue in issues if issue.state == "open" or issue.is_elsewhere]
    return {issue.id: issue.marker for issue in kept[:MOST]}


def remembered_lines(known: Mapping[int, Marker], repository: str = "") -> Iterator[str]:
    """The hidden lines about issues; `repository` is named if it is not that of the text."""
    where = f"{_hidden(repository)}#" if repository else ""
    for number, marker in known.items():
        yield f"<!-- known {marker.kind} {where}{number} {_hidden(marker.key)} -->"


def _hidden(text: str) -> str:
    """No text ends the comment that it stands in."""
    return quote(text, safe=SAFE).replace("-", "%2D")


def known_issues(text: str, kind: str, repository: str = "") -> dict[int, Marker]:
    """The issues of a kind that a text knows, by number: its repository's, or another's."""
    return {
        int(match["number"]): Marker(kind, unquote(match["key"]))
        for match in LINE.finditer(text)
        if match["kind"] == kind and unquote(match["repository"] or "") == repository
    }
