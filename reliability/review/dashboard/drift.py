"""Drift on the dashboard: which objects, and since when, which hidden lines of its text keep."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import quote, unquote

from reliability.forge.marker import normal
from reliability.render.markdown import code
from reliability.render.words import Words
from reliability.review.digest.issue import DriftedTarget
from reliability.review.figures import section, table
from reliability.review.tickets.issue import cut

LINE: Final = re.compile(
    r"^<!-- drift (?P<target>[^\s<>]+) (?P<day>\d{4}-\d\d-\d\d)"
    r"(?P<objects>(?: [0-9a-f]{12})+) -->$",
    re.MULTILINE,
)
KEPT: Final = 1_000
"""The maximum number of objects that are kept, in some 13 characters each."""
TARGETS: Final = 50

Known = Mapping[tuple[str, str], date]
"""Since when an object has drifted, by its target and the digest of its name."""


@dataclass(frozen=True, slots=True)
class DriftRecord:
    """Drift of all targets, and since when; `unread` says why no target was read."""

    targets: tuple[DriftedTarget, ...]
    known: Known
    unread: str = ""

    def now(self, day: date) -> Known:
        """Return since when each object has drifted; what could not be read stays as known."""
        unread = {each.target for each in self.targets if each.unread}
        kept = {key: since for key, since in self.known.items() if self.unread or key[0] in unread}
        return kept | {key: self.known.get(key, day) for key in self._keys()}

    @property
    def is_new(self) -> bool:
        """Whether an object has drifted that had not when the dashboard was last written."""
        return any(key not in self.known for key in self._keys())

    def _keys(self) -> list[tuple[str, str]]:
        keys = [(each.target, _digest(name)) for each in self.targets for name in each.objects]
        return sorted(keys)[:KEPT]

    def lines(self, day: date) -> Iterator[str]:
        """Yield the hidden lines that `known_drift` reads."""
        by_day: dict[tuple[str, date], list[str]] = defaultdict(list)
        for (target, name), since in sorted(self.now(day).items()):
            by_day[target, since].append(name)
        for (target, since), names in by_day.items():
            hidden = quote(target, safe="").replace("-", "%2D")
            yield f"<!-- drift {hidden} {since.isoformat()} {' '.join(names)} -->"

    def section(self, day: date, words: Words) -> Iterator[str]:
        """Yield the section of the dashboard."""
        yield from section(words("Drift"))
        unknown = [*filter(None, (self.unread, *(each.unread for each in self.targets)))]
        for why in unknown:
            yield from ("", words("Not known: {why}", why=code(cut(words.text(why)))))
        since = self.now(day)
        rows = [
            (code(each.target), f"{len(each.objects):,}", _first(each, since).isoformat())
            for each in self.targets
            if each.objects
        ]
        if rows:
            yield from table(
                (words("sync target"), words("objects"), words("since")), rows[:TARGETS]
            )
            yield from (
                "",
                words("{command} shows the differences.", command=code("reliability drift")),
            )
        elif not unknown:
            yield from ("", words("None."))


def known_drift(text: str) -> Known:
    """Return what the text of a dashboard has kept."""
    return {
        (unquote(match["target"]), name): date.fromisoformat(match["day"])
        for match in LINE.finditer(normal(text))
        for name in match["objects"].split()
    }


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def _first(target: DriftedTarget, since: Known) -> date:
    """Return the day since when the first of a target's objects has drifted."""
    return min(since.get((target.target, _digest(name)), date.max) for name in target.objects)
