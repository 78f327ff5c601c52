"""The data folder of a Prometheus: its blocks, its lock, and whether it is that server's."""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path, PurePosixPath

import pytest

from reliability.errors import ProviderError
from reliability.providers.tsdb.facts import Database
from reliability.providers.tsdb.folder import BETWEEN, STAGING, TRIES, DataFolder

ULIDS = [f"01ARZ3NDEKTSV4RRFFQ69G5FA{letter}" for letter in "ABC"]


def block(folder: Path, name: str, begins: int = 0, ends: int = 0) -> Path:
    (folder / name).mkdir()
    meta = {"minTime": begins, "maxTime": ends}
    (folder / name / "meta.json").write_text(json.dumps(meta))
    return folder / name


def database(
    path: str = "/elsewhere", *, blocks: int = 2, lowest: int = 1000, wal: int = 10
) -> Database:
    return Database(
        path=PurePosixPath(path),
        head=5000,
        lowest=lowest,
        blocks=blocks,
        wal_bytes=wal,
        longest=timedelta(hours=2),
        retention=None,
    )


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """A folder with two blocks and ten bytes of a write-ahead log."""
    block(tmp_path, ULIDS[1], 2000, 3000)
    block(tmp_path, ULIDS[0], 1000, 2000)
    (tmp_path / "wal" / "checkpoint").mkdir(parents=True)
    (tmp_path / "wal" / "0").write_bytes(b"123456")
    (tmp_path / "wal" / "checkpoint" / "0").write_bytes(b"7890")
    return DataFolder(tmp_path)


def test_blocks_are_the_folders_with_the_name_and_the_meta_of_one(folder: DataFolder) -> None:
    (folder.path / ULIDS[2]).mkdir()
    for name in ("01ARZ3NDEKTSV4RRFFQ69G5FAI", "81ARZ3NDEKTSV4RRFFQ69G5FAV", "chunks_head"):
        block(folder.path, name)
    assert folder.blocks() == {
        folder.path / ULIDS[0]: {"minTime": 1000, "maxTime": 2000},
        folder.path / ULIDS[1]: {"minTime": 2000, "maxTime": 3000},
    }


def open_files() -> int:
    """The number of files that this process holds open."""
    return len([*Path("/dev/fd").iterdir()])


def test_one_backfill_at_a_time_has_a_clean_folder_for_its_blocks(folder: DataFolder) -> None:
    (folder.staging / "old").mkdir(parents=True)
    with folder.writing():
        assert list(folder.staging.iterdir()) == []
        assert folder.staging == folder.path / STAGING
        with pytest.raises(ProviderError) as refused, DataFolder(folder.path).writing():
            pass
        assert str(refused.value) == f"another backfill writes to {folder.path}; wait for it"
        assert folder.staging.is_dir()
        opened = open_files()
        for _ in range(3):
            with suppress(ProviderError), DataFolder(folder.path).writing():
                pass
        assert open_files() == opened
    assert not folder.staging.exists()
    with folder.writing():
        (folder.staging / "new").mkdir()
    assert not folder.staging.exists()


def test_the_lock_is_free_after_a_failure(folder: DataFolder) -> None:
    with pytest.raises(ZeroDivisionError), folder.writing():
        raise ZeroDivisionError
    with folder.writing():
        assert folder.staging.is_dir()


def test_a_folder_that_is_not_here_says_where_to_run(tmp_path: Path) -> None:
    with pytest.raises(ProviderError) as refused, DataFolder(tmp_path / "x").writing():
        pass
    assert str(refused.value) == (
        f"{tmp_path}/x is not a folder on this machine; run this on the machine of the server, "
        "or leave out --data-dir to get the commands"
    )


def ensured(folder: DataFolder, *answers: Database) -> tuple[Database | str, list[float]]:
    """The server's answer that is taken or why none is, and the pauses before."""
    replies, pauses = list(answers), list[float]()

    def read() -> Database:
        return replies.pop(0) if len(replies) > 1 else replies[0]

    try:
        return folder.ensure_of(read, pauses.append), pauses
    except ProviderError as error:
        return str(error), pauses


def test_the_folder_of_a_server_holds_what_the_server_has_loaded(folder: DataFolder) -> None:
    assert ensured(folder, database()) == (database(), [])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (database(blocks=1), database(blocks=2)),
        (database(blocks=2), database(blocks=3)),
        (database(wal=5), database(wal=10)),
        (database(wal=10), database(wal=15)),
    ],
)
def test_what_grows_meanwhile_may_lie_between_two_answers(
    folder: DataFolder, before: Database, after: Database
) -> None:
    assert ensured(folder, before, after) == (after, [])


@pytest.mark.parametrize(
    ("there", "why"),
    [
        (database(blocks=3), "2 blocks are in it, and the server has loaded 3"),
        (database(blocks=1), "2 blocks are in it, and the server has loaded 1"),
        (
            database(lowest=999),
            "its oldest block begins at another time than the server's oldest sample",
        ),
        (
            database(lowest=1001),
            "its oldest block begins at another time than the server's oldest sample",
        ),
        (database(wal=1234), "its write-ahead log has 10 bytes, and the server's 1,234"),
        (database(wal=9), "its write-ahead log has 10 bytes, and the server's 9"),
    ],
)
def test_another_folder_is_refused_after_a_while(
    folder: DataFolder, there: Database, why: str
) -> None:
    said, pauses = ensured(folder, there)
    assert said == (
        f"{folder.path} is not the data folder of that server, or is still being loaded: {why}; "
        "the server's own is /elsewhere"
    )
    assert pauses == [BETWEEN] * TRIES


def test_a_server_that_is_still_loading_is_waited_for(folder: DataFolder) -> None:
    answers: Sequence[Database] = [database(blocks=1), database(blocks=1), database()]
    assert ensured(folder, *answers) == (database(), [BETWEEN])


def test_a_folder_without_blocks_is_known_by_its_log(tmp_path: Path) -> None:
    (tmp_path / "wal").mkdir()
    empty = database(blocks=0, wal=0)
    assert ensured(DataFolder(tmp_path), empty) == (empty, [])


def test_a_path_that_is_here_too_has_to_be_this_one(folder: DataFolder, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "wal").mkdir(parents=True)
    said, _ = ensured(folder, database(str(other)))
    assert said == f"{folder.path} is not the data folder of that server, which is {other}"
    (tmp_path / "link").symlink_to(folder.path)
    same = database(str(tmp_path / "link"))
    assert ensured(folder, same) == (same, [])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
def test_root_may_write_to_the_folder_of_the_servers_user(folder: DataFolder) -> None:
    os.chown(folder.path, 65534, 65534)
    with folder.writing():
        assert folder.staging.is_dir()
