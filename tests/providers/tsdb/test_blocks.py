"""Blocks are put in place whole, the newest first, and waited for."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from reliability.errors import ProviderError
from reliability.http.server import HttpServer
from reliability.model.targets import ServerTarget
from reliability.providers.http import open_server
from reliability.providers.tsdb.blocks import await_loaded, length_within, place_blocks
from reliability.providers.tsdb.folder import BETWEEN, TRIES, DataFolder
from tests.providers.tsdb.test_folder import ULIDS, block


@pytest.mark.parametrize(
    ("hours", "length"),
    [(1, 2), (2, 2), (5, 2), (6, 6), (17, 6), (18, 18), (53, 18), (54, 54), (162, 54), (999, 54)],
)
def test_blocks_are_as_long_as_a_step_of_the_server_allows(hours: int, length: int) -> None:
    assert length_within(timedelta(hours=hours)) == timedelta(hours=length)


def test_blocks_are_renamed_into_the_folder(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.staging.mkdir()
    blocks = [
        block(folder.staging, name, 0, end) for name, end in zip(ULIDS, (3, 9, 5), strict=True)
    ]
    assert place_blocks(blocks, folder, head=9) == 3
    assert [path.name for path in folder.blocks()] == ULIDS
    assert list(folder.staging.iterdir()) == []


def test_a_block_that_reaches_into_the_head_is_not_put_in_place(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.staging.mkdir()
    blocks = [block(folder.staging, ULIDS[0], 0, 9), block(folder.staging, ULIDS[1], 0, 10)]
    with pytest.raises(ProviderError) as refused:
        place_blocks(blocks, folder, head=9)
    assert str(refused.value) == (
        f"block {ULIDS[1]} reaches into the head, and is not put in place"
    )
    assert folder.blocks() == {}


def test_what_is_put_in_place_before_a_failure_is_the_newest(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.staging.mkdir()
    blocks = [
        block(folder.staging, name, 0, end) for name, end in zip(ULIDS, (3, 9, 5), strict=True)
    ]
    (tmp_path / ULIDS[2] / "full").mkdir(parents=True)
    with pytest.raises(OSError, match=ULIDS[2]):
        place_blocks(blocks, folder, head=9)
    assert [path.name for path in folder.blocks()] == [ULIDS[1]]


@contextmanager
def answering(loaded_after: int, asked: list[tuple[str, str]]) -> Iterator[HttpServer]:
    """A server that has a sample once it was asked so often for it."""

    def answer(request: httpx.Request) -> httpx.Response:
        query = dict(request.url.params)
        asked.append((query["query"], query["time"]))
        sample = {"metric": {}, "value": [5, "1"]}
        times = sum(each == asked[-1] for each in asked)
        result = [sample] if times > loaded_after else []
        data = {"resultType": "vector", "result": result}
        return httpx.Response(200, json={"status": "success", "data": data})

    target = ServerTarget(name="p", url="http://p:9090")
    transport = httpx.MockTransport(answer)
    server = open_server(target, None, ("p",), writable=False, transport=transport)
    with server.client:
        yield server


def marked(folder: Path, name: str, query: str, at: float) -> None:
    meta = {"minTime": 0, "maxTime": 9, "reliability": {"backfill": {"query": query, "at": at}}}
    (block(folder, name) / "meta.json").write_text(json.dumps(meta))


def awaited(
    folder: Path, loaded_after: int
) -> tuple[list[tuple[str, str]], list[float], list[str]]:
    """What the server was asked, the pauses and the notes."""
    asked, pauses, notes = list[tuple[str, str]](), list[float](), list[str]()
    with answering(loaded_after, asked) as server:
        await_loaded(server, DataFolder(folder), pauses.append, notes.append)
    return asked, pauses, notes


def test_every_block_of_a_backfill_is_waited_for(tmp_path: Path) -> None:
    marked(tmp_path, ULIDS[0], "a", 1.5)
    marked(tmp_path, ULIDS[1], "b", 2)
    block(tmp_path, ULIDS[2])
    first = [("a and timestamp(a) == 1.5", "1.500"), ("b and timestamp(b) == 2.0", "2.000")]
    assert awaited(tmp_path, 0) == (first, [], [])
    assert awaited(tmp_path, 2) == (
        first * 3,
        [BETWEEN] * 2,
        ["waiting until the server has loaded 2 blocks (it looks every minute)"],
    )


def test_without_blocks_nothing_is_waited_for(tmp_path: Path) -> None:
    block(tmp_path, ULIDS[2])
    assert awaited(tmp_path, 0) == ([], [], [])


def test_blocks_that_are_never_loaded_are_named(tmp_path: Path) -> None:
    marked(tmp_path, ULIDS[0], "a", 1.5)
    pauses, notes = list[float](), list[str]()
    with answering(10_000, []) as server, pytest.raises(ProviderError) as refused:
        await_loaded(server, DataFolder(tmp_path), pauses.append, notes.append)
    assert str(refused.value) == (
        f"1 blocks of a backfill are in {tmp_path}, and the server has not loaded them; "
        "look into its log"
    )
    assert (len(pauses), len(notes)) == (TRIES, 1)
