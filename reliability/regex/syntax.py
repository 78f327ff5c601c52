r"""Text -> tree: RE2's syntax as Go's `regexp` takes it (https://github.com/google/re2/wiki/Syntax).

Not read: Unicode scripts such as `\p{Greek}`. Not RE2, and so refused: lookahead, references.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from reliability.regex.classes import ClassReader, RegexRefusedError
from reliability.regex.tree import Characters, Either, Node, Place, Range, Repeat, Sequence, copies

MOST_REPEATS: Final = 1000
DEEPEST: Final = 100

Counts = tuple[int, int | None]

_COUNTS: Final = re.compile(r"\{(0|[1-9]\d*)(?:(,)(0|[1-9]\d*)?)?\}", re.ASCII)
_GROUP: Final = re.compile(
    r"\(\?(?:P?<(?P<name>[A-Za-z0-9_]+)>|(?P<on>[imsU]*)(?P<off>-[imsU]+)?(?P<end>[:)]))", re.ASCII
)
_PLACES: Final = {
    "A": Place.TEXT_START,
    "z": Place.TEXT_END,
    "b": Place.WORD_EDGE,
    "B": Place.NO_WORD_EDGE,
}
_LINE_BREAK: Final = Range("\n", "\n")


@dataclass(frozen=True, slots=True)
class Flags:
    """What `(?i)`, `(?m)` and `(?s)` switch: case, lines, and whether a dot takes line breaks."""

    folds: bool = False
    lines: bool = False
    dot_takes_all: bool = False

    def changed(self, on: str, off: str) -> Flags:
        """The flags with some letters switched on and others off."""
        return Flags(
            (self.folds or "i" in on) and "i" not in off,
            (self.lines or "m" in on) and "m" not in off,
            (self.dot_takes_all or "s" in on) and "s" not in off,
        )


def parse(pattern: str) -> Node:
    """The tree of a pattern.

    Raises:
        RegexRefusedError: it is none that RE2 reads.
    """
    reader = Reader(pattern)
    tree = reader.alternatives(Flags(), depth=0)
    if not reader.done:
        raise RegexRefusedError("a closing parenthesis has no opening one")
    return tree


class Reader(ClassReader):
    """A pattern, and how far it was read."""

    def alternatives(self, flags: Flags, depth: int) -> Node:
        """Branches up to a closing parenthesis or the end."""
        if depth > DEEPEST:
            raise RegexRefusedError(f"it nests deeper than {DEEPEST} groups")
        branches: list[Node] = []
        parts: list[Node] = []
        while not self.done and self.next != ")":
            if self.take("|"):
                branches.append(Sequence(tuple(parts)))
                parts = []
            elif (counts := self._counts()) is not None:
                self._repeat_last(parts, counts)
            elif (switched := self._switch(flags)) is not None:
                flags = switched
            else:
                parts.extend(self._atom(flags, depth))
        branches.append(Sequence(tuple(parts)))
        return branches[0] if len(branches) == 1 else Either(tuple(branches))

    def _switch(self, flags: Flags) -> Flags | None:
        """The flags from here to the end of the group, where `(?i)` or the like stands here."""
        group = _GROUP.match(self.text, self.at)
        if group is None or group["end"] != ")":
            return None
        self.at = group.end()
        return flags.changed(group["on"] or "", group["off"] or "")

    def _repeat_last(self, parts: list[Node], counts: Counts) -> None:
        self.take("?")
        if self._counts() is not None:
            raise RegexRefusedError("a repetition is repeated without a group around it")
        if not parts:
            raise RegexRefusedError("a repetition has nothing to repeat")
        parts[-1] = Repeat(parts[-1], *counts)
        if copies(parts[-1]) > MOST_REPEATS:
            raise RegexRefusedError(f"its repetitions ask for more than {MOST_REPEATS} copies")

    def _counts(self) -> Counts | None:
        counts: Counts
        for sign, counts in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.take(sign):
                return counts
        found = _COUNTS.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        least = int(found[1][:9])
        most = least if found[2] is None else int(found[3][:9]) if found[3] else None
        if max(least, most or 0) > MOST_REPEATS or (most is not None and most < least):
            raise RegexRefusedError(f"{found[0]} is no repeat count up to {MOST_REPEATS}")
        return least, most

    def _atom(self, flags: Flags, depth: int) -> tuple[Node, ...]:
        """What one sign means; several characters where it starts a quotation."""
        sign = self.step()
        match sign:
            case "(":
                return (self._group(flags, depth),)
            case "[":
                return (self.bracketed(flags.folds),)
            case ".":
                parts = () if flags.dot_takes_all else (_LINE_BREAK,)
                return (Characters(parts, negated=True),)
            case "^":
                return (Place.LINE_START if flags.lines else Place.TEXT_START,)
            case "$":
                return (Place.LINE_END if flags.lines else Place.TEXT_END,)
            case "\\":
                return self._escaped(flags)
            case _:
                return (literal(sign, flags),)

    def _group(self, flags: Flags, depth: int) -> Node:
        group = _GROUP.match(self.text, self.at - 1)
        if group is not None:
            self.at = group.end()
            flags = flags.changed(group["on"] or "", group["off"] or "")
        elif self.next == "?":
            raise RegexRefusedError(f"{self.text[self.at - 1 : self.at + 3]} is no group of RE2")
        inner = self.alternatives(flags, depth + 1)
        if not self.take(")"):
            raise RegexRefusedError("an opening parenthesis is not closed")
        return inner

    def _escaped(self, flags: Flags) -> tuple[Node, ...]:
        sign = self.next
        if sign in _PLACES:
            self.step()
            return (_PLACES[sign],)
        if sign == "Q":
            return self._quotation(flags)
        of_kind = self.kind_of_character(flags.folds)
        if of_kind is not None:
            return (of_kind,)
        return (literal(self.escaped_character(), flags),)

    def _quotation(self, flags: Flags) -> tuple[Node, ...]:
        r"""Everything from `\Q` to `\E`, or to the end, as it stands."""
        end = self.text.find("\\E", self.at)
        quoted = self.text[self.at + 1 : end if end >= 0 else len(self.text)]
        self.at = end + 2 if end >= 0 else len(self.text)
        return tuple(literal(sign, flags) for sign in quoted)


def literal(sign: str, flags: Flags) -> Characters:
    """One character that stands for itself."""
    return Characters((Range(sign, sign, flags.folds),))
