"""A file is replaced if it is still what was read, and nothing else is."""

import stat
from pathlib import Path

import pytest

from reliability.load.replace import replace_file


def test_a_file_that_is_as_it_was_gets_its_new_content_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "slo.yaml"
    path.write_bytes(b"before")
    path.chmod(0o640)
    assert replace_file(tmp_path, path, b"before", b"after")
    assert path.read_bytes() == b"after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_file_that_was_changed_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "slo.yaml"
    path.write_bytes(b"changed")
    assert not replace_file(tmp_path, path, b"before", b"after")
    assert path.read_bytes() == b"changed"


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_a_link_and_a_folder_stay(tmp_path: Path, kind: str) -> None:
    path, other = tmp_path / "slo.yaml", tmp_path / "other.yaml"
    other.write_bytes(b"before")
    if kind == "link":
        path.symlink_to(other)
    else:
        path.mkdir()
    assert not replace_file(tmp_path, path, b"before", b"after")
    assert other.read_bytes() == b"before"


def test_a_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path, tmp_path / "missing.yaml", b"before", b"after")
