"""`format_files` on bytes: the new bytes, or the reason with its line and column."""

import os
from pathlib import Path

import pytest

from reliability.formatting.files import FileChangedError, format_files, yaml_files


def test_a_fifo_is_not_opened_and_a_wide_document_is_left(tmp_path: Path) -> None:
    fifo, wide = tmp_path / "f.yaml", tmp_path / "w.yaml"
    os.mkfifo(fifo)
    wide.write_text("".join(f"k{number}: 1\n" for number in range(60_000)))
    of_fifo, of_wide = format_files([fifo, wide])
    assert (of_fifo.reason, of_fifo.is_unreadable) == ("not a regular file", True)
    assert of_wide.reason.endswith(" values and comments; the limit is 40,000")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a:   1\n", b"a: 1\n"),
        (b"a:   1\r\nb: 2\r\n", b"a: 1\r\nb: 2\r\n"),
        (b"\xef\xbb\xbfa:   1\n", b"\xef\xbb\xbfa: 1\n"),
        (b"\xef\xbb\xbfa:   1\r\n", b"\xef\xbb\xbfa: 1\r\n"),
        ("a:   é\n".encode(), "a: é\n".encode()),
        (b"", b""),
    ],
)
def test_bytes_of_a_formatted_file(tmp_path: Path, before: bytes, after: bytes) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(before)
    [file] = format_files([path])
    assert (file.path, file.before, file.after) == (path, before, after)
    assert (file.reason, file.location, file.is_unreadable) == ("", "", False)
    assert file.is_changed is (before != after)
    file.write(tmp_path)
    assert path.read_bytes() == after


@pytest.mark.parametrize(
    ("content", "reason", "location", "is_unreadable"),
    [
        (b"a: \xff\n", "byte 0xff is not valid UTF-8", ":1:4", True),
        (b"a: 1\nb: \xc3\xa9\x01\n", "character U+0001 is not allowed in YAML", ":2:5", True),
        (b"\n\x01\n", "character U+0001 is not allowed in YAML", ":2:1", True),
        (b"\n\n\na: 1\nb: @x\n", "found character that cannot start any token", ":5:4", True),
        (
            b"a:\n  b: 1\n   c: 2\n",
            "mapping values are not allowed in this context",
            ":3:5",
            True,
        ),
        (
            b"%YAML 1.2\n---\na: 1\n",
            "it has directives (%) or ends of documents (...)",
            "",
            False,
        ),
        (b"a: |+\n  x\n\n", "a value would change", ":1:4", False),
        (b"b: 1\na: !!str 1\n", "a value would change", ":2:4", False),
        (b"- # c\n  # d\n  - a\n", "a comment would move", ":1:3", False),
    ],
)
def test_a_file_that_is_not_formatted_stays_and_has_a_reason(
    tmp_path: Path, content: bytes, reason: str, location: str, is_unreadable: bool
) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    [file] = format_files([path])
    assert (file.reason, file.location, file.is_unreadable) == (reason, location, is_unreadable)
    assert file.after == content
    assert not file.is_changed


def test_a_file_that_does_not_exist(tmp_path: Path) -> None:
    [file] = format_files([tmp_path / "a.yaml"])
    assert (file.reason, file.location) == ("no such file or directory", "")
    assert file.is_unreadable
    assert not file.is_changed


def test_a_file_that_was_changed_after_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a:   1\n", encoding="utf-8")
    [file] = format_files([path])
    path.write_text("a:   2\n", encoding="utf-8")
    with pytest.raises(FileChangedError, match=r"a\.yaml was changed by another program"):
        file.write(tmp_path)
    assert path.read_text(encoding="utf-8") == "a:   2\n"


def test_only_yaml_files_are_taken_and_no_base_of_alertmanager(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "deeper").mkdir(parents=True)
    for name in ("a.yaml", "b.yml", "c.json", "d.txt", "alertmanager.base.yml", "deeper/e.yaml"):
        (folder / name).write_text("{}\n", encoding="utf-8")
    alone = [tmp_path / name for name in ("x.yml", "y.json", "z.yaml")]
    names = [path.relative_to(tmp_path).as_posix() for path in yaml_files([folder, *alone])]
    assert sorted(names) == [
        *("folder/a.yaml", "folder/b.yml", "folder/deeper/e.yaml"),
        *("x.yml", "z.yaml"),
    ]
