"""--jobs: how many processes work on a repository."""

from __future__ import annotations


def processes(jobs: int) -> int:
    """How many processes to take: one where they cannot be forked."""
    if jobs == 1:
        return 1
    from multiprocessing import get_all_start_methods

    return jobs if "fork" in get_all_start_methods() else 1
