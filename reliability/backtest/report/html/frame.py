"""Common parts of all HTML reports: document, cards, legend, and tables."""

from __future__ import annotations

import base64
from collections.abc import Container, Iterable, Sequence
from hashlib import sha256
from typing import Final

from reliability.backtest.report.html.marks import Html, element, text
from reliability.backtest.report.html.style import STYLE

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
FOOTER: Final = "reliability backtest · this page has no scripts and loads no other files"
SORTS: Final = (
    "reliability backtest · this page loads no other files; its only script sorts a table"
)


def document(title: str, parts: Iterable[Html], script: str = "") -> str:
    """Return the whole document, which loads no other files and runs no script but this one."""
    policy = f"{POLICY}; script-src {script_source(script)}" if script else POLICY
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{text(title).markup}</title><style>{STYLE}</style>"
    )
    footer = element("footer", text(SORTS if script else FOOTER))
    body = element("main", [*parts, footer]).markup
    body += f"<script>{script}</script>" if script else ""
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>{body}</body></html>'


def script_source(script: str) -> str:
    """Return the source of a Content-Security-Policy that allows this script alone."""
    return f"'sha256-{base64.b64encode(sha256(script.encode()).digest()).decode()}'"


def card(words: str, old: str, new: str, compares: bool, *, is_worse: bool = False) -> Html:
    """Return one figure of the headline, before and after."""
    shown = [text(new)]
    if compares and old != new:
        shown = [element("s", text(old)), element("i", text("→")), text(new)]
    name = "card worse" if is_worse else "card"
    return element("div", [element("b", shown), element("span", text(words))], class_=name)


def legend(keys: Iterable[tuple[str, str]]) -> Html:
    """Return the meaning of each mark; `keys` are pairs of its classes and words."""
    shown = [
        element("span", [element("span", class_=f"key {name}"), text(words)])
        for name, words in keys
    ]
    return element("div", shown, class_="legend")


def arrows(words: str) -> str:
    """Replace the arrows of terminal output by typographic ones."""
    return words.replace(" -> ", " → ")


def facts_list(lines: Iterable[str]) -> Html:
    """Return a list of lines about the whole report."""
    return element("ul", [element("li", text(arrows(line))) for line in lines], class_="facts")


def folded(summary: str, inside: Html) -> Html:
    """Return a part that is shown when a reader opens it."""
    return element("details", [element("summary", text(summary)), inside])


def figure_list(figures: Iterable[tuple[str, str]]) -> Html:
    """Return figures with their names, which wrap on a narrow screen."""
    shown = [
        element("div", [element("dt", text(name)), element("dd", text(value))])
        for name, value in figures
    ]
    return element("dl", shown, class_="figures")


def table(heads: Sequence[str], rows: Iterable[Sequence[Html]], wide: Container[int] = ()) -> Html:
    """Return a table; the cells of `wide` columns may wrap.

    On a narrow screen, each row becomes a list of its cells with their heads.
    """
    head = element("tr", [element("th", text(word)) for word in heads])
    body = [
        element(
            "tr",
            [
                element("td", cell, data_label=heads[number], **_class_of(number, wide))
                for number, cell in enumerate(row)
            ],
        )
        for row in rows
    ]
    return element("div", element("table", [head, *body]), class_="scroll")


def _class_of(number: int, wide: Container[int]) -> dict[str, str]:
    return {"class_": "wide"} if number in wide else {}
