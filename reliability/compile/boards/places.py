"""Environments on the boards: variables, matchers and columns, if the repository declares any.

A variable has all values at first, and its regular expression selects series without the label too:
those of an environment that keeps its series unlabeled.
"""

from __future__ import annotations

from reliability.compile.boards.board import BoardVariable, KeyColumn
from reliability.compile.boards.facts import BoardFacts
from reliability.compile.prometheus.names import TARGET


def place_variables(facts: BoardFacts) -> tuple[BoardVariable, ...]:
    """Return the variables for the environment and its server."""
    return tuple(
        BoardVariable(name=label, title=_title(label), selector=TARGET, label=label, multiple=True)
        for label in facts.places
    )


def place_matchers(facts: BoardFacts) -> tuple[str, ...]:
    """Return the matchers of the chosen environments and servers."""
    return tuple(f'{label}=~"${label}"' for label in facts.places)


def place_columns(facts: BoardFacts) -> tuple[KeyColumn, ...]:
    """Return the columns of the environment and its server."""
    return tuple(KeyColumn(label, _title(label)) for label in facts.places)


def _title(label: str) -> str:
    return label.rpartition("_")[2].capitalize()
