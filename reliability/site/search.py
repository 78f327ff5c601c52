"""Search index in shards: scripts for beginnings of words, which a page loads when they are typed.

Scripts and not JSON files, because a page that is opened as a file may load only scripts. A shard
has few entries, so that indexing it takes a few milliseconds however many services there are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, TypeAlias

from reliability.site.figures import SiteFigures

WORD: Final = re.compile(r"\w+")
LARGEST: Final = 250
"""Number of pages from which a beginning of words is divided by its next character."""
FIRST: Final = 12
"""Number of pages that are found by a beginning of too many pages: as many as results show."""

Entry: TypeAlias = tuple[str, str, str]
"""Title, page from the folder of a language, and more words."""
WordOfEntry: TypeAlias = tuple[str, int]
"""A word in lower case, and the number of an entry that has it."""


def shards_of(entries: Sequence[Entry]) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each shard, and the list of all shards first."""
    words = sorted({(word, number) for number, one in enumerate(entries) for word in _words(one)})
    shards = dict(_shards("", words))
    names = json.dumps(sorted(shards), separators=(",", ":"))
    yield "search/index.js", f"reliabilityShards={names};\n".encode()
    for key, numbers in sorted(shards.items()):
        shard = [entries[number] for number in numbers]
        listed = json.dumps(shard, ensure_ascii=True, separators=(",", ":"))
        yield f"search/{key}.js", f"reliabilityShard({listed});\n".encode()


def shard_name(beginning: str) -> str:
    """Return the name of the shard of a beginning: other than letters and digits as numbers."""
    return "".join(
        character if character.isascii() and character.isalnum() else f"-{ord(character):x}-"
        for character in beginning
    )


def _shards(beginning: str, words: Sequence[WordOfEntry]) -> Iterator[tuple[str, list[int]]]:
    """Yield the entries of a beginning, and of longer ones if it has too many; words are sorted."""
    numbers = list(dict.fromkeys(number for _, number in words))
    is_divided = len(numbers) > LARGEST or not beginning
    if beginning:
        yield shard_name(beginning), numbers[:FIRST] if is_divided else numbers
    if not is_divided:
        return
    length = len(beginning)
    longer = [word for word in words if len(word[0]) > length]
    for character, of_character in groupby(longer, lambda word: word[0][length]):
        yield from _shards(beginning + character, [*of_character])


def search_entries(site: SiteFigures) -> Iterator[Entry]:
    """Yield title, page (from the folder of a language) and more words of everything to find."""
    for team in site.teams:
        if team:
            yield team, f"teams/{team}.html", ""
    for service, summary in site.services.items():
        texts = " ".join(f"{slo.title} {slo.slo}" for slo in summary.slos)
        yield service, f"services/{service}.html", f"{texts} {summary.team}".strip()


def _words(entry: Entry) -> list[str]:
    return [word.lower() for word in WORD.findall(f"{entry[0]} {entry[2]}")]
