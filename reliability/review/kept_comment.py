"""The one comment of a kind below a pull request, found again by its marker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reliability.forge.keep import NoteFailed, Unchecked, Unwritten, keep
from reliability.forge.marker import Marker
from reliability.forge.notes import CommentDraft

if TYPE_CHECKING:
    from reliability.forge.forge import Forge


@dataclass(frozen=True, slots=True)
class KeptComment:
    """The reasons why a comment was not written.

    `unwritten`: the token may not write. `failed`: the forge refused the comment.
    """

    unwritten: tuple[str, ...]
    failed: tuple[str, ...]


def keep_comment(forge: Forge, number: int, kind: str, text: str | None) -> KeptComment:
    """Write or edit the comment of a kind below a pull request; without a text, remove it.

    Raises:
        ForgeError: the comments cannot be read.
    """
    drafts = [] if text is None else [CommentDraft(Marker(kind, str(number)), text)]
    outcomes = list(keep(drafts, forge.comments(number, kind)))
    return KeptComment(
        unwritten=tuple(outcome.why for outcome in outcomes if isinstance(outcome, Unwritten)),
        failed=tuple(
            outcome.why for outcome in outcomes if isinstance(outcome, NoteFailed | Unchecked)
        ),
    )
