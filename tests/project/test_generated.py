"""Generated files are fresh, and the generator tells what is stale, missing and left over."""

from pathlib import Path

from tools.generate import GENERATORS, ROOT, stale, write
from tools.generated import Generated


def pages() -> Generated:
    return Generated(files={"pages/a.md": "a\n", "pages/b.md": "b\n"}, folders=("pages/*.md",))


def test_generated_files_are_fresh() -> None:
    assert list(stale(GENERATORS, ROOT)) == []


def test_after_writing_nothing_is_stale(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "old.md").write_text("old\n")
    touched = list(write((pages,), tmp_path))
    assert touched == ["pages/a.md: written", "pages/b.md: written", "pages/old.md: removed"]
    assert list(stale((pages,), tmp_path)) == []
    assert list(write((pages,), tmp_path)) == []


def test_what_differs_is_missing_or_is_left_over_is_stale(tmp_path: Path) -> None:
    list(write((pages,), tmp_path))
    (tmp_path / "pages" / "a.md").write_text("edited\n")
    (tmp_path / "pages" / "b.md").unlink()
    (tmp_path / "pages" / "c.md").write_text("c\n")
    assert list(stale((pages,), tmp_path)) == [
        "pages/a.md: not what would be generated",
        "pages/b.md: not what would be generated",
        "pages/c.md: no longer generated",
    ]
