"""Common parts of all HTML reports: document, cards, legend, and tables."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256
from typing import Final

from reliability.backtest.report.html.marks import Html, element, place_rules, text
from reliability.backtest.report.html.style import style
from reliability.render.words import ENGLISH, Words, worded

POLICY: Final = "default-src 'none'; base-uri 'none'; form-action 'none'"
FOOTER: Final = worded("This page has no scripts and loads no other files.")
SORTS: Final = worded("This page loads no other files. Its only script sorts tables.")


def document(title: str, parts: Iterable[Html], script: str = "", words: Words = ENGLISH) -> str:
    """Return the whole document, which loads no other files.

    Its policy allows only its own style, and no script but this one.
    """
    shown = element("p", text(f"reliability backtest · {words(SORTS if script else FOOTER)}"))
    body = element("main", parts).markup + element("footer", shown).markup
    own_style = style() + place_rules(body)
    policy = f"{POLICY}; style-src {source_of(own_style)}"
    if script:
        policy += f"; script-src {source_of(script)}"
        body += f"<script>{script}</script>"

    head = (
        '<meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        '<meta name="referrer" content="no-referrer">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{text(title).markup}</title><style>{own_style}</style>"
    )
    return (
        f'<!doctype html>\n<html lang="{words.language}"><head>{head}</head>\n'
        f"<body>{body}</body></html>"
    )


def source_of(content: str) -> str:
    """Return the source of a Content-Security-Policy that allows this style or script alone."""
    return f"'sha256-{base64.b64encode(sha256(content.encode()).digest()).decode()}'"


def card(words: str, old: str, new: str, compares: bool, *, is_worse: bool = False) -> Html:
    """Return one figure of the headline, before and after; `cards` shows several."""
    shown = [text(new)]
    if compares and old != new:
        shown = [element("s", text(old)), element("i", text(" → ")), text(new)]
    name = {"class_": "worse"} if is_worse else {}
    return element("div", [element("dt", text(words)), element("dd", shown, **name)])


def cards(shown: Iterable[Html]) -> Html:
    """Return the figures of the headline."""
    return element("dl", shown, class_="tiles")


def legend(keys: Iterable[tuple[str, str]]) -> Html:
    """Return the meaning of each mark; `keys` are pairs of its classes and words."""
    shown = [
        element("li", [element("span", class_=f"key {name}"), text(words)]) for name, words in keys
    ]
    return element("ul", shown, class_="legend")


def arrows(words: str) -> str:
    """Replace the arrows of terminal output by typographic ones."""
    return words.replace(" -> ", " → ")


def facts_list(lines: Iterable[str]) -> Html:
    """Return a list of lines about the whole report."""
    return element("ul", [element("li", text(arrows(line))) for line in lines], class_="computed")


def folded(summary: str, inside: Html) -> Html:
    """Return a part that is shown when a reader opens it."""
    return element("details", [element("summary", text(summary)), inside])


def panel(title: str, inside: Iterable[Html]) -> Html:
    """Return a section with a heading that belongs to no single alert."""
    return element("section", [element("h2", text(title)), *inside], class_="slo")


def figure_list(figures: Iterable[tuple[str, str]]) -> Html:
    """Return figures with their names, which wrap on a narrow screen."""
    shown = [
        element("div", [element("dt", text(name)), element("dd", text(value))])
        for name, value in figures
    ]
    return element("dl", shown, class_="figures")


SortedCell = tuple[Html, str]
"""A cell, and the value by which a script sorts it."""


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[Html | SortedCell]],
    numbers: Collection[int] = (),
    *,
    class_: str = "cards figures",
    **attributes: str,
) -> Html:
    """Return a table; the first cell of a row names it, and columns of `numbers` are aligned right.

    On a narrow screen, each row becomes a card of its cells with their heads.
    """

    def cell_of(number: int, cell: Html | SortedCell) -> Html:
        inside, sorting = (
            (cell, {}) if isinstance(cell, Html) else (cell[0], {"data_value": cell[1]})
        )
        if not number:
            return element("th", inside, scope="row", **sorting)
        name = _class_of(number, numbers)
        return element("td", inside, data_label=heads[number], **sorting, **name)

    head = [
        element("th", text(word), scope="col", **_class_of(number, numbers))
        for number, word in enumerate(heads)
    ]
    body = [element("tr", [cell_of(*cell) for cell in enumerate(row)]) for row in rows]
    inside = [element("thead", element("tr", head)), element("tbody", body)]
    return element("table", inside, class_=class_, **attributes)


def _class_of(number: int, numbers: Collection[int]) -> dict[str, str]:
    return {"class_": "number"} if number in numbers else {}
