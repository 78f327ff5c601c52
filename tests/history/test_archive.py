"""An archive of history is unpacked as a whole, and never outside of its folder."""

import io
import zipfile
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from reliability.errors import SourceError
from reliability.history.archive import ArchiveLimits, unpack


def archive(**files: bytes) -> io.BytesIO:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    written.seek(0)
    return written


def test_files_and_folders_come_out_as_they_are(tmp_path: Path) -> None:
    folder = tmp_path / ".reliability" / "history"
    files = {"a/b.parquet": b"1", "c.json": b"2", "d/e/f": b"3"}
    assert unpack(archive(**files), tmp_path, folder) == 3
    assert {name: (folder / name).read_bytes() for name in files} == files
    assert [path.name for path in folder.parent.iterdir()] == ["history"]


@pytest.mark.parametrize("name", ["../a", "a/../../b", "/etc/a", "..\\a"])
def test_a_name_that_leads_out_is_refused_and_nothing_is_changed(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "history"
    folder.mkdir()
    (folder / "kept").write_bytes(b"")
    with pytest.raises(SourceError, match="outside"):
        unpack(archive(**{"good": b"1", name: b"2"}), tmp_path, folder)
    assert [path.name for path in folder.iterdir()] == ["kept"]
    assert [path.name for path in tmp_path.iterdir()] == ["history"]


def test_what_is_not_an_archive_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not a readable archive"):
        unpack(io.BytesIO(b"not found"), tmp_path, tmp_path / "history")
    cut = archive(a=b"x" * 1000).getvalue()[:-40]
    with pytest.raises(SourceError, match="not a readable archive"):
        unpack(io.BytesIO(cut), tmp_path, tmp_path / "history")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_archive_is_refused_or_read(method: int, seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as opened:
        opened.writestr("äää", random.randbytes(50) * 100)
    name = b"\xff\xfe\xff" * 2 if seed % 4 == 0 else b"aaaaaa"
    content = bytearray(written.getvalue().replace("äää".encode(), name))
    for _ in range(5):
        content[random.randrange(36, len(content))] ^= 255
    with suppress(SourceError):
        unpack(io.BytesIO(content), tmp_path, tmp_path / "history")


def test_a_file_that_comes_twice_is_refused(tmp_path: Path) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as opened:
        opened.writestr("a", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            opened.writestr("a", b"2")
    written.seek(0)
    with pytest.raises(SourceError):
        unpack(written, tmp_path, tmp_path / "history")


def test_an_archive_takes_the_place_of_a_folder_and_leaves_nothing_beside(tmp_path: Path) -> None:
    folder = tmp_path / ".reliability" / "history"
    folder.mkdir(parents=True)
    (folder / "old").write_bytes(b"old")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.mkdir("empty")
        opened.writestr("new", b"c" * 3_000_000)
    assert unpack(packed, tmp_path, folder) == 1
    assert [path.name for path in folder.iterdir()] == ["new"]
    assert (folder / "new").read_bytes() == b"c" * 3_000_000
    assert [path.name for path in folder.parent.iterdir()] == ["history"]
    assert ArchiveLimits() == ArchiveLimits(files=200_000, size=8_589_934_592)


@pytest.mark.parametrize(
    ("files", "limits", "why"),
    [
        (2, ArchiveLimits(files=2), ""),
        (3, ArchiveLimits(files=2), "the stored history has 3 files, limit 2"),
        (1200, ArchiveLimits(files=1199), "the stored history has 1,200 files, limit 1,199"),
        (3, ArchiveLimits(size=3000), ""),
        (3, ArchiveLimits(size=2999), "the stored history unpacks to more than 2,999 bytes"),
        (3, ArchiveLimits(size=1), "the stored history unpacks to more than 1 bytes"),
    ],
)
def test_an_archive_has_limits(tmp_path: Path, files: int, limits: ArchiveLimits, why: str) -> None:
    packed = archive(**{f"{number}": b"x" * 1000 for number in range(files)})
    folder = tmp_path / "history"
    if not why:
        assert unpack(packed, tmp_path, folder, limits) == files
        return
    with pytest.raises(SourceError) as refused:
        unpack(packed, tmp_path, folder, limits)
    assert str(refused.value) == why
    assert list(tmp_path.iterdir()) == []


def test_a_folder_behind_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there")
    for folder in (tmp_path / "link" / "history", tmp_path / "link"):
        with pytest.raises(SourceError) as refused:
            unpack(io.BytesIO(), tmp_path, folder)
        assert str(refused.value) == "link is a symbolic link; remove it"
    assert list((tmp_path / "there").iterdir()) == []


def test_a_folder_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SourceError) as refused:
        unpack(io.BytesIO(), tmp_path, tmp_path / "file" / "history")
    assert str(refused.value).startswith(f"{tmp_path}/file/history cannot be written: ")
