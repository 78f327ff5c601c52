"""The only reader of the environment among the tests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Final

SYSTEM: Final[tuple[str, ...]] = ("PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME")
"""Variables without which programs are not found, or write elsewhere."""
ALONE: Final = RLock()


def corpora_folder() -> Path | None:
    """The folder of the corpora, where RELIABILITY_CORPORA names one."""
    value = os.environ.get("RELIABILITY_CORPORA")
    return Path(value) if value else None


def apis_folder() -> Path | None:
    """The folder of API descriptions of vendors, where RELIABILITY_APIS names one."""
    value = os.environ.get("RELIABILITY_APIS")
    return Path(value) if value else None


def cache_folder() -> Path:
    """Where this project keeps what is fetched once: the folder that tests/servers/install uses."""
    value = os.environ.get("XDG_CACHE_HOME")
    return (Path(value) if value else Path.home() / ".cache") / "reliability-as-code"


def environment(**extra: str) -> dict[str, str]:
    """This process's environment with some variables set, for a program that a test starts."""
    return {**os.environ, **extra}


@contextmanager
def alone_in_environment(**variables: str) -> Iterator[None]:
    """This process's environment without what a machine or a CI adds, for a block.

    Two threads at once would take the environment of each other for that of the process.
    """
    assert ALONE.acquire(blocking=False), "another thread changes the environment"
    before = dict(os.environ)
    system = {name: before[name] for name in SYSTEM if name in before}
    os.environ.clear()
    os.environ.update(system, **variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        ALONE.release()


def environment_of_a_user() -> dict[str, str]:
    """This process's environment, with compiled bytecode kept, as installed programs have it."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def seed_asked_for() -> int | None:
    """The seed of RELIABILITY_SEED, to repeat a run that failed."""
    value = os.environ.get("RELIABILITY_SEED")
    return int(value) if value else None


def is_exact() -> bool:
    """Whether comparisons with servers are to be as long as they can (`make exact`)."""
    return bool(os.environ.get("RELIABILITY_EXACT"))


def rounds(otherwise: int) -> int:
    """How often RELIABILITY_ROUNDS asks for a race to be run."""
    return int(os.environ.get("RELIABILITY_ROUNDS") or otherwise)
