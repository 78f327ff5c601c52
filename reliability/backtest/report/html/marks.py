"""HTML elements from values; all text is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final

from reliability.render.display import safe
from reliability.timespan import TimeSpan

PLACE: Final = re.compile(r"\bat-\d+(?:_\d+)?(?:-\d+(?:_\d+)?){0,2}\b")
SIDES: Final = ("left", "width", "height")
EDGE: Final = 15.0
"""Distance from an end, in percent, below which a tooltip is aligned to that end."""


@dataclass(frozen=True, slots=True)
class Html:
    """Safe markup; only functions in this module create it from external text."""

    markup: str


def text(value: str) -> Html:
    """Return text for display as it is, without markup, control and direction characters."""
    return Html(escape(safe(value), quote=True))


def element(name: str, inside: Html | Iterable[Html] = (), **attributes: str) -> Html:
    """Return an element with escaped attributes.

    `class_` becomes the attribute `class`, and `data_x` becomes `data-x`.
    """
    parts = (inside,) if isinstance(inside, Html) else inside
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
    )
    return Html(f"<{name}{written}>{''.join(part.markup for part in parts)}</{name}>")


def css_class(word: str) -> str:
    """Return the CSS class of a verdict: `ticket only` has the class `ticket-only`."""
    return word.replace(" ", "-")


def _attribute(value: str) -> str:
    return "&#10;".join(escape(safe(line), quote=True) for line in value.split("\n"))


@dataclass(frozen=True, slots=True)
class Scale:
    """Horizontal position of times within a span, in percent of its width."""

    span: TimeSpan

    def at(self, moment: datetime) -> float:
        """Return 0 for the start of the span and 100 for its end, limited to this range."""
        share = (moment - self.span.start) / self.span.length
        return round(min(max(share, 0.0), 1.0) * 100, 3)

    def place(self, span: TimeSpan, height: float | None = None) -> str:
        """Return the class of the position of a span, which may have a height in percent."""
        left = self.at(span.start)
        return place(left, max(self.at(span.end) - left, 0), height)


def place(left: float, width: float | None = None, height: float | None = None) -> str:
    """Return the class of a position in percent, which `place_rules` defines.

    A style of its own would need a Content-Security-Policy that allows any style.
    """
    numbers = [f"{round(number, 3):g}" for number in (left, width, height) if number is not None]
    return f"at-{'-'.join(numbers)}".replace(".", "_")


def place_rules(markup: str) -> str:
    """Return the style of all positions in a page."""
    return "".join(
        f".{name}{{{_declarations(name)}}}" for name in sorted(set(PLACE.findall(markup)))
    )


def _declarations(name: str) -> str:
    numbers = name.removeprefix("at-").replace("_", ".").split("-")
    return ";".join(f"{side}:{number}%" for side, number in zip(SIDES, numbers, strict=False))


def side_of(at: float) -> str:
    """Return the class that aligns a tooltip to an end of its row; empty in the middle."""
    return " left" if at < EDGE else " right" if at > 100 - EDGE else ""


def tipped(
    tip: str, span: TimeSpan, scale: Scale, *, names: str, inside: Html | None = None
) -> Html:
    """Return a mark with a tooltip for pointer and keyboard; an empty span becomes a point."""
    at = scale.at(span.start)
    where = place(at) if span.start == span.end else scale.place(span)
    return element(
        "div",
        inside or (),
        class_=f"{names}{side_of(at)} {where}",
        tabindex="0",
        data_tip=tip,
        aria_label=tip,
        role="img",
    )
