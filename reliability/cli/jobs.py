"""The number of processes that `--jobs` requests."""

from __future__ import annotations


def processes(jobs: int) -> int:
    """Return the number of processes: one if processes cannot be forked."""
    if jobs == 1:
        return 1
    from multiprocessing import get_all_start_methods

    return jobs if "fork" in get_all_start_methods() else 1
