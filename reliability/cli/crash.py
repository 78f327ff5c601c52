"""Reports a bug in this program: the trace in a file, and a message that names it."""

from __future__ import annotations

import tempfile
import traceback
from pathlib import PurePath


def report_crash(where: PurePath | str = "") -> str:
    """Write the exception that is being handled to a temporary file, and return a message.

    `where` is the file, rule or output that reveals it, if one is known.
    """
    place = f"{where}: " if where else ""
    with tempfile.NamedTemporaryFile(
        "w", prefix="reliability-crash-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        log.write(f"{place}{traceback.format_exc()}")
    last = traceback.format_exc().strip().splitlines()[-1]
    return f"bug: {place}{last}; this is a bug in reliability: please report it with {log.name}"
