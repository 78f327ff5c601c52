"""Whether one configuration of Alertmanager holds all of another, secrets in files counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reliability.location import Pointer


def missing_from(base: Any, live: Any, pointer: Pointer = ()) -> Pointer | None:
    """Where `live` says something that `base` does not; None if `base` holds all of it.

    `base` may say more: further keys, and further entries of a list in between. A secret of `live`
    is held if `base` reads it from a file: `routing_key` by `routing_key_file`, and the `secrets`
    of a header by its `files`.
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
    """The first entry that no entry of `base` holds, in their order."""
    rest = iter(base)
    for index, entry in enumerate(live):
        if not any(missing_from(held, entry) is None for held in rest):
            return (*pointer, index)
    return None
