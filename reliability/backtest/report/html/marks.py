"""HTML from values: every text is escaped on its way in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final

from reliability.render.display import safe
from reliability.timespan import TimeSpan

EDGE: Final = 15.0
"""A tooltip closer to an end than this, in percent, is aligned to that end."""


@dataclass(frozen=True, slots=True)
class Html:
    """Markup that is safe to show; only functions here make it of foreign text."""

    markup: str


def text(said: str) -> Html:
    """A text that is shown as it reads: no markup, no control or direction characters."""
    return Html(escape(safe(said), quote=True))


def element(name: str, inside: Html | Iterable[Html] = (), **attributes: str) -> Html:
    """An element with escaped attributes; `class_` is the attribute `class`, `data_x` `data-x`."""
    parts = (inside,) if isinstance(inside, Html) else inside
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
    )
    return Html(f"<{name}{written}>{''.join(part.markup for part in parts)}</{name}>")


def css_class(word: str) -> str:
    """The class of a fate: `ticket only` has the class `ticket-only`."""
    return word.replace(" ", "-")


def _attribute(value: str) -> str:
    return "&#10;".join(escape(safe(line), quote=True) for line in value.split("\n"))


@dataclass(frozen=True, slots=True)
class Scale:
    """Places a moment between the left and the right end of a span, in percent of its width."""

    span: TimeSpan

    def at(self, moment: datetime) -> float:
        """0 at the start of the span, 100 at its end; never outside."""
        share = (moment - self.span.start) / self.span.length
        return round(min(max(share, 0.0), 1.0) * 100, 3)

    def style(self, span: TimeSpan) -> str:
        """Where a stretch of time lies, as CSS."""
        left = self.at(span.start)
        return f"left:{left:g}%;width:{max(self.at(span.end) - left, 0):g}%"


def side_of(at: float) -> str:
    """The class that aligns a tooltip to an end of its row; empty in the middle."""
    return " left" if at < EDGE else " right" if at > 100 - EDGE else ""


def tipped(
    tip: str, span: TimeSpan, scale: Scale, *, names: str, inside: Html | None = None
) -> Html:
    """A mark with a tooltip, for a pointer and for a keyboard; a span without length is a point."""
    at = scale.at(span.start)
    left = f"left:{at:g}%"
    return element(
        "div",
        inside or (),
        class_=f"{names}{side_of(at)}",
        style=left if span.start == span.end else scale.style(span),
        tabindex="0",
        data_tip=tip,
        aria_label=tip,
        role="img",
    )
