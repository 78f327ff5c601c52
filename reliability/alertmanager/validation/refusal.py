"""One reason why Alertmanager refuses a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reliability.finding import Problem
from reliability.location import Location, Pointer, pointer_text

OLD: Final = "0.28"
NEW: Final = "0.33"
READ_THE_PAGE: Final = "see the key on the page Configuration of Alertmanager's documentation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a value is refused; `only_old` means that 0.28 refuses it and 0.33 does not.

    `only_new` means the opposite.
    """

    pointer: Pointer
    message: str
    help: str = READ_THE_PAGE
    only_old: bool = False
    only_new: bool = False
    at_key: bool = False

    def problem_at(self, at: Location) -> Problem:
        """The refusal of what stands in no file, where that is asked for."""
        return Problem(at, self.message, self.help, subject=pointer_text(self.pointer))


def wrong(pointer: Pointer, message: str, *, only_old: bool = False) -> Refusal:
    """A value that cannot be."""
    if not only_old:
        return Refusal(pointer=pointer, message=message)
    return Refusal(
        pointer=pointer,
        message=f"{message}, to Alertmanager {OLD}",
        help=f"use Alertmanager {NEW} or newer",
        only_old=True,
    )


def unknown(pointer: Pointer, table: str, key: str, *, is_new: bool) -> Refusal:
    """A key that no version reads, or that 0.28 does not read."""
    if not is_new:
        message = f"unknown key {key} in {table}"
        help_text = "remove it, or correct its name"
        return Refusal(pointer=pointer, message=message, help=help_text, at_key=True)
    return Refusal(
        pointer=pointer,
        message=f"{key} of {table} is unknown to Alertmanager {OLD}",
        help=f"use Alertmanager {NEW} or newer, or remove it",
        only_old=True,
        at_key=True,
    )
