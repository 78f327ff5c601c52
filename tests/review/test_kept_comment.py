"""The comment of a kind below a pull request: written once, edited, removed, or not written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from reliability.errors import ForgeError
from reliability.forge.folder.forge import FolderForge
from reliability.forge.forge import Forge, ReadOnlyError
from reliability.review.kept_comment import KeptComment, keep_comment

KIND = "backtest"
DONE = KeptComment(unwritten=(), failed=())


def texts(forge: FolderForge, number: int = 7) -> list[str]:
    return [comment.text for comment in forge.comments(number, KIND).present()]


def test_it_is_written_edited_and_removed(tmp_path: Path) -> None:
    forge = FolderForge(root=tmp_path)
    assert keep_comment(forge, 7, KIND, None) == DONE
    assert keep_comment(forge, 7, KIND, "first") == DONE
    assert keep_comment(forge, 8, KIND, "other") == DONE
    assert texts(forge) == ["first"]
    assert keep_comment(forge, 7, KIND, "second") == DONE
    assert (texts(forge), texts(forge, 8)) == (["second"], ["other"])
    assert keep_comment(forge, 7, KIND, None) == DONE
    assert (texts(forge), texts(forge, 8)) == ([], ["other"])


@dataclass(slots=True)
class RefusingBoard:
    """A board that refuses writes, or cannot be read after one."""

    error: ForgeError | None
    together: int = 1
    reads: int = 0

    def present(self) -> tuple[Any, ...]:
        self.reads += 1
        if self.reads > 1:
            raise ForgeError("it does not answer any more")
        return ()

    def create(self, drafts: Sequence[Any]) -> None:
        del drafts
        if self.error is not None:
            raise self.error


@dataclass(slots=True)
class RefusingForge:
    """A forge with such a board."""

    board: RefusingBoard
    numbers: list[tuple[int, str]] = field(default_factory=list)

    def comments(self, number: int, kind: str) -> RefusingBoard:
        self.numbers.append((number, kind))
        return self.board


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (ReadOnlyError("the token may not write"), KeptComment(("the token may not write",), ())),
        (ForgeError("it is too long"), KeptComment((), ("it is too long",))),
        (None, KeptComment((), ("it does not answer any more",))),
    ],
)
def test_why_it_was_not_written(error: ForgeError | None, kept: KeptComment) -> None:
    refusing: Any = RefusingForge(RefusingBoard(error))
    forge: Forge = refusing
    assert keep_comment(forge, 7, KIND, "text") == kept
    assert refusing.numbers == [(7, "backtest")]
