"""The files for GitHub: written once, never over what is there, and never through a link."""

from pathlib import Path
from typing import Final

import pytest

from reliability.errors import ReliabilityError
from reliability.onboarding.init.github_files import (
    ACTION,
    FORMS,
    RUNNABLE,
    TOOL,
    AnySource,
    declared_source,
    installs_by_name,
    write_github_files,
)
from reliability.onboarding.init.released import ReleasedSource, read_released
from reliability.onboarding.init.tool_source import ToolSource, UnknownSource
from reliability.onboarding.shipped import shipped_repository

GIT: Final = ToolSource("https://git.example.com/a/b.git", "0123456789abcdef" * 2 + "01234567")
RELEASE: Final = ReleasedSource("0.1.0", "0f" * 32)
UNKNOWN: Final = UnknownSource("a reason")


def written(root: Path, source: AnySource) -> list[str]:
    return [f"{file.word} {file.path}" for file in write_github_files(root, source)]


@pytest.mark.parametrize("source", [GIT, RELEASE])
def test_with_a_known_source_every_file_is_written(
    tmp_path: Path, source: ToolSource | ReleasedSource
) -> None:
    every = (*RUNNABLE, *FORMS, TOOL)
    assert written(tmp_path, source) == [f"wrote {path}" for path in every]
    assert written(tmp_path, source) == [f"same {path}" for path in every]
    for path in (*RUNNABLE, *FORMS):
        assert (tmp_path / path).read_bytes() == (shipped_repository() / path).read_bytes()
    assert (tmp_path / TOOL).read_text() == f"{source.requirement}\n"
    assert declared_source(tmp_path) == source


def test_without_a_source_only_forms_are_written(tmp_path: Path) -> None:
    assert written(tmp_path, UNKNOWN) == [f"wrote {path}" for path in FORMS]
    assert declared_source(tmp_path) is None


def test_what_is_there_stays(tmp_path: Path) -> None:
    first, second, third, *_ = FORMS
    (tmp_path / first).parent.mkdir(parents=True)
    (tmp_path / first).write_text("mine")
    (tmp_path / second).symlink_to(shipped_repository() / second)
    (tmp_path / third).mkdir()
    assert written(tmp_path, UNKNOWN)[:3] == [f"kept {path}" for path in FORMS[:3]]
    assert (tmp_path / first).read_text() == "mine"


@pytest.mark.parametrize("folder", [".github", ".github/ISSUE_TEMPLATE"])
def test_no_folder_that_is_a_link_is_followed(tmp_path: Path, folder: str) -> None:
    (tmp_path / "outside").mkdir()
    root = tmp_path / "root"
    (root / folder).parent.mkdir(parents=True)
    (root / folder).symlink_to(tmp_path / "outside")
    with pytest.raises(ReliabilityError) as refusal:
        written(root, UNKNOWN)
    assert str(refusal.value) == f"{folder} is a symbolic link and is not followed"
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_link_above_the_repository_is_no_reason_to_refuse(tmp_path: Path) -> None:
    (tmp_path / "real/root").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real")
    assert written(tmp_path / "link/root", UNKNOWN) == [f"wrote {path}" for path in FORMS]
    assert (tmp_path / "real/root" / FORMS[0]).is_file()


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / ".github").write_text("a file")
    with pytest.raises(ReliabilityError) as refusal:
        written(tmp_path, UNKNOWN)
    assert str(refusal.value).startswith(f"{FORMS[0]} cannot be written: ")


@pytest.mark.parametrize(
    ("text", "source"),
    [
        (f"{GIT.requirement}\n", GIT),
        (f"{RELEASE.requirement}\n", RELEASE),
        ("reliability-as-code\n", None),
        ("", None),
    ],
)
def test_the_source_that_a_repository_names(
    tmp_path: Path, text: str, source: AnySource | None
) -> None:
    (tmp_path / TOOL).parent.mkdir(parents=True)
    (tmp_path / TOOL).write_text(text)
    assert declared_source(tmp_path) == source
    (tmp_path / TOOL).write_bytes(b"\xff")
    assert declared_source(tmp_path) is None


@pytest.mark.parametrize(("text", "by_name"), [("a==1\n", True), ("a==1 --hash=sha256:0\n", False)])
def test_packages_without_hashes_are_installed_by_name(
    tmp_path: Path, text: str, *, by_name: bool
) -> None:
    assert not installs_by_name(tmp_path)
    file = tmp_path / ACTION / "requirements.txt"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert installs_by_name(tmp_path) is by_name
    file.write_bytes(b"\xff")
    assert not installs_by_name(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "reliability-as-code==0.1.0",
        f"reliability-as-code==0.1.0 --hash=sha256:{'0f' * 31}",
        f"reliability-as-code==0.1.0 --hash=sha256:{'0f' * 32} --hash=sha256:{'0e' * 32}",
        f"other==0.1.0 --hash=sha256:{'0f' * 32}",
        f"{RELEASE.requirement} --index-url=https://a.example",
    ],
)
def test_another_line_is_not_a_release(text: str) -> None:
    assert read_released(text) is None
    assert read_released(f"  reliability-as-code==0.1.0 \\\n  --hash=sha256:{'0f' * 32}") is None
    assert read_released(RELEASE.requirement.replace(" ", "\n  ")) == RELEASE
