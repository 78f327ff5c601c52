"""Who CODEOWNERS names: as the library says, in a time that no pattern can stretch."""

import random
import time
from pathlib import Path, PurePosixPath

import codeowners
import pytest

from reliability.check.lookups.code_owners import MAX_PATTERNS, read_code_owners
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


def test_too_many_patterns_are_not_followed() -> None:
    assert read_code_owners("*.yaml @acme/x\n" * (MAX_PATTERNS + 1)) is None


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
