"""`AnswerCache`: what a server made of an expression over a span, by their digest."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from reliability.errors import SourceError
from reliability.history.samples.day_file import read_day, write_day
from reliability.promql.samples import Counter
from reliability.timespan import TimeSpan

Question = tuple[str, str, TimeSpan, timedelta]
"""The server's address, the expression, and the grid: from when to when, and how often."""

SETTLED: Final = timedelta(minutes=10)
"""How old an answer's last moment is before it is kept: scrapes and recordings arrive late."""
OLDEST: Final = timedelta(days=7)
"""How long an unused answer is kept."""


@dataclass(frozen=True, slots=True)
class AnswerCache:
    """Answers in a folder; those that end after `settled`, in seconds since 1970, are not kept.

    `scope` is the credential, since another one may see other series; only its digest is kept.
    """

    folder: Path
    settled: float
    scope: str = ""

    @classmethod
    def open(cls, folder: Path, scope: str = "") -> AnswerCache:
        """Open a folder, and remove what nobody used for a week.

        Raises:
            OSError: a file cannot be removed.
        """
        now = time.time()
        if folder.is_dir():
            for path in folder.glob("*.parquet"):
                if now - path.stat().st_mtime > OLDEST.total_seconds():
                    path.unlink(missing_ok=True)
        return cls(folder, now - SETTLED.total_seconds(), scope)

    def read(self, question: Question) -> tuple[Counter, ...] | None:
        """Return the answer; None if it is not known. A damaged file is a miss."""
        path = self._path(question)
        try:
            answer = read_day(path)
        except SourceError:
            return None
        os.utime(path)
        return answer

    def write(self, question: Question, answer: Sequence[Counter]) -> None:
        """Keep an answer.

        Raises:
            OSError: it cannot be written.
        """
        _, expression, span, _ = question
        if span.end.timestamp() <= self.settled:
            write_day(self._path(question), expression, answer)

    def _path(self, question: Question) -> Path:
        url, expression, span, every = question
        grid = [span.start.isoformat(), span.end.isoformat(), str(every)]
        values = [url, self.scope, expression, *grid]
        digest = hashlib.sha256(json.dumps(values).encode()).hexdigest()
        return self.folder / f"{digest}.parquet"
