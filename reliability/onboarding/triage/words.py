"""The patterns of `words.toml`: words of notifications, in English and Japanese."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Final

LINES: Final = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
NAMED: Final = re.compile(r"\{([a-z_]+)\}")


def pattern(name: str) -> re.Pattern[str]:
    """Compile a pattern; case does not matter, and `^` is the beginning of a line."""
    return re.compile(_filled(name), re.IGNORECASE | re.MULTILINE)


def _filled(name: str) -> str:
    """Return the text of a pattern, with other patterns in place of their names."""
    joined = LINES[name].replace("\n", "")
    return f"(?:{NAMED.sub(lambda match: _filled(match[1]), joined)})"
