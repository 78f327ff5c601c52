r"""Regular expressions as Prometheus and Alertmanager read them: RE2's, in linear time.

Python's `re` reads some of it differently (`$`, `\s`, `\z`, `[[:alpha:]]`, lookahead), and a
pattern from a pull request could keep it busy forever.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

import re2


class RegexRefusedError(ValueError):
    """A text is not a valid RE2 pattern; the message says why."""


ONE_BYTE: Final = re.compile(r"(?<!\\)(?:\\\\)*\\C")
r"""`\C`, any one byte: RE2 in C++ reads it; Go's `regexp`, which Alertmanager uses, does not."""


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> Any:
    """Return the compiled pattern.

    Raises:
        RegexRefusedError: RE2 refuses it.
    """
    if ONE_BYTE.search(pattern):
        raise RegexRefusedError(r"no such escape: \C")
    options = re2.Options()
    options.log_errors = False

    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else "no reason given"
        text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        text = text.replace("invalid ", "no such ").replace("unexpected ", "stray ")
        raise RegexRefusedError(text) from error


def matches_whole(pattern: str, text: str) -> bool:
    """Return whether the pattern matches the whole text, as label matchers do.

    Raises:
        RegexRefusedError: RE2 refuses the pattern.
    """
    return compiled(pattern).fullmatch(text) is not None
