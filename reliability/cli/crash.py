"""Reports a bug in this program: the trace in a file, and a message that names it."""

from __future__ import annotations

import tempfile
import traceback


def report_crash() -> str:
    """Write the exception that is being handled to a temporary file, and return a message."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="reliability-crash-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        log.write(traceback.format_exc())
    last = traceback.format_exc().strip().splitlines()[-1]
    return f"bug: {last}; this is a bug in reliability: please report it with {log.name}"
