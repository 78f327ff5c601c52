"""The files of a repository on disk: documents, what cannot be read, and the root."""

import os
import re
from pathlib import Path, PurePosixPath

import pytest

from reliability.errors import RootNotFoundError
from reliability.load.files import (
    BEGINNING,
    DiskFiles,
    documents_below,
    find_root,
    read_files,
    read_repository,
)
from reliability.location import SourceSpan

PLAIN = "replace it with a readable file, or remove it"


def wrote(root: Path, *paths: str, text: str = "a: 1\n") -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def names(root: Path) -> list[str]:
    """The paths that are read; there is no finding."""
    files, findings = read_repository(root)
    assert findings == []
    return [name.as_posix() for name, _ in files]


START = SourceSpan(1, 1, 1, 1)
"""The span of a finding about a whole file, which underlines nothing."""


def said(root: Path) -> list[tuple[str, str, str, SourceSpan, str, str | None]]:
    """Rule, severity, path, span, message and help of what cannot be read."""
    return [
        (
            each.rule,
            each.severity.name,
            each.problem.at.path.as_posix(),
            each.problem.at.span,
            each.problem.message,
            each.problem.help,
        )
        for each in read_repository(root)[1]
    ]


def unreadable(path: str, message: str, help_text: str = PLAIN) -> tuple[object, ...]:
    return "document-unreadable", "ERROR", path, START, message, help_text


def test_documents_are_read_in_the_order_of_their_paths(tmp_path: Path) -> None:
    wrote(tmp_path, "services/b/x.yaml", "services/a/y.yml", "services/a/deep/z.json")
    wrote(tmp_path, "services/a.d/w.yaml", "services/a/notes.md", "services/a/yaml")
    wrote(tmp_path, "services/.git/config.yaml", "other/x.yaml", "x.yaml", "policies/p.yaml")
    assert names(tmp_path) == [
        "services/a/deep/z.json",
        "services/a/y.yml",
        "services/a.d/w.yaml",
        "services/b/x.yaml",
        "policies/p.yaml",
    ]


def test_files_are_read_whole_and_code_owners_come_last(tmp_path: Path) -> None:
    wrote(tmp_path, "services/a/x.yaml", text="é: 1\n" * 5000)
    wrote(tmp_path, "policies/empty.yaml", text="")
    wrote(tmp_path, "CODEOWNERS", text="* @org/team\n")
    assert read_repository(tmp_path) == (
        [
            (PurePosixPath("services/a/x.yaml"), ("é: 1\n" * 5000).encode()),
            (PurePosixPath("policies/empty.yaml"), b""),
            (PurePosixPath("CODEOWNERS"), b"* @org/team\n"),
        ],
        [],
    )


def test_links_are_not_followed(tmp_path: Path) -> None:
    wrote(tmp_path, "services/a/x.yaml", "outside/y.yaml")
    (tmp_path / "services/a/link.yaml").symlink_to("x.yaml")
    (tmp_path / "services/b").symlink_to(tmp_path / "outside")
    (tmp_path / "policies").symlink_to(tmp_path / "outside")
    link = "is a symbolic link; links are not followed"
    assert said(tmp_path) == [
        unreadable("services/a/link.yaml", link),
        unreadable("services/b", link),
        unreadable("policies", link),
    ]


def test_a_folder_or_pipe_that_is_named_as_a_document_is_none(tmp_path: Path) -> None:
    wrote(tmp_path, "services/a/folder.yaml/x.yaml")
    os.mkfifo(tmp_path / "services/a/pipe.yaml")
    assert said(tmp_path) == [
        unreadable("services/a/folder.yaml", "is a folder with the file extension of a document"),
        unreadable("services/a/pipe.yaml", "is neither a file nor a folder"),
    ]
    files, _ = read_repository(tmp_path)
    assert [name.as_posix() for name, _ in files] == ["services/a/folder.yaml/x.yaml"]


def test_folders_are_read_to_a_depth_of_twenty(tmp_path: Path) -> None:
    twenty = "services/" + "/".join(["d"] * 20)
    wrote(tmp_path, f"{twenty}/x.yaml")
    assert names(tmp_path) == [f"{twenty}/x.yaml"]
    wrote(tmp_path, f"{twenty}/e/y.yaml")
    assert said(tmp_path) == [
        unreadable(
            f"{twenty}/e", "is nested more than 20 folders deep; deeper folders are not read"
        )
    ]


