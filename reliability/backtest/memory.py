"""How a process that makes and drops many arrays keeps their memory."""

from __future__ import annotations

from typing import Final

import numpy as np

JUST_UNDER_32_MIB: Final = 4_000_000
"""Numbers of eight bytes: the largest block by which glibc moves its limits."""


def keep_freed_memory() -> None:
    """Let the allocator keep up to 64 MiB, so that the next array costs no new pages.

    glibc takes large blocks from the kernel one by one, until one is given back; blocks of that
    size then come from memory that it keeps (mallopt(3), M_MMAP_THRESHOLD). Nothing is written to
    this block, so it costs no memory. Other allocators do not care.
    """
    block = np.empty(JUST_UNDER_32_MIB)
    del block
