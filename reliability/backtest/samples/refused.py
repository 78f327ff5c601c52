"""`CannotReplay`: what sample mode does not evaluate, with the reason."""

from __future__ import annotations

from typing import Any


class CannotReplay(ValueError):
    """An expression that is not evaluated to the bit, so that it is not evaluated at all."""


def refuse(tree: Any, reason: str) -> CannotReplay:
    """The exception for a part of an expression."""
    text = " ".join(str(tree.prettify()).split())
    shown = text if len(text) <= 80 else f"{text[:77]}..."
    return CannotReplay(f"{shown}: {reason}")
