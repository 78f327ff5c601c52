"""Secret files that a configuration names and that are missing; none of them is ever opened."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from reliability.model.targets import AlertmanagerTarget

ENDING: Final = "_file"


def missing_secret_files(
    target: AlertmanagerTarget, body: Mapping[str, Any], root: Path
) -> tuple[str, ...]:
    """Return the missing files, sorted; none if the server is on another machine.

    Alertmanager resolves a relative path from the folder of its configuration. A file in a folder
    that this user may not search does not count as missing.
    """
    if target.secret_files == "remote" or not is_here(target.url):  # noqa: S105 - a word
        return ()
    folder = (root / target.file).parent
    named = dict.fromkeys(_named(body))

    return tuple(sorted(name for name in named if _is_missing(folder / name)))


def is_here(url: str) -> bool:
    """Return whether a URL is on this machine: its host is a loopback address or the host name."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", socket.gethostname())


def _named(value: Any, key: str = "") -> Iterator[str]:
    match value:
        case str() if key.endswith(ENDING) and value:
            yield value
        case Mapping():
            for name, inner in value.items():
                yield from _named(inner, str(name))
        case list():
            for inner in value:
                yield from _named(inner)
        case _:
            pass


def _is_missing(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
