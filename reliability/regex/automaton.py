"""Tree -> automaton: whether a whole text matches, in one pass over it.

The construction is Thompson's, the simulation follows all its states at once (Russ Cox, Regular
Expression Matching Can Be Simple And Fast, 2007): time grows with text times pattern, never worse.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from reliability.regex.classes import RegexRefusedError
from reliability.regex.syntax import parse
from reliability.regex.tree import Characters, Either, Node, Place, Repeat, Sequence

MOST_STATES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Fork:
    """Go on at any of these states; where there is none, the text has matched."""

    ways: tuple[int, ...]


State = Characters | Place | Fork


@dataclass(slots=True)
class Automaton:
    """States; a character or a place goes on at the state after its own."""

    states: list[State] = field(default_factory=list)

    def matches(self, text: str) -> bool:
        """Whether the whole text matches."""
        now = self._reach((0,), "", text[:1])
        for index, character in enumerate(text):
            after = text[index + 1 : index + 2]
            taken = [at + 1 for at in now if self._takes(at, character)]
            now = self._reach(taken, character, after)
        return len(self.states) - 1 in now

    def _takes(self, at: int, character: str) -> bool:
        state = self.states[at]
        return isinstance(state, Characters) and state.holds(character)

    def _reach(self, starts: Iterable[int], before: str, after: str) -> set[int]:
        """Every state that can be reached from these without taking a character."""
        reached: set[int] = set()
        ahead = list(starts)
        while ahead:
            at = ahead.pop()
            if at in reached:
                continue
            reached.add(at)
            match self.states[at]:
                case Fork(ways):
                    ahead.extend(ways)
                case Place() as place:
                    ahead.extend([at + 1] if place.holds(before, after) else [])
                case Characters():
                    pass
        return reached

    def add(self, node: Node) -> None:
        """Append the states of a node."""
        match node:
            case Characters() | Place():
                self._append(node)
            case Sequence(parts):
                for part in parts:
                    self.add(part)
            case Either(branches):
                self._add_branches(branches)
            case Repeat(inner, least, most):
                self._add_copies(inner, least, most)

    def finish(self) -> None:
        """Append the state in which the text has matched."""
        self._append(Fork(()))

    def _append(self, state: State) -> int:
        if len(self.states) >= MOST_STATES:
            raise RegexRefusedError(f"it has more than {MOST_STATES} states")
        self.states.append(state)
        return len(self.states) - 1

    def _add_branches(self, branches: tuple[Node, ...]) -> None:
        fork = self._append(Fork(()))
        starts, ends = [], []
        for branch in branches:
            starts.append(len(self.states))
            self.add(branch)
            ends.append(self._append(Fork(())))
        self.states[fork] = Fork(tuple(starts))
        for end in ends:
            self.states[end] = Fork((len(self.states),))

    def _add_copies(self, inner: Node, least: int, most: int | None) -> None:
        for _ in range(least):
            self.add(inner)
        if most is None:
            self._add_loop(inner)
            return
        for _ in range(most - least):
            self._add_optional(inner)

    def _add_loop(self, inner: Node) -> None:
        fork = self._append(Fork(()))
        self.add(inner)
        self._append(Fork((fork,)))
        self.states[fork] = Fork((fork + 1, len(self.states)))

    def _add_optional(self, inner: Node) -> None:
        fork = self._append(Fork(()))
        self.add(inner)
        self.states[fork] = Fork((fork + 1, len(self.states)))


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> Automaton:
    """The automaton of a pattern.

    Raises:
        RegexRefusedError: the pattern is none that RE2 reads, or it is too large.
    """
    automaton = Automaton()
    automaton.add(parse(pattern))
    automaton.finish()
    return automaton


@lru_cache(maxsize=65_536)
def matches_whole(pattern: str, text: str) -> bool:
    """Whether a pattern matches a whole text, as a label's matcher asks.

    Raises:
        RegexRefusedError: the pattern is none that RE2 reads, or it is too large.
    """
    return compiled(pattern).matches(text)
