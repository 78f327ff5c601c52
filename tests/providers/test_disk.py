"""Files: replaced in one step, put back exactly, locked against another sync."""

import stat
from pathlib import Path

import pytest

from reliability.errors import ProviderError
from reliability.providers.disk import Disk, beside, unconfirmed

DISK = Disk(writable=True)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yml"
    path.write_text("old")
    return path


def replaced(path: Path, text: str) -> None:
    DISK.stage(path, text.encode())
    DISK.keep_former(path)
    DISK.put(path)


def test_what_is_staged_is_not_seen_by_a_server(rules: Path) -> None:
    DISK.stage(rules, b"new")
    assert (rules.read_text(), list(rules.parent.glob("*.yml"))) == ("old", [rules])


def test_a_replaced_file_comes_back_as_it_was(rules: Path) -> None:
    replaced(rules, "new")
    assert rules.read_text() == "new"
    DISK.restore(rules)
    assert (rules.read_text(), list(unconfirmed(rules.parent))) == ("old", [])


def test_a_created_file_goes_again(tmp_path: Path) -> None:
    replaced(tmp_path / "new.yml", "new")
    DISK.restore(tmp_path / "new.yml")
    assert list(tmp_path.iterdir()) == []


def test_a_removed_file_comes_back(rules: Path) -> None:
    DISK.keep_former(rules)
    DISK.remove(rules)
    DISK.restore(rules)
    assert rules.read_text() == "old"


def test_a_file_that_was_not_replaced_yet_stays_when_it_is_put_back(rules: Path) -> None:
    DISK.keep_former(rules)
    DISK.restore(rules)
    assert (rules.read_text(), list(unconfirmed(rules.parent))) == ("old", [])


def test_the_oldest_unconfirmed_file_is_the_one_that_comes_back(rules: Path) -> None:
    replaced(rules, "new")
    replaced(rules, "newer")
    DISK.restore(rules)
    assert rules.read_text() == "old"


def test_once_confirmed_nothing_hidden_is_left(rules: Path) -> None:
    replaced(rules, "new")
    assert list(unconfirmed(rules.parent)) == [rules]
    DISK.confirm(rules)
    assert list(rules.parent.iterdir()) == [rules]


def test_permissions_are_kept(rules: Path) -> None:
    rules.chmod(0o640)
    replaced(rules, "new")
    assert stat.S_IMODE(rules.stat().st_mode) == 0o640


def test_a_second_sync_is_kept_out(tmp_path: Path) -> None:
    with (
        DISK.locked(tmp_path),
        pytest.raises(ProviderError, match="another sync is writing"),
        DISK.locked(tmp_path),
    ):
        pytest.fail("it got in")
    with DISK.locked(tmp_path):
        pass


def test_a_dry_run_refuses_every_way_of_writing(rules: Path) -> None:
    dry = Disk(writable=False)
    beside(rules, ".reliability-new").write_text("staged")
    beside(rules, ".reliability-former").write_text("former")
    before = {path: path.read_text() for path in rules.parent.iterdir()}
    for write in (dry.put, dry.remove, dry.keep_former, dry.restore, dry.confirm, dry.make_folder):
        with pytest.raises(ProviderError, match="a dry run writes no file"):
            write(rules)
    with pytest.raises(ProviderError, match="a dry run writes no file"):
        dry.stage(rules, b"new")
    assert {path: path.read_text() for path in rules.parent.iterdir()} == before
