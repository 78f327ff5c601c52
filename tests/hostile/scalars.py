"""Numbers, durations, shares and days as nobody writes them, in place of every value there is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.load.document import Document
from reliability.load.edit import Edit, apply_edits
from reliability.load.loader import load
from reliability.location import Pointer
from tests.project.repository import ROOT

WRITTEN: Final = (
    *('"1e-99999999%"', '"1e99999999"', "1e-999999999", "1e308", "-1e308", "5e-324", "1e400"),
    *(
        '"1_0%"',
        '"1_0"',
        "1_0",
        '"１％"',
        '"１%"',
        '"١%"',
        '"١h"',
        '"١"',
        "９９",
        '"९"',
        '"２０２６-01-01"',
    ),
    *("99999999999999w", "999999999999999999w", "9999999d", "3660d", "3661d", "36500d", "1w1w"),
    *("0s", "0d", "-1h", '"+1h"', '"1h "', '" 1h"', "1y", "1ms", "1.5h", "P1D", '""', "h", "1"),
    *("2026-W48-3", "2026-11", "20261125", "0001-01-01", "9999-12-31", "2026-02-30", "0000-01-01"),
    *("1969-12-31", "2200-01-01", "2199-12-31", "1970-01-01", "-2026-01-01", "+12026-01-01"),
    *("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-11-25T24:00:00Z"),
    *("2026-11-25T09:00:00+99:99", "2026-11-25T09:00:60Z", "1970-01-01T00:00:00+14:00"),
    *("2199-12-31T23:59:59-14:00", "2026-11-25 09:00", "1e18", "253402300800", "-1", "0", "-0.0"),
    *(".nan", ".inf", "-.inf", '"nan"', '"inf"', '"NaN%"', '"Infinity%"', "true", "null", "~"),
    *("0x10", "0o17", '"0x10"', "1e-30", "0.9999999999999999999999", "100.0001%", "-0.1%", "200%"),
    *("1" + "0" * 40, "9" * 4000, '"' + "9" * 5000 + '"', '"0.' + "9" * 5000 + '"', "[]", "{}"),
    *('"' + "1h" * 3000 + '"', "1000000000000", "1000000000001", "9223372036854775808"),
)
"""In YAML, as it is written in place of a value."""

FILES: Final = {
    PurePosixPath(path.relative_to(ROOT).as_posix()): path.read_bytes()
    for folder in ("services", "policies")
    for path in sorted((ROOT / folder).rglob("*.y*ml"))
}
OWN: Final = tuple(path for path in FILES if path.name != "alertmanager.base.yml")


def places(path: PurePosixPath) -> list[tuple[Document, Pointer]]:
    """Every scalar of a file, with the document that it is in."""
    catalog, _ = load([(path, FILES[path])], frozenset(FILES))
    found = [
        (located.document, pointer)
        for located in catalog.everything()
        for pointer in _scalars(located.document.values, ())
    ]
    return list(dict.fromkeys(found)) if found else []


def replaced(document: Document, pointer: Pointer, written: str) -> bytes:
    """The file with another value at a place."""
    return apply_edits(document.text, [Edit(document.locate(pointer).span, written)]).encode()


def _scalars(value: Any, pointer: Pointer) -> Iterator[Pointer]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _scalars(inner, (*pointer, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _scalars(inner, (*pointer, index))
    else:
        yield pointer
