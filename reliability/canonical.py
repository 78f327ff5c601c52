"""Canonical JSON and digests of it: the same in every version of Python and of this program.

An identity that is kept outside of a run (in a baseline, a comment, an issue, a result of a
backtest) is a digest of values under stable names. It depends on no message, no name of a class or
a field in Python, and no `repr`, which change when the wording improves.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

DIGITS: Final = 16
"""64 bits: of a million values, two are equal by chance in one of forty million cases."""


def canonical(value: Mapping[str, Any]) -> str:
    """Return JSON in ASCII with sorted keys and without whitespace.

    Numbers that are not whole are written as text because JSON does not define their form.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest(value: Mapping[str, Any]) -> str:
    """Return sixteen hex digits of the SHA-256 of canonical JSON; `value` names its format."""
    return hashlib.sha256(canonical(value).encode("ascii")).hexdigest()[:DIGITS]
