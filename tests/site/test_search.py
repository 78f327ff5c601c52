"""Shards of the search: every word leads to its page, and no shard is large."""

import json
import re
from pathlib import Path
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from reliability.site.search import FIRST, LARGEST, Entry, shard_name, shards_of


def read(entries: list[Entry]) -> dict[str, list[Entry]]:
    """The entries of each shard; the list of shards is that of the files."""
    found: dict[str, list[Entry]] = {}
    listed: list[str] = []
    for name, content in shards_of(entries):
        listed_after = "=" if name == "search/index.js" else "("
        values = json.loads(content.decode().partition(listed_after)[2].rstrip(");\n"))
        if name == "search/index.js":
            listed = values
        else:
            found[Path(name).stem] = [cast(Entry, tuple(entry)) for entry in values]
    assert listed == sorted(found)
    return found


def deepest(shards: dict[str, list[Entry]], word: str) -> list[Entry]:
    """What a page loads when a word is typed: the shard of its longest known beginning."""
    names = [shard_name(word[:length]) for length in range(1, len(word) + 1)]
    return next((shards[name] for name in reversed(names) if name in shards), [])


@given(st.sets(st.text("ab-_é予算09", min_size=1, max_size=6), min_size=1, max_size=40))
def test_every_word_of_a_title_finds_its_page(titles: set[str]) -> None:
    entries: list[Entry] = [(title, f"{number}.html", "") for number, title in enumerate(titles)]
    shards = read(entries)
    for entry in entries:
        for word in re.findall(r"\w+", entry[0].lower()):
            assert entry in deepest(shards, word)


def test_ten_thousand_services_have_small_shards() -> None:
    entries: list[Entry] = [
        (f"service-{number:05}", f"services/service-{number:05}.html", "Requests succeed")
        for number in range(10_000)
    ]
    shards = read(entries)
    assert max(map(len, shards.values())) <= LARGEST
    assert len(shards["service"]) == FIRST
    assert [entry[0] for entry in deepest(shards, "00731") if "00731" in entry[0]] == [
        "service-00731"
    ]


def test_shards_are_named_by_letters_and_digits_alone() -> None:
    assert shard_name("aB0") == "aB0"
    assert shard_name("a_b-é") == "a-5f-b-2d--e9-"
    assert shard_name("予") == "-4e88-"


def test_a_shard_is_divided_above_its_limit() -> None:
    for count in (LARGEST, LARGEST + 1):
        entries: list[Entry] = [(f"a{number % 2}", f"{number}", "") for number in range(count)]
        sizes = {name: len(listed) for name, listed in read(entries).items()}
        whole = {"a": count}
        divided = {"a": FIRST, "a0": (count + 1) // 2, "a1": count // 2}
        assert sizes == (whole if count == LARGEST else divided)


def test_entries_are_found_by_every_word_once() -> None:
    entries: list[Entry] = [("Pay pay", "1.html", "team PAY"), ("Team", "2.html", "")]
    assert read(entries) == {"p": [entries[0]], "t": entries}
