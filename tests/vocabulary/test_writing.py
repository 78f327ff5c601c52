"""Files are written whole or not at all, and through no link of the repository."""

import os
import resource
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reliability.writing import (
    ensure_no_link,
    make_folder,
    replace,
    repository_of,
    write_file,
    write_new,
)

Write = Callable[[Path, bytes, Path | None], None]


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A repository in a folder, beside a folder that is not in it."""
    (tmp_path / "top" / ".git").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    return tmp_path / "top"


def test_the_repository_of_a_folder_is_the_working_tree_around_it(top: Path) -> None:
    (top / "a" / "b").mkdir(parents=True)
    assert repository_of(top / "a" / "b") == top
    assert repository_of(top.parent / "outside") == top.parent / "outside"


def test_content_is_written_anew_or_put_behind(top: Path) -> None:
    path = top / "a.txt"
    write_file(path, b"first, and long", top)
    write_file(path, b"second", top)
    write_file(path, b", third", top, append=True)
    assert path.read_bytes() == b"second, third"


def test_a_new_file_gets_its_folder_and_replaces_nothing(top: Path) -> None:
    path = top / "a" / "b" / "c.txt"
    write_new(path, b"one", top)
    with pytest.raises(FileExistsError):
        write_new(path, b"two", top)
    assert path.read_bytes() == b"one"


def test_git_ignores_all_of_the_folder_that_the_tool_keeps(top: Path) -> None:
    write_new(top / ".reliability/site/a.json", b"1", top)
    assert (top / ".reliability/.gitignore").read_bytes() == b"*\n"


def test_a_file_is_replaced_with_its_permissions_and_leaves_nothing_behind(top: Path) -> None:
    path = top / ("long" * 50)
    path.write_bytes(b"old")
    path.chmod(0o640)
    replace(path, b"new", top)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert {each.name for each in top.iterdir()} == {".git", path.name}


def test_a_file_that_is_new_is_replaced_as_well(top: Path) -> None:
    replace(top / "new.txt", b"new", top)
    assert (top / "new.txt").read_bytes() == b"new"


def test_new_files_have_the_permissions_that_the_umask_leaves(top: Path) -> None:
    before = os.umask(0o022)
    try:
        write_file(top / "a", b"", top)
        write_new(top / "b", b"", top)
        replace(top / "c", b"", top)
    finally:
        os.umask(before)
    assert [stat.S_IMODE((top / name).stat().st_mode) for name in "abc"] == [0o644] * 3
    before = os.umask(0)
    try:
        write_new(top / "d", b"", top)
    finally:
        os.umask(before)
    assert stat.S_IMODE((top / "d").stat().st_mode) == 0o666


@contextmanager
def full_disk(space: int) -> Iterator[None]:
    """No file may grow beyond a count of bytes: a limit of the process acts as a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (space, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("write", [write_file, write_new, replace])
def test_a_write_that_ends_early_names_its_file(top: Path, write: Write) -> None:
    with full_disk(4096), pytest.raises(OSError, match="File too large") as failed:
        write(top / "a.txt", b"x" * 5000, top)
    assert failed.value.filename == str(top / "a.txt")
    assert write is write_file or {each.name for each in top.iterdir()} == {".git"}


def test_a_folder_that_could_not_be_ignored_is_ignored_later(top: Path) -> None:
    with full_disk(1), pytest.raises(OSError, match="File too large") as failed:
        make_folder(top / ".reliability/history", top)
    assert failed.value.filename == str(top / ".reliability/.gitignore")
    make_folder(top / ".reliability/history", top)
    assert (top / ".reliability/.gitignore").read_bytes() == b"*\n"


def test_what_cannot_be_replaced_leaves_no_staging_file(top: Path) -> None:
    (top / "folder" / "full").mkdir(parents=True)
    with pytest.raises(OSError, match="folder"):
        replace(top / "folder", b"new", top)
    assert {each.name for each in top.iterdir()} == {".git", "folder"}


@pytest.mark.parametrize("write", [write_file, write_new, replace])
def test_no_write_follows_a_link_of_the_repository(top: Path, write: Write) -> None:
    (top / "link").symlink_to(top.parent / "outside")
    (top / "name").symlink_to(top.parent / "outside" / "file")
    for path, step in ((top / "link" / "file", "link"), (top / "name", "name")):
        with pytest.raises(OSError, match="symbolic link in the repository") as refused:
            write(path, b"x", top)
        assert refused.value.filename == str(top / step)
    assert list((top.parent / "outside").iterdir()) == []


def test_a_link_is_seen_before_dots_take_it_out_of_the_path(top: Path) -> None:
    (top / "link").symlink_to(top.parent / "outside")
    with pytest.raises(OSError, match="symbolic link in the repository"):
        ensure_no_link(top / "link" / ".." / "file", top)
    with pytest.raises(OSError, match="symbolic link in the repository"):
        make_folder(top / "link" / "folder", top)


def test_links_outside_of_the_repository_are_their_owners(top: Path) -> None:
    link = top.parent / "link"
    link.symlink_to(top.parent / "outside")
    ensure_no_link(link / "file", top)
    write_file(link / "file", b"x", top)
    assert (top.parent / "outside" / "file").read_bytes() == b"x"
    (top.parent / "name").symlink_to(top.parent / "outside" / "file")
    write_file(top.parent / "name", b"y", top)
    assert (top.parent / "outside" / "file").read_bytes() == b"y"


def test_without_a_repository_links_are_followed(top: Path) -> None:
    (top / "link").symlink_to(top.parent / "outside")
    make_folder(top / "link" / "folder", None)
    write_file(top / "link" / "folder" / "file", b"x", None)
    assert (top.parent / "outside" / "folder" / "file").read_bytes() == b"x"
