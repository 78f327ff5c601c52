"""Where the samples of a replay are from: what reports call each."""

from __future__ import annotations

from typing import Final

REMOTE_READ: Final = "remote read"
QUERY_API: Final = "query API"
STORE: Final = "store"
FILE: Final = "file"
SERVER: Final = "query_range"
"""No samples: the server evaluates the expression."""
