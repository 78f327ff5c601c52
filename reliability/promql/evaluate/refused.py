"""`CannotReplay`: what sample mode does not evaluate, with the reason."""

from __future__ import annotations

from typing import Any

from reliability.message import Message
from reliability.promql.parser import shown


class CannotReplay(ValueError):
    """An expression that is not evaluated to the bit, so that it is not evaluated at all."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class WouldFail(CannotReplay):
    """An expression that Prometheus itself answers with an error; `error` is its text."""

    def __init__(self, error: str, detail: str = "") -> None:
        shown = f"{error} ({detail})" if detail else error
        super().__init__(Message("Prometheus answers with an error: {error}", error=shown))
        self.error = error


def refuse(tree: Any, reason: str) -> CannotReplay:
    """The exception for a part of an expression."""
    return CannotReplay(Message("{expression}: {why}", expression=shown(tree), why=reason))
