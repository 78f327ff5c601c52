"""Blocks made of OpenMetrics text, put in place one by one, the newest first.

A block is made in a folder that the server ignores, and put in place by a rename. So the server
only sees whole blocks, even if a backfill is killed. Because the newest come first, the next
backfill finds their first sample and fills the time before it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from reliability.errors import ProviderError
from reliability.http.prometheus import instant
from reliability.http.server import HttpServer
from reliability.providers.tsdb.folder import BETWEEN, BLOCK, TRIES, DataFolder
from reliability.providers.tsdb.promtool import promtool_command, run_promtool

MARK: Final = "reliability"
"""Key in a block's `meta.json` by which a later backfill recognizes it.

Prometheus ignores unknown keys, such as that of Thanos
(https://thanos.io/tip/thanos/storage.md/).
"""

FIRST_LENGTH: Final = timedelta(hours=2)
LARGEST_LENGTH: Final = timedelta(hours=54)


def length_within(longest: timedelta) -> timedelta:
    """Return the length of new blocks: 2 h, 6 h, 18 h or 54 h as in Prometheus, up to its limit.

    The server compacts overlapping blocks into one that covers the time of all of them. Blocks
    that are aligned to its grid and not longer than its own do not join blocks that it keeps apart.
    Source: ExponentialBlockRanges and selectOverlappingDirs in tsdb/compact.go.
    """
    length = FIRST_LENGTH
    while length * 3 <= min(longest, LARGEST_LENGTH):
        length *= 3
    return length


@dataclass(frozen=True, slots=True)
class Witness:
    """Sample that shows whether the server has loaded a block: a query, and its time in seconds."""

    query: str
    at: float

    def is_loaded(self, server: HttpServer) -> bool:
        """Return whether the server has a sample of the query at exactly this time.

        Raises:
            ProviderError: the server does not answer.
        """
        return bool(
            instant(server, f"{self.query} and timestamp({self.query}) == {self.at}", self.at)
        )


def make_blocks(
    promtool: str, text: Path, folder: DataFolder, length: timedelta, witness: Witness
) -> list[Path]:
    """Make the blocks of a file in the staging folder, and return their paths.

    Raises:
        ProviderError: promtool cannot be started, or refuses the file.
    """
    into = folder.staging / text.stem
    run_promtool(promtool_command(promtool, text, into, length=length))
    made = [path for path in sorted(into.iterdir()) if BLOCK.fullmatch(path.name)]
    for block in made:
        _mark(block, witness)
        _hand_over(block, folder.path)

    return made


def _mark(block: Path, witness: Witness) -> None:
    path = block / "meta.json"
    meta = json.loads(path.read_text(encoding="utf-8"))
    meta[MARK] = {"backfill": {"query": witness.query, "at": witness.at}}
    path.write_text(json.dumps(meta, indent="\t"), encoding="utf-8")


def _hand_over(block: Path, like: Path) -> None:
    """Give a block to the owner of the data folder: the server has to be able to remove it."""
    if os.geteuid() == 0:
        owner = like.stat()
        for path in (block, *block.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)


def place_blocks(blocks: Iterable[Path], folder: DataFolder, head: int) -> int:
    """Rename blocks into the data folder, the newest first; return their number.

    Raises:
        ProviderError: a block overlaps the head: at the next start, the server would discard all
            samples of the head before its end (tsdb/db.go: `minValidTime` is the end of the last
            block).
        OSError: a block cannot be renamed.
    """
    by_end = {path: int(_meta(path)["maxTime"]) for path in blocks}
    late = [path.name for path, end in by_end.items() if end > head]
    if late:
        raise ProviderError(f"block {late[0]} reaches into the head, and is not put in place")

    for block in sorted(by_end, key=lambda block_path: -by_end[block_path]):
        block.rename(folder.path / block.name)
    _flush(folder.path)
    return len(by_end)


def await_loaded(
    server: HttpServer,
    folder: DataFolder,
    pause: Callable[[float], None],
    note: Callable[[str], None],
) -> None:
    """Wait until the server has loaded every block in the folder that a backfill put in place.

    Raises:
        ProviderError: it has not loaded them within 90 seconds.
    """
    pending = list(_witnesses(folder))
    for attempt in range(TRIES):
        pending = [witness for witness in pending if not witness.is_loaded(server)]
        if not pending:
            return
        if not attempt:
            note(
                f"waiting until the server has loaded {len(pending)} blocks (it looks every minute)"
            )
        pause(BETWEEN)

    raise ProviderError(
        f"{len(pending)} blocks of a backfill are in {folder.path}, and the server has not loaded "
        "them; look into its log"
    )


def _witnesses(folder: DataFolder) -> Iterable[Witness]:
    for meta in folder.blocks().values():
        mark = meta.get(MARK, {}).get("backfill")
        if mark is not None:
            yield Witness(str(mark["query"]), float(mark["at"]))


def _meta(block: Path) -> dict[str, Any]:
    meta: dict[str, Any] = json.loads((block / "meta.json").read_text(encoding="utf-8"))
    return meta


def _flush(folder: Path) -> None:
    """Flush a folder to the disk, which makes the renames in it durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
