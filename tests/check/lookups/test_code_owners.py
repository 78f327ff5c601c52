"""Who CODEOWNERS names: as the library says, in a time that no pattern can stretch."""

import random
import time
from pathlib import Path, PurePosixPath

import codeowners
import pytest

from reliability.check.lookups.code_owners import read_code_owners
from reliability.load import code_owners as disk

PATTERNS = (
    "*",
    "*.yaml",
    "/services/",
    "services/",
    "/services/a/",
    "services/a",
    "/services/a/**",
    "/services/b/slo.yaml",
    "services/*/slo.yaml",
    "/services/**/slo.yaml",
    "/policies/",
    "/policies/*",
    "policies/teams/",
    "slo.yaml",
    "/src/app/",
    "docs/",
    "/*/a/",
    "**/a/",
)
FILES = (
    "services/a/slo.yaml",
    "services/a/ownership.yaml",
    "services/b/slo.yaml",
    "services/ab/docs/more.yaml",
    "policies/rules.yaml",
    "policies/teams/one.yaml",
)


@pytest.mark.parametrize("seed", range(40))
def test_the_deciding_line_is_the_one_that_the_library_finds(seed: int) -> None:
    dice = random.Random(seed)
    chosen = dice.choices(PATTERNS, k=8)
    text = "\n".join(f"{each} {dice.choice(['@acme/x', ''])}".strip() for each in chosen)
    ours, library = read_code_owners(text), codeowners.CodeOwners(text)
    assert ours is not None
    for file in FILES:
        line = ours.deciding(PurePosixPath(file))
        owners, number, _, _ = library.matching_line(file)
        assert (line.number if line else None) == number
        assert (line is not None and line.has_owners) is bool(owners)


def test_ten_thousand_folders_and_a_hostile_pattern_are_read_at_once() -> None:
    hostile = "/services/" + "*a" * 30 + "b @acme/x\n"
    text = hostile + "\n".join(f"/services/s{number}/ @acme/x" for number in range(10_000))
    start = time.process_time()
    owners = read_code_owners(text)
    assert owners is not None
    assert owners.deciding(PurePosixPath("services/s9999/slo.yaml")) is not None
    assert owners.deciding(PurePosixPath("services/" + "a" * 60 + "/slo.yaml")) is None
    assert time.process_time() - start < 2


DOCUMENTED = """\
* @admin

[README Owners]
README.md @user1 @user2
internal/README.md @user4

[README other owners]
README.md @user3
"""
"""The example of GitLab's "Syntax of CODEOWNERS file", Sections."""


def numbers(text: str, path: str) -> list[int | None]:
    """The deciding line of each section of GitLab."""
    owners = read_code_owners(text, is_gitlab=True)
    assert owners is not None
    lines = [section.deciding(PurePosixPath(path)) for section in owners.sections]
    return [line.number if line else None for line in lines]


def test_each_section_of_gitlab_decides_for_itself() -> None:
    assert numbers(DOCUMENTED, "README.md") == [1, 4, 8]
    assert numbers(DOCUMENTED, "internal/README.md") == [1, 5, 8]
    assert numbers(DOCUMENTED, "docs/internal/README.md") == [1, 5, 8]
    assert numbers(DOCUMENTED, "docs/other.md") == [1, None, None]


def gitlab(text: str, path: str = "services/a/slo.yaml") -> tuple[int, bool, bool] | None:
    """The deciding line, whether it has owners, and whether its section is optional."""
    owners = read_code_owners(text, is_gitlab=True)
    assert owners is not None
    line = owners.deciding(PurePosixPath(path))
    return None if line is None else (line.number, line.has_owners, line.is_optional)


@pytest.mark.parametrize(
    ("text", "decided"),
    [
        ("[A] @acme/x\n/services/a/\n", (2, True, False)),
        ("[A][2] @acme/x\n/services/a/ @acme/y\n", (2, True, False)),
        ("[A] @acme/x\n/services/a/ # later\n", (2, False, False)),
        ("[A]\n/services/a/\n", (2, False, False)),
        ("^[A] @acme/x\n/services/a/\n", (2, True, True)),
        ("^[A] @acme/x\n/services/a/\n[B]\n* @acme/y\n", (4, True, False)),
        ("^[A] @acme/x\n/services/a/\n[B]\n*\n", (2, True, True)),
        # Names ignore case, and one heading that is not optional makes the section required.
        ("^[A] @acme/x\n/services/a/\n[a]\n/docs @acme/y\n", (2, True, False)),
        ("* @acme/x\n!/services/a/slo.yaml\n/services/a/ @acme/x\n", (2, False, False)),
        ("!/services/a/\n/services/a/ @acme/x\n", (1, False, False)),
        ("* @acme/x\n[B]\n* @acme/y\n!slo.yaml\n", (1, True, False)),
        ("[A\n/services/a/ @acme/x\n", (2, True, False)),
        ("@acme/x\n", None),
    ],
)
def test_sections_are_read_as_gitlab_documents_them(
    text: str, decided: tuple[int, bool, bool] | None
) -> None:
    assert gitlab(text) == decided


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("*", {"services/a/slo.yaml", "slo.yaml", "services/a/b/slo.yaml", "services/.x"}),
        ("/services/", {"services/a/slo.yaml", "services/a/b/slo.yaml", "services/.x"}),
        ("/services", set()),
        ("services/a/", {"services/a/slo.yaml", "services/a/b/slo.yaml"}),
        ("/services/a/**", {"services/a/slo.yaml"}),
        ("/services/**/slo.yaml", {"services/a/slo.yaml", "services/a/b/slo.yaml"}),
        ("/services/*", {"services/.x"}),
        ("slo.y?ml", {"services/a/slo.yaml", "slo.yaml", "services/a/b/slo.yaml"}),
        ("/services/[ab]/slo.yaml", {"services/a/slo.yaml"}),
        ("/services/[!a]/slo.yaml", set()),
        ("/services/[a/slo.yaml", set()),
        (r"\slo.yaml", {"services/a/slo.yaml", "slo.yaml", "services/a/b/slo.yaml"}),
    ],
)
def test_paths_match_as_rubys_fnmatch_does(pattern: str, matched: set[str]) -> None:
    paths = ("services/a/slo.yaml", "slo.yaml", "services/a/b/slo.yaml", "services/.x")
    text = f"{pattern} @acme/x"
    assert {path for path in paths if gitlab(text, path) is not None} == matched


