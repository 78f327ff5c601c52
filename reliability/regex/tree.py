"""What a regular expression says, as a small tree; the order of choice, greedy or not, is left out.

Whether a whole text matches does not depend on it.
"""

from __future__ import annotations

import enum
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """Characters from `first` to `last`, both included; in either case where it `folds`."""

    first: str
    last: str
    folds: bool = False

    def holds(self, character: str) -> bool:
        """Whether the character lies in it."""
        if self.folds and self.first == self.last:
            return not cases(character, True).isdisjoint(cases(self.first, True))
        return any(self.first <= each <= self.last for each in cases(character, self.folds))


@dataclass(frozen=True, slots=True)
class Category:
    """Characters of a Unicode general category: `L`, or one of its parts such as `Lu`."""

    name: str
    folds: bool = False

    def holds(self, character: str) -> bool:
        """Whether the character, or where it `folds` its other case, is of the category."""
        return any(
            unicodedata.category(each).startswith(self.name)
            for each in cases(character, self.folds)
        )


@dataclass(frozen=True, slots=True)
class Characters:
    """One character out of a union of parts, or, where negated, one outside of all of them."""

    parts: tuple[Range | Category | Characters, ...]
    negated: bool = False

    def holds(self, character: str) -> bool:
        """Whether the character is meant."""
        return any(part.holds(character) for part in self.parts) != self.negated


class Place(enum.Enum):
    """A condition on a position in the text; it takes no character."""

    TEXT_START = enum.auto()
    TEXT_END = enum.auto()
    LINE_START = enum.auto()
    LINE_END = enum.auto()
    WORD_EDGE = enum.auto()
    NO_WORD_EDGE = enum.auto()

    def holds(self, before: str, after: str) -> bool:
        """Whether it holds between two characters; an empty one stands for the end of the text."""
        match self:
            case Place.TEXT_START:
                return before == ""
            case Place.TEXT_END:
                return after == ""
            case Place.LINE_START:
                return before in ("", "\n")
            case Place.LINE_END:
                return after in ("", "\n")
            case Place.WORD_EDGE:
                return is_word(before) != is_word(after)
            case Place.NO_WORD_EDGE:
                return is_word(before) == is_word(after)


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other; empty, it matches the empty text."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Any one of the branches."""

    branches: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The inner expression, `least` times up to `most`; None stands for no limit."""

    inner: Node
    least: int
    most: int | None


Node = Characters | Place | Sequence | Either | Repeat


def is_word(character: str) -> bool:
    """Whether it is an ASCII letter, digit or underscore."""
    return character.isascii() and (character.isalnum() or character == "_")


def cases(character: str, folds: bool) -> set[str]:
    """A character, and where it folds its other cases and theirs (the long s is an S)."""
    found = {character}
    for _ in range(2 if folds else 0):
        found |= {case for one in found for case in (one.lower(), one.upper()) if len(case) == 1}
    return found


def copies(node: Node) -> int:
    """How many copies of a part the repetitions around it ask for, at most."""
    match node:
        case Characters() | Place():
            return 1
        case Sequence(parts) | Either(parts):
            return max((copies(part) for part in parts), default=1)
        case Repeat(inner, least, most):
            return max(least, most or 1) * copies(inner)
