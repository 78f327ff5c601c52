"""Which CODEOWNERS file is used, of several and of those that cannot be."""

from pathlib import Path, PurePosixPath

import pytest

from reliability.load.code_owners import CODE_OWNERS, LARGEST, read_code_owners
from tests.load.test_files import wrote


def test_the_first_of_the_paths_is_used(tmp_path: Path) -> None:
    assert read_code_owners(tmp_path) is None
    for path in reversed(CODE_OWNERS):
        wrote(tmp_path, str(path), text=f"* @{path.parent}\n")
        assert read_code_owners(tmp_path) == (path, f"* @{path.parent}\n".encode())


def test_links_and_folders_of_that_name_count_as_missing(tmp_path: Path) -> None:
    wrote(tmp_path, "docs/CODEOWNERS", "elsewhere/CODEOWNERS", text="* @a\n")
    (tmp_path / ".github").symlink_to("elsewhere")
    (tmp_path / "CODEOWNERS").symlink_to("docs/CODEOWNERS")
    assert read_code_owners(tmp_path) == (PurePosixPath("docs/CODEOWNERS"), b"* @a\n")

    (tmp_path / "CODEOWNERS").unlink()
    (tmp_path / "CODEOWNERS").mkdir()
    assert read_code_owners(tmp_path) == (PurePosixPath("docs/CODEOWNERS"), b"* @a\n")


def test_a_file_in_place_of_a_folder_is_passed_over(tmp_path: Path) -> None:
    wrote(tmp_path, ".github", "docs", text="a file\n")
    wrote(tmp_path, ".gitlab/CODEOWNERS", text="* @b\n")
    assert read_code_owners(tmp_path) == (PurePosixPath(".gitlab/CODEOWNERS"), b"* @b\n")


@pytest.mark.parametrize(("size", "is_used"), [(0, True), (LARGEST, True), (LARGEST + 1, False)])
def test_a_larger_file_is_used_as_little_as_one_behind_it(
    tmp_path: Path, size: int, is_used: bool
) -> None:
    wrote(tmp_path, "CODEOWNERS", text="#" * size)
    wrote(tmp_path, "docs/CODEOWNERS", text="* @a\n")
    read = read_code_owners(tmp_path)
    assert (read is not None) == is_used
    assert read is None or len(read[1]) == size
