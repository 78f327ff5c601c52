"""Containment: whether one Alertmanager configuration has all of another, or secrets in files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reliability.location import Pointer


def missing_from(base: Any, live: Any, pointer: Pointer = ()) -> Pointer | None:
    """Return the first location of `live` whose value `base` does not contain, or None.

    `base` may have more keys, and more entries of a list in between. It contains a secret of
    `live` if it reads the secret from a file: `routing_key` by `routing_key_file`, and the
    `secrets` of a header by its `files`.
    """
    match live:
        case Mapping() if isinstance(base, Mapping):
            missing = (_missing_key(base, key, live[key], pointer=(*pointer, key)) for key in live)
            return next((where for where in missing if where is not None), None)
        case list() if isinstance(base, list):
            return _missing_entry(base, live, pointer)
        case _:
            return None if base == live else pointer


def _missing_key(base: Mapping[str, Any], key: str, live: Any, pointer: Pointer) -> Pointer | None:
    if key in base:
        return missing_from(base[key], live, pointer)
    is_filed = isinstance(base.get(f"{key}_file"), str) and not isinstance(live, Mapping | list)
    is_header = key == "secrets" and len(base.get("files") or ()) >= len(live)
    return None if is_filed or is_header else pointer


def _missing_entry(base: Sequence[Any], live: Sequence[Any], pointer: Pointer) -> Pointer | None:
    """Return the first entry that no entry of `base` contains, if both are read in order."""
    rest = iter(base)
    for index, entry in enumerate(live):
        if not any(missing_from(held, entry) is None for held in rest):
            return (*pointer, index)
    return None
