"""`CannotReplay`: an expression that sample mode cannot evaluate, with the reason."""

from __future__ import annotations

from typing import Any

from reliability.message import Message
from reliability.promql.parser import shown


class CannotReplay(ValueError):
    """Error: an expression cannot be evaluated bit-identically, so it is not evaluated at all."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class WouldFail(CannotReplay):
    """Error: Prometheus itself fails on the expression; `error` is its message."""

    def __init__(self, error: str, detail: str = "") -> None:
        shown = f"{error} ({detail})" if detail else error
        super().__init__(Message("Prometheus answers with an error: {error}", error=shown))
        self.error = error


def refuse(tree: Any, reason: str) -> CannotReplay:
    """Return the exception for a part of an expression."""
    return CannotReplay(Message("{expression}: {why}", expression=shown(tree), why=reason))
