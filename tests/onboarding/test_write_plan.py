"""New files are written, and what is there stays as it is."""

from pathlib import Path, PurePosixPath

import pytest

from reliability.errors import ReliabilityError
from reliability.onboarding.write_plan import WritePlan

A, B, C, D = (PurePosixPath(name) for name in ("a.yaml", "b/b.yaml", "c.yaml", "d.yaml"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "a.yaml").write_text("old")
    (tmp_path / "c.yaml").write_text("same")
    (tmp_path / "d.yaml").mkdir()
    return tmp_path


def test_files_are_new_kept_or_the_same(root: Path) -> None:
    (root / "link.yaml").symlink_to("nowhere")
    link = PurePosixPath("link.yaml")
    plan = WritePlan.of(root, {A: "new", B: "b", C: "same", D: "d", link: "x"})
    assert plan == WritePlan(root=root, new={B: "b"}, kept=(A, D, link), same=(C,), edited={})
    assert list(plan.write()) == [B]
    assert (root / B).read_text() == "b"
    assert (root / A).read_text() == "old"


def test_an_edit_needs_the_text_that_was_read(root: Path) -> None:
    assert list(WritePlan.of(root, {B: "b"}, {A: ("old", "edited")}).write()) == [A, B]
    assert (root / A).read_text() == "edited"
    with pytest.raises(ReliabilityError) as refused:
        list(WritePlan.of(root, {}, {A: ("old", "again")}).write())
    assert str(refused.value).startswith(f"{root / A} changed during the import")
    assert (root / A).read_text() == "edited"


def test_what_cannot_be_written_says_where_and_why(root: Path) -> None:
    outside = root.parent / f"{root.name}-outside"
    outside.mkdir()
    (root / "linked").symlink_to(outside)
    with pytest.raises(ReliabilityError) as refused:
        list(WritePlan.of(root, {PurePosixPath("linked/x.yaml"): "x"}).write())
    assert str(refused.value) == (
        f"{root}/linked cannot be written: it is a symbolic link in the repository, "
        "and writes follow none"
    )
    with pytest.raises(ReliabilityError) as refused:
        list(WritePlan.of(root, {PurePosixPath("a.yaml/x.yaml"): "x"}).write())
    assert str(refused.value).startswith(f"{root}/a.yaml cannot be written: ")
    assert list(outside.iterdir()) == []