def test_ten_thousand_folders_in_sections_are_read_at_once() -> None:
    folders = "\n".join(f"/services/s{number}/" for number in range(10_000))
    text = f"[SLOs] @acme/x\n{folders}\n/services/{'*a' * 30}b @acme/x\n"
    start = time.process_time()
    assert gitlab(text, "services/s9999/slo.yaml") == (10_001, True, False)
    assert gitlab(text, "services/" + "a" * 60 + "/slo.yaml") is None
    assert time.process_time() - start < 2


LONG = "/services/" + "x" * 485 + "y.yaml"
"""A pattern of 501 characters."""


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        ("*.yaml @a\n" * 1000, True),
        ("*.yaml @a\n" * 1001, False),
        ("# comment\n" * 1001 + "* @a\n", True),
        ("/services/a/ @a\n" * 1001, True),
        ("/src/a/ @a\n" * 1001, True),
        (f"{LONG[:-1]}\n" * 100, True),
        (f"{LONG[:-1]}\n" * 99 + f"{LONG}\n", False),
    ],
    ids=["lines", "more lines", "comments", "services", "elsewhere", "length", "more length"],
)
@pytest.mark.parametrize("is_gitlab", [False, True])
def test_too_many_patterns_are_not_followed(text: str, is_read: bool, is_gitlab: bool) -> None:
    assert (read_code_owners(text, is_gitlab=is_gitlab) is not None) is is_read


def test_exclusions_are_counted_as_patterns() -> None:
    text = "!/services/a/\n"
    assert read_code_owners(text * 1000, is_gitlab=True) is not None
    assert read_code_owners(text * 1001, is_gitlab=True) is None


@pytest.mark.parametrize(
    ("text", "path", "number", "has_owners"),
    [
        ("/services/a/ @x # more words\n", "services/a/slo.yaml", 1, True),
        ("/services/a/ x @y\n", "services/a/slo.yaml", 1, True),
        ("/services/a/ x\n", "services/a/slo.yaml", 1, False),
        ("services/a/** @x\n", "services/a/b/slo.yaml", 1, True),
        ("/services/a/ @x\n", "services/a", None, False),
        ("/services/teams/ @x\n", "policies/teams/one.yaml", None, False),
        ("/services/a/ @x\n", "services/b/slo.yaml", None, False),
        ("\n[A] @x\n* @y\n\n", "slo.yaml", 3, True),
        ("^[A][2]\n/policies/ @y\n", "policies/slo.yaml", 2, True),
        ("* @x\n/services/a/\n", "services/a/slo.yaml", 2, False),
        ("/services/a/\n* @x\n", "services/a/slo.yaml", 2, True),
    ],
)
def test_the_deciding_line_on_github(
    text: str, path: str, number: int | None, has_owners: bool
) -> None:
    owners = read_code_owners(text)
    assert owners is not None
    line = owners.deciding(PurePosixPath(path))
    assert (line.number if line else None) == number
    assert (line is not None and line.has_owners) is has_owners


def test_the_first_place_that_has_one_counts(tmp_path: Path) -> None:
    for folder in ("docs", ".github"):
        (tmp_path / folder).mkdir()
    (tmp_path / "docs" / "CODEOWNERS").write_text("* @acme/docs\n")
    assert disk.read_code_owners(tmp_path) == (
        PurePosixPath("docs/CODEOWNERS"),
        b"* @acme/docs\n",
    )
    (tmp_path / ".github" / "CODEOWNERS").write_text("* @acme/github\n")
    found = disk.read_code_owners(tmp_path)
    assert found is not None
    assert found[1] == b"* @acme/github\n"


def test_links_and_files_that_are_too_large_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "CODEOWNERS").symlink_to(tmp_path / "elsewhere")
    assert disk.read_code_owners(tmp_path) is None
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "CODEOWNERS").write_bytes(b"#" * (disk.LARGEST + 1))
    assert disk.read_code_owners(tmp_path) is None
