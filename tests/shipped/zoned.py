"""Finds times of the day that do not say their time zone."""

import re
from typing import Final

TIME: Final = re.compile(r"(?<![\d:.+])(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\d:])")
ZONE: Final = re.compile(
    r"\b(UTC|GMT|JST|CET|CEST)\b|:\d\d ?[+-]\d\d(:?\d\d)?\b|:\d\dZ\b|\((UTC|[A-Z]\w+/\w+)\)"
)


def times_without_zone(text: str) -> list[str]:
    """The lines with a time whose zone is named neither there nor in the heading of their table.

    Markdown's backslashes are taken out first. The heading is what stands above without an empty
    line between.
    """
    found = []
    block: list[str] = []
    for line in text.replace("\\", "").splitlines():
        if not line.strip():
            block = []
        block.append(line)
        is_row = line.startswith((" ", "|"))
        if TIME.search(line) and not any(map(ZONE.search, block[:2] if is_row else [])):
            found += [] if ZONE.search(line) else [line]
    return found
