"""`history prune` and `history compact`: all that they print, and what is left."""

from datetime import date
from pathlib import Path
from typing import Final

import pytest

from reliability.history.store import Store
from tests.cli.history.test_pull import GOLDEN, NOWHERE, edit, months
from tests.cli.program import in_process, transcript
from tests.golden import Golden
from tests.history.shop import write_shop

COUNTS: Final = "time,bad,total\n2026-08-03T10:00:00Z,1,50\n2026-09-30T23:59:00Z,2,70\n"
LATER: Final = "time,bad,total\n2026-10-01T00:00:00Z,3,80\n"
IMPORT: Final = ("history", "import", "counts.csv", "--format", "csv", "--slo", "checkout")
PRUNE: Final = ("history", "prune")


def stored(root: Path) -> Path:
    """A repository whose store holds minutes of three months."""
    write_shop(root, NOWHERE)
    for text in (COUNTS, LATER):
        (root / "counts.csv").write_text(text)
        assert in_process(*IMPORT, folder=root).code == 0
    assert months(root) == ["2026-08", "2026-09", "2026-10"]
    return root


def test_whole_months_are_pruned(golden: Golden, tmp_path: Path) -> None:
    root = stored(tmp_path)
    asked = ("--today", "2026-10-05", *PRUNE)
    text = transcript(
        root,
        asked,
        (*asked, "--keep-days", "65"),
        (*asked, "--keep-days", "34"),
        ("--quiet", *asked, "--keep-days", "5"),
        (*asked, "--keep-days", "4"),
        (*asked, "--keep-days", "0"),
    )
    golden.check(GOLDEN / "prune.txt", text)
    assert months(root) == ["2026-10"]


@pytest.mark.parametrize(
    ("keep", "left"),
    [
        ("35d", ["2026-08", "2026-09", "2026-10"]),
        ("34d", ["2026-09", "2026-10"]),
        ("6d", ["2026-09", "2026-10"]),
    ],
)
def test_the_policy_says_what_is_kept(tmp_path: Path, keep: str, left: list[str]) -> None:
    root = stored(tmp_path)
    edit(root, "  span: 6d", f"  span: 6d\n  keep: {keep}")
    ended = in_process("--today", "2026-10-05", *PRUNE, folder=root)
    day = {"35d": date(2026, 8, 31), "34d": date(2026, 9, 1), "6d": date(2026, 9, 29)}[keep]
    removed = 3 - len(left)
    assert ended.out == f"{removed} files removed, {day} and later kept\n"
    assert months(root) == left


def test_parts_and_damaged_files_are_taken_care_of(golden: Golden, tmp_path: Path) -> None:
    root = stored(tmp_path)
    first = transcript(root, ("history", "compact"), ("--quiet", "history", "compact"))
    [damaged] = (root / ".reliability").rglob("2026-08.parquet")
    damaged.write_bytes(b"PAR1")
    text = transcript(root, ("history", "compact"), ("history", "compact"))
    golden.check(GOLDEN / "compact.txt", f"{first}\n{text}")
    assert months(root) == ["2026-09", "2026-10"]


def test_another_writer_is_waited_for_by_a_person(tmp_path: Path) -> None:
    root = stored(tmp_path)
    store = Store(root / ".reliability/history")
    with store.writing():
        for command in (("compact",), ("prune", "--keep-days", "4")):
            ended = in_process("history", *command, folder=root)
            reason = f"reliability: another process writes to {store.folder}; wait for it to end\n"
            assert (ended.code, ended.err) == (2, reason)
