"""Reason why Alertmanager refuses to load a configuration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reliability.finding import Problem
from reliability.location import Location, Pointer, pointer_text
from reliability.message import Message

OLD: Final = "0.28"
NEW: Final = "0.33"
READ_THE_PAGE: Final = Message(
    "see this key on the Configuration page of Alertmanager's documentation"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Refusal of a value, or of its key if `at_key`.

    `only_old`: Alertmanager 0.28 refuses it, and 0.33 does not. `only_new`: the opposite.
    """

    pointer: Pointer
    message: str
    help: str = READ_THE_PAGE
    only_old: bool = False
    only_new: bool = False
    at_key: bool = False

    def problem_at(self, at: Location) -> Problem:
        """Return the problem of a generated value, at the location that declares it."""
        return Problem(at, self.message, self.help, subject=pointer_text(self.pointer))


def wrong(pointer: Pointer, message: str, *, only_old: bool = False) -> Refusal:
    """Return the refusal of a value."""
    if not only_old:
        return Refusal(pointer=pointer, message=message)
    return Refusal(
        pointer=pointer,
        message=Message(
            "{problem} (refused by Alertmanager {version})", problem=message, version=OLD
        ),
        help=Message("use Alertmanager {version} or later", version=NEW),
        only_old=True,
    )


def only_one_of(*keys: str) -> Message:
    """Describe that several keys are set of which only one can be."""
    return Message("only one of {keys} can be set", keys=", ".join(keys))


def unknown(pointer: Pointer, mapping: str, key: str, *, is_new: bool) -> Refusal:
    """Return the refusal of a key that no version knows, or that 0.28 does not know."""
    if not is_new:
        message = Message("unknown key {key} in {mapping}", key=key, mapping=mapping)
        help_text = Message("remove it, or fix its name")
        return Refusal(pointer=pointer, message=message, help=help_text, at_key=True)
    return Refusal(
        pointer=pointer,
        message=Message(
            "unknown key {key} in {mapping} for Alertmanager {version}",
            key=key,
            mapping=mapping,
            version=OLD,
        ),
        help=Message("use Alertmanager {version} or later, or remove the key", version=NEW),
        only_old=True,
        at_key=True,
    )