def test_a_file_has_a_million_bytes_at_most(tmp_path: Path) -> None:
    path = wrote(tmp_path, "services/a/x.yaml") / "services/a/x.yaml"
    path.write_bytes(b"#" * 1_000_000)
    assert names(tmp_path) == ["services/a/x.yaml"]
    path.write_bytes(b"#" * 1_000_001)
    message = "the file has 1,000,001 bytes; the limit is 1,000,000"
    assert said(tmp_path) == [unreadable("services/a/x.yaml", message, "split the file")]


def test_names_that_differ_only_in_case_are_not_both_read(tmp_path: Path) -> None:
    wrote(tmp_path, "services/a/X.yaml", "services/a/x.yaml")
    files, [finding] = read_repository(tmp_path)
    message = (
        "the path differs from services/a/X.yaml only in case; some file systems keep only one "
        "of them"
    )
    assert said(tmp_path) == [unreadable("services/a/x.yaml", message, "rename one of the two")]
    assert [name.as_posix() for name, _ in files] == ["services/a/X.yaml"]
    [other] = finding.problem.related
    assert (other.at.path.as_posix(), other.at.span, other.message) == (
        "services/a/X.yaml",
        START,
        "the other file",
    )


def test_files_that_are_named_are_read_below_the_root_and_outside(tmp_path: Path) -> None:
    root = wrote(tmp_path / "root", "notes.txt", text="in")
    wrote(tmp_path, "outside.yaml", text="out")
    paths = [root / "notes.txt", tmp_path / "outside.yaml", root / "gone.yaml"]
    files, [gone] = read_files(root, paths)
    assert files == [
        (PurePosixPath("notes.txt"), b"in"),
        (PurePosixPath((tmp_path / "outside.yaml").as_posix()), b"out"),
    ]
    assert gone.problem.at.path.as_posix() == "gone.yaml"
    assert gone.problem.message == "cannot be opened: no such file or directory"


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs Linux")
def test_a_file_that_is_longer_than_its_size_said_is_read_whole(tmp_path: Path) -> None:
    path = Path("/proc/self/cmdline")
    assert path.stat().st_size == 0
    [(_, content)], [] = read_files(tmp_path, [path])
    assert content == path.read_bytes() != b""


def test_a_named_file_is_taken_and_a_folder_is_searched(tmp_path: Path) -> None:
    wrote(tmp_path, "a/x.yaml", "a/notes.md", "b.md")
    found = documents_below([tmp_path / "b.md", tmp_path / "a", tmp_path / "gone"])
    assert list(found) == [tmp_path / "b.md", tmp_path / "a/x.yaml", tmp_path / "gone"]


def test_the_root_is_the_nearest_folder_that_holds_services(tmp_path: Path) -> None:
    outer = wrote(tmp_path, "services/a/x.yaml", "inner/services/b/x.yaml", "other/services")
    assert find_root(outer) == outer
    assert find_root(outer / "services/a") == outer
    assert find_root(outer / "inner/services") == outer / "inner"
    assert find_root(outer / "other") == outer, "a file named services is no root"


def test_without_services_there_is_no_root(tmp_path: Path) -> None:
    message = (
        f"no services/ in {tmp_path} or its parents; run `reliability init` to create it, "
        "`reliability demo` for an example, or pass --root with the folder that contains it"
    )
    with pytest.raises(RootNotFoundError, match=f"^{re.escape(message)}$"):
        find_root(tmp_path)


def test_a_path_is_there_if_it_is_below_the_root(tmp_path: Path) -> None:
    wrote(tmp_path, "docs/x.md")
    files = DiskFiles(tmp_path)
    for _ in range(2):
        assert PurePosixPath("docs/x.md") in files
        assert PurePosixPath("docs/gone.md") not in files
    assert "docs/x.md" not in files


def test_the_beginning_of_a_file_has_four_kibibytes(tmp_path: Path) -> None:
    wrote(tmp_path / "root", "docs/x.md", text="\ufeffab" + "x" * BEGINNING)
    wrote(tmp_path, "outside.md")
    (tmp_path / "root/docs/link.md").symlink_to(tmp_path / "outside.md")
    (tmp_path / "root/docs/bytes.md").write_bytes(b"a\xff")
    files = DiskFiles(tmp_path / "root")
    beginnings = {
        name: files.beginning(PurePosixPath("docs", name))
        for name in ("x.md", "bytes.md", "link.md", "gone.md", ".")
    }
    assert beginnings == {
        "x.md": "ab" + "x" * 4091,
        "bytes.md": "a\ufffd",
        "link.md": None,
        "gone.md": None,
        ".": None,
    }
