"""Files: replaced in one step, put back exactly, locked against another sync."""

import stat
from pathlib import Path

import pytest

from reliability.errors import ProviderError
from reliability.providers.disk import FORMER, NEW, Disk, beside, reason, unconfirmed

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
        with pytest.raises(ProviderError, match="a dry run does not write files"):
            write(rules)
    with pytest.raises(ProviderError, match="a dry run does not write files"):
        dry.stage(rules, b"new")
    assert {path: path.read_text() for path in rules.parent.iterdir()} == before


def test_what_an_earlier_run_staged_goes_first_and_is_never_written_through(rules: Path) -> None:
    other = rules.parent / "other"
    other.write_text("precious")
    beside(rules, NEW).symlink_to(other)
    DISK.stage(rules, b"new")
    DISK.put(rules)
    assert (rules.read_text(), rules.is_symlink(), other.read_text()) == ("new", False, "precious")


def test_a_file_whose_folder_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as failed:
        DISK.stage(tmp_path / "missing/rules.yml", b"new")
    hidden = tmp_path / "missing/.rules.yml.reliability-new"
    assert reason(failed.value) == f"{hidden}: no such file or directory"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OSError(28, "No space left on device", "/x/rules.yml"),
            "/x/rules.yml: no space left on device",
        ),
        (OSError("Odd"), "Odd"),
        (OSError(28, None, "/x/rules.yml"), "/x/rules.yml: oserror"),
        (ProviderError("/x: A dry run"), "/x: A dry run"),
    ],
)
def test_a_file_that_cannot_be_written_says_which_and_why(
    error: OSError | ProviderError, said: str
) -> None:
    assert reason(error) == said


def test_a_link_in_place_of_a_former_file_is_not_restored(rules: Path) -> None:
    other = rules.parent / "other"
    other.write_text("theirs")
    beside(rules, FORMER).symlink_to(other)
    assert not DISK.has_former(rules)
    DISK.restore(rules)
    assert rules.read_text() == "old"
    replaced(rules, "new")
    assert DISK.has_former(rules)
    DISK.restore(rules)
    assert (rules.read_text(), other.read_text()) == ("old", "theirs")


def test_without_a_former_file_there_is_nothing_to_restore(rules: Path) -> None:
    assert not DISK.has_former(rules)
    DISK.restore(rules)
    assert rules.read_text() == "old"
    DISK.confirm(rules)
    assert list(rules.parent.iterdir()) == [rules]


def test_a_created_file_that_was_removed_again_is_restored_to_nothing(tmp_path: Path) -> None:
    path = tmp_path / "new.yml"
    DISK.keep_former(path)
    DISK.restore(path)
    assert list(tmp_path.iterdir()) == []


def test_files_are_unconfirmed_by_what_lies_beside_them(tmp_path: Path) -> None:
    (tmp_path / ".a.yml.reliability-former").touch()
    (tmp_path / ".b.yml.reliability-new").symlink_to("nowhere")
    (tmp_path / ".c.yml.reliability-new").mkdir()
    (tmp_path / "d.yml.reliability-new").touch()
    assert list(unconfirmed(tmp_path)) == [tmp_path / "a.yml", tmp_path / "b.yml"]


@pytest.mark.parametrize("durable", [True, False])
def test_what_is_staged_is_whole_whether_it_is_durable_or_not(rules: Path, durable: bool) -> None:
    Disk(writable=True, durable=durable).stage(rules, b"new")
    assert beside(rules, NEW).read_bytes() == b"new"


def test_no_write_follows_a_link_that_others_may_have_committed(tmp_path: Path) -> None:
    top, outside = tmp_path / "repository", tmp_path / "outside"
    top.mkdir()
    outside.mkdir()
    (outside / "rules.yml").write_text("theirs")
    (top / "build").symlink_to(outside)
    disk, path = Disk(writable=True, top=top), top / "build/rules.yml"
    before = [*outside.iterdir()]
    with pytest.raises(OSError, match="link"):
        disk.make_folder(top / "build/inner")
    with pytest.raises(OSError, match="link"):
        disk.stage(path, b"new")
    with pytest.raises(OSError, match="link"):
        disk.put(path)
    with pytest.raises(OSError, match="link"):
        disk.remove(path)
    with pytest.raises(OSError, match="link"), disk.locked(top / "build"):
        pytest.fail("it got in")
    assert [*outside.iterdir()] == before
