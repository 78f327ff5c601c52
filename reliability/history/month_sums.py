"""Sums of the months of one SLI, in one file beside them, so that minutes are read once.

They are derived: a file that is missing, damaged, of another version or older than its months is
made again from the minutes. It is replaced in one step, and has a digest of its content.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import prod
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from reliability.arrays import FloatArray
from reliability.history.group_sums import Cuts
from reliability.writing import ensure_no_link, replacing

VERSION: Final = 1
MAGIC: Final = b"reliability sums\n"
DIGEST: Final = 16
LENGTH: Final = struct.Struct("<I")
MOST_ARRAYS: Final = 64
"""Largest number of further arrays that are kept for a month: some for each of its days."""
MOST_TEXTS: Final = 16
LARGEST: Final = 64 * 1024 * 1024
"""Limit on the unpacked size of a file, which is some hundred kilobytes for two years."""


class FileStamp(NamedTuple):
    """What changes when a file is written again: name, size, times of content and state, inode."""

    name: str
    size: int
    modified: int
    changed: int
    inode: int


@dataclass(slots=True, eq=False, kw_only=True)
class MonthSums:
    """Sums of one month of an SLI.

    `stamps` and `digest` are those of the files that were read. `counts` is `good` or `bad` as the
    files count, or empty. `interval` is that of the samples in seconds. `groups` are the values of
    the group-by labels; `sums` has the shape (groups, 3, cuts - 1): bad and all events and known
    minutes between `cuts`. `arrays` are further figures of the same minutes by name.
    """

    stamps: tuple[FileStamp, ...]
    digest: str
    counts: str
    interval: float | None
    has_negative: bool
    groups: tuple[tuple[str, ...], ...]
    cuts: Cuts
    sums: FloatArray
    arrays: dict[str, FloatArray] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class StoredSums:
    """The sums of months, and texts that were computed from them, by name."""

    months: dict[date, MonthSums] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


def read_sums(path: Path) -> StoredSums:
    """Return what a file holds; nothing if it is missing, damaged or of another version."""
    try:
        content = path.read_bytes()
    except OSError:
        return StoredSums()
    start = len(MAGIC) + DIGEST
    body = content[start:]
    if content[:start] != MAGIC + _digest(body):
        return StoredSums()
    try:
        unpacked = zlib.decompressobj().decompress(body, LARGEST)
        (length,) = LENGTH.unpack_from(unpacked)
        header = json.loads(unpacked[LENGTH.size : LENGTH.size + length])
        if header["version"] != VERSION:
            return StoredSums()
        numbers = np.frombuffer(unpacked[LENGTH.size + length :])  # a copy, which is aligned
        return StoredSums(_months(header["months"], numbers), dict(header["texts"]))
    except (ValueError, KeyError, TypeError, struct.error, zlib.error):
        return StoredSums()  # another program wrote it, with a digest


def write_sums(path: Path, stored: StoredSums, top: Path | None) -> None:
    """Replace a file in one step.

    Raises:
        OSError: it cannot be written, or a link of the repository is in the way.
    """
    entries: list[dict[str, Any]] = []
    arrays: list[FloatArray] = []
    for first in sorted(stored.months):
        month = stored.months[first]
        names = sorted(month.arrays)[-MOST_ARRAYS:]
        entries.append(
            {
                "month": first.isoformat(),
                "stamps": month.stamps,
                "digest": month.digest,
                "counts": month.counts,
                "interval": month.interval,
                "negative": month.has_negative,
                "groups": month.groups,
                "cuts": len(month.cuts),
                "arrays": [(name, month.arrays[name].shape) for name in names],
            }
        )
        arrays.extend((month.cuts.astype(np.float64), month.sums.ravel()))
        arrays.extend(month.arrays[name].ravel() for name in names)

    texts = {name: stored.texts[name] for name in sorted(stored.texts)[:MOST_TEXTS]}
    values = {"version": VERSION, "months": entries, "texts": texts}
    header = json.dumps(values, separators=(",", ":")).encode()
    numbers = np.concatenate(arrays, dtype=np.float64).tobytes() if arrays else b""
    body = zlib.compress(LENGTH.pack(len(header)) + header + numbers, zlib.Z_BEST_SPEED)
    ensure_no_link(path, top)
    # Not synchronized: after a crash the digest tells a torn file, and it is made again.
    with replacing(path, durable=False) as file:
        file.write(MAGIC + _digest(body) + body)


def content_digest(paths: Iterable[Path]) -> str:
    """Return the SHA-256 of the content of files, in order."""
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(LENGTH.pack(len(content)))
        digest.update(content)
    return digest.hexdigest()


def stamp_of(entry: os.DirEntry[str]) -> FileStamp:
    """Return the stamp of a file of a listed folder."""
    status = entry.stat(follow_symlinks=True)
    return FileStamp(
        entry.name, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino
    )


def _months(entries: Iterable[Mapping[str, Any]], numbers: FloatArray) -> dict[date, MonthSums]:
    months: dict[date, MonthSums] = {}
    at = 0

    def taken(shape: tuple[int, ...]) -> FloatArray:
        nonlocal at
        size = prod(shape)
        part = numbers[at : at + size].reshape(shape)
        at += size
        return part

    for entry in entries:
        groups = tuple(map(tuple, entry["groups"]))
        months[date.fromisoformat(entry["month"])] = MonthSums(
            stamps=tuple(FileStamp(*stamp) for stamp in entry["stamps"]),
            digest=entry["digest"],
            counts=entry["counts"],
            interval=entry["interval"],
            has_negative=entry["negative"],
            groups=groups,
            cuts=taken((entry["cuts"],)).astype(np.int64),
            sums=taken((len(groups), 3, entry["cuts"] - 1)),
            arrays={name: taken(tuple(shape)) for name, shape in entry["arrays"]},
        )
    return months


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=DIGEST).digest()
