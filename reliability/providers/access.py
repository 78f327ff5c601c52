"""What a provider may access: files, hosts, secrets, and whether it may write."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from reliability.plan.held import Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAccess:
    """What a provider may access: files below `root`, hosts, secrets, and whether it may write.

    `secret` resolves a reference to its value, and `tell` takes lines of progress. Connections are
    closed when `closing` is. Objects are written with the mark of `owner`. Programs of the servers
    are looked up in `search_path`. With `reads_evaluations`, a ruler that stores rules behind an
    API is also asked which of them it cannot evaluate.
    """

    root: Path
    allowed_hosts: tuple[str, ...]
    secret: Callable[[str], str]
    tell: Callable[[str], None]
    writable: bool
    closing: ExitStack
    owner: Owner | None = None
    search_path: str = ""
    reads_evaluations: bool = False
