r"""Regular expressions as Prometheus and Alertmanager read them: RE2's, in linear time.

Python's `re` reads some of it differently (`$`, `\s`, `\z`, `[[:alpha:]]`, lookahead), and a
pattern from a pull request could keep it busy forever.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import re2


class RegexRefusedError(ValueError):
    """A text is not a valid RE2 pattern; the message says why."""


LONGEST: Final = 65_536
"""Characters of a pattern: RE2 takes 18 s to compile a class of 560,000, and the square of it."""
ONE_BYTE: Final = re.compile(r"(?<!\\)(?:\\\\)*\\C")
r"""`\C`, any one byte: RE2 in C++ reads it; Go's `regexp`, which Alertmanager uses, does not."""


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> Any:
    """Return the compiled pattern.

    Raises:
        RegexRefusedError: RE2 refuses it.
    """
    if len(pattern) > LONGEST:
        raise RegexRefusedError(f"it has {len(pattern):,} characters, and the limit is {LONGEST:,}")
    if ONE_BYTE.search(pattern):
        raise RegexRefusedError(r"no such escape: \C")
    options = re2.Options()
    options.log_errors = False

    try:
        return re2.compile(pattern, options)
    except UnicodeEncodeError as error:
        raise RegexRefusedError("half of a surrogate pair is not a character") from error
    except re2.error as error:
        reason = error.args[0] if error.args else "no reason given"
        text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        text = text.replace("invalid ", "no such ").replace("unexpected ", "stray ")
        raise RegexRefusedError(text) from error


Shape = tuple[bool, bool, bool]
"""Whether a match has to begin the value, has to end it, and takes characters of it."""
EMPTY: Final[Shape] = (False, False, False)
FIRST_NAME: Final = "\U000f0000"
MAX_NESTING: Final = 100
ATOM: Final = re.compile(
    r"(\\A)|(\\z)|(\\[bB]|\(\?[a-zA-Z-]*\))|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]"
    r"|[\U000f0000-\U000f0fff]",
    re.DOTALL,
)
"""An anchor, what takes no character, and an escape or a class, which takes one."""
GROUP: Final = re.compile(r"\((?:\?[^:>()]*[:>])?([^()]*)\)")
PART: Final = re.compile(r"(.)([*+?]\??|\{\d+(?:,\d*)?\}\??)?", re.DOTALL)
UNKNOWN: Final = re.compile(r"\\Q|\(\?[a-zA-Z]*m")
"""Quoted text, and the flag with which `^` and `$` match at each line."""


@lru_cache(maxsize=4096)
def never_matches(pattern: str) -> bool:
    """Return whether `^` or `$` inside of a pattern excludes every value; False if unknown."""
    try:
        compiled(pattern)
    except RegexRefusedError:
        return False
    known: dict[str, set[Shape]] = {"^": {(True, False, False)}, "$": {(False, True, False)}}

    def named(group: re.Match[str]) -> str:
        shapes = _shapes(group[1], known)
        # Few sets of shapes exist, so a name for each is enough for any number of groups.
        new = chr(ord(FIRST_NAME) + len(known))
        name = next((name for name, other in known.items() if other == shapes), new)
        known[name] = shapes
        return name

    flat = ATOM.sub(lambda atom: ("^", "$", "", "x")[(atom.lastindex or 4) - 1], pattern)
    # From the inside, each group becomes one character, which stands for its shapes.
    for _ in range(MAX_NESTING):
        flat, count = GROUP.subn(named, flat)
        if count == 0:
            break
    else:
        return False
    return UNKNOWN.search(pattern) is None and not _shapes(flat, known)


def _shapes(text: str, known: Mapping[str, set[Shape]]) -> set[Shape]:
    found: set[Shape] = set()
    for branch in text.split("|"):
        shapes = {EMPTY}
        for atom, repeat in PART.findall(branch):
            part = known.get(atom, {(False, False, True)})
            if repeat:
                part = part | _joined(part, part)
                part |= _joined(part, part)
                part |= {EMPTY} if repeat[0] in "*?" or repeat.startswith("{0") else set()
            shapes = _joined(shapes, part)
        found |= shapes
    return found


def _joined(before: set[Shape], after: set[Shape]) -> set[Shape]:
    return {
        (one[0] or two[0], one[1] or two[1], one[2] or two[2])
        for one in before
        for two in after
        if not (one[1] and two[2]) and not (one[2] and two[0])
    }


def matches_whole(pattern: str, text: str) -> bool:
    """Return whether the pattern matches the whole text, as label matchers do.

    Raises:
        RegexRefusedError: RE2 refuses the pattern.
    """
    return compiled(pattern).fullmatch(text) is not None
