"""Formats Markdown for a terminal: headings without marks, examples indented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import click

FENCE: Final = re.compile(r"```\s*(\w*)\s*([\w ]*)")
LABELS: Final = {
    "bad": "Bad",
    "good": "Good",
    "base": "On the base branch",
    "live": "What the server has",
    "evidence": "Result of the backtest",
    "evidence good": "Result of the backtest, good",
}
"""The line above an example, by the words of its fence."""


def terminal_text(page: str) -> str:
    """Return a page for a terminal; headings are bold if the stream has colors."""
    return "\n".join(_lines(page))


def _lines(page: str) -> Iterator[str]:
    inside = False
    for line in page.splitlines():
        fence = FENCE.fullmatch(line)
        if fence is not None:
            inside = not inside
            if inside and fence[2] in LABELS:
                yield f"  {LABELS[fence[2]]}:"
        elif inside:
            yield f"    {line}".rstrip()
        elif line.startswith("#"):
            yield click.style(line.lstrip("# "), bold=True)
        else:
            yield line
