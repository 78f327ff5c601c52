"""Search index in shards: a script for each first character, which a page loads when it is typed.

Scripts and not JSON files, because a page that is opened as a file may load only scripts.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from reliability.site.figures import SiteFigures
from reliability.site.pages.rows import SloRow

WORD: Final = re.compile(r"\w+")
COMMON: Final = 2_000
"""Number of pages from which a word is too common to find one; a shard stays below 1 MB."""


def search_shards(site: SiteFigures) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each shard, and the list of all shards first."""
    entries = [*_entries(site)]
    counts = Counter(word for entry in entries for word in set(_words(entry)))

    shards: dict[str, list[tuple[str, str, str]]] = {}
    for entry in entries:
        keys = {shard(word) for word in _words(entry) if counts[word] <= COMMON}
        for key in sorted(keys):
            shards.setdefault(key, []).append(entry)
    names = json.dumps(sorted(shards), separators=(",", ":"))
    yield "search/index.js", f"reliabilityShards={names};\n".encode()
    for key in sorted(shards):
        listed = json.dumps(shards[key], ensure_ascii=True, separators=(",", ":"))
        yield f"search/{key}.js", f"reliabilityShard({json.dumps(key)},{listed});\n".encode()


def shard(word: str) -> str:
    """Return the shard of a word: its first letter or digit, or the number of its character."""
    first = word[0]
    return first if first.isascii() and first.isalnum() else f"u{ord(first):x}"


def _entries(site: SiteFigures) -> Iterator[tuple[str, str, str]]:
    """Yield title, page (from the folder of a language) and more words of everything to find."""
    for team in site.teams:
        if team:
            yield team, f"teams/{team}.html", ""
    for service, of_service in site.measured.items():
        rows = [SloRow.of(site, figures) for figures in of_service]
        texts = " ".join(f"{row.title} {row.figures.slo}" for row in rows)
        yield service, f"services/{service}.html", f"{texts} {site.team(service)}".strip()


def _words(entry: tuple[str, str, str]) -> list[str]:
    return [word.lower() for word in WORD.findall(f"{entry[0]} {entry[2]}")]
