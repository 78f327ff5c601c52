"""Files are read in several processes: each reads a part of them, and so does this one."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final

from reliability.load.loader import Read, SourceFile, collector_paused, read_part

OWN_SHARE: Final = 0.8
"""What this process reads for 1 of another; it found the files, and takes in what others read."""


def read_in_parts(files: Sequence[SourceFile], jobs: int) -> list[Read]:
    """What `jobs` processes read, in the order of the files."""
    share = int(len(files) / (jobs - 1 + OWN_SHARE)) + 1
    parts = [files[start : start + share] for start in range(0, share * (jobs - 1), share)]
    fork = get_context("fork")
    with ProcessPoolExecutor(jobs - 1, mp_context=fork) as pool, collector_paused():
        reading = [pool.submit(read_part, part) for part in parts]
        own = read_part(files[share * (jobs - 1) :])
        return [*(each.result() for each in reading), own]
