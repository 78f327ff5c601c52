"""What a build keeps for the next one: fingerprints, stamps of files, and figures of services.

The file is in the repository's cache folder, which a pull request can write to as well. So it is
read with a list of the classes that may be in it, all of which are plain values.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from types import FunctionType
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from pydantic_core import TzInfo

from reliability.arrays import FloatArray
from reliability.backtest.episodes import Episode
from reliability.backtest.events import Event
from reliability.backtest.outcome import (
    AlertFirings,
    Detection,
    EventVerdict,
    NoAlert,
    OutcomeRow,
    Replayed,
    SliSummary,
)
from reliability.history.month_sums import FileStamp
from reliability.history.series import NoHistory
from reliability.message import CommaList, Message
from reliability.site.burn_state import WindowBurn
from reliability.site.days import BudgetDays, PastPeriod
from reliability.site.due_reviews import ReviewEvidenceSummary
from reliability.site.measuring import ObjectiveFigures, ServiceFigures
from reliability.timespan import TimeSpan
from reliability.tuning import collector_paused
from reliability.writing import create, ensure_no_link, make_folder, write_file

FOLDER: Final = ".reliability/site"
MAGIC: Final = b"reliability site 1\n"
DIGEST: Final = 32
MOST_SITES: Final = 8
"""Number of sites whose state is kept, those of the latest builds."""
VALUES: Final[tuple[type, ...]] = (
    *(date, datetime, timedelta, timezone, TzInfo, Decimal, TimeSpan, CommaList),
    *(ServiceFigures, ObjectiveFigures, ReviewEvidenceSummary, WindowBurn, BudgetDays, PastPeriod),
    *(Replayed, SliSummary, NoHistory, OutcomeRow, AlertFirings, NoAlert, Episode),
    *(EventVerdict, Event, Detection),
)
"""Classes of values in figures."""


class KeptPart(NamedTuple):
    """The state of one service or team: its fingerprint, the stamps of its files, its figures.

    `figures` are those of a service as `packed` returns them, else empty.
    """

    fingerprint: str
    files: tuple[FileStamp, ...]
    figures: bytes = b""


@dataclass(frozen=True, slots=True)
class KeptSite:
    """The state of one site in a file; `top` is the tree inside of which no link is followed.

    `figures` are those of the services in `parts`.
    """

    path: Path
    top: Path | None
    parts: Mapping[str, KeptPart] = field(default_factory=dict)
    figures: Mapping[str, ServiceFigures] = field(default_factory=dict)

    @classmethod
    def at(cls, root: Path, out: Path, top: Path | None, common: str) -> KeptSite:
        """Read the state of the site in a folder, if it was written with these common inputs."""
        name = hashlib.sha256(os.fsencode(out.absolute())).hexdigest()[:16]
        path = root / FOLDER / f"{name}.bin"
        try:
            with collector_paused():
                parts = _parts(path.read_bytes(), common)
                figures = {
                    name: unpacked(part.figures) for name, part in parts.items() if part.figures
                }
        except (OSError, *DAMAGED):
            return cls(path, top)
        return cls(path, top, parts, figures)

    def unchanged(self, name: str, fingerprint: str) -> KeptPart | None:
        """Return a part if it has this fingerprint."""
        part = self.parts.get(name)
        if part is None or not fingerprint or part.fingerprint != fingerprint:
            return None
        return part

    def save(self, common: str, parts: Mapping[str, KeptPart]) -> None:
        """Replace the state; a folder that cannot be written goes on without."""
        rows = [
            (name, part.fingerprint, [tuple(stamp) for stamp in part.files], part.figures)
            for name, part in parts.items()
        ]
        values = (common, rows)
        body = pickle.dumps(values, protocol=5)
        try:
            self._write(MAGIC + hashlib.sha256(body).digest() + body)
        except OSError:
            # A checkout may be read-only. The pages are right, and the next build takes longer.
            return

    def _write(self, content: bytes) -> None:
        folder = self.path.parent
        make_folder(folder, self.top)
        write_file(folder / ".gitignore", b"*\n", self.top)
        ensure_no_link(self.path, self.top)
        temporary = self.path.with_name(f".{self.path.name}.{os.getpid()}.tmp")
        with suppress(FileNotFoundError):
            temporary.unlink()
        with create(temporary) as file:
            file.write(content)
        temporary.replace(self.path)
        others = sorted(folder.glob("*.bin"), key=lambda path: -path.stat().st_mtime_ns)
        for path in others[MOST_SITES:]:
            path.unlink(missing_ok=True)


def packed(figures: ServiceFigures) -> bytes:
    """Return figures as bytes.

    Raises:
        pickle.PicklingError: a value is of a class that is not read back.
    """
    content = io.BytesIO()
    _ValuePickler(content, protocol=5).dump(figures)
    return content.getvalue()


def unpacked(content: bytes) -> ServiceFigures:
    """Return figures from bytes.

    Raises:
        pickle.UnpicklingError: something else is in them.
    """
    figures = _ValueUnpickler(io.BytesIO(content)).load()
    if not isinstance(figures, ServiceFigures):
        raise pickle.UnpicklingError("not figures of a service")
    return figures


def numbers_of(content: bytes) -> FloatArray:
    """Return an array of doubles from their bytes."""
    return np.frombuffer(content, dtype=np.float64)


def message_of(
    template: str, values: Mapping[str, object], several: str | None, count: int
) -> Message:
    """Return a message from what it keeps."""
    if several is None:
        return Message(template, **values)
    others = {name: value for name, value in values.items() if name != "count"}
    return Message.plural(template, several, count, **others)


class _ValuePickler(pickle.Pickler):
    """Writes values of listed classes only; arrays as bytes, and scalars of numpy as numbers."""

    def reducer_override(self, value: Any) -> Any:
        match value:
            case type() | FunctionType():
                return NotImplemented
            case np.ndarray():
                return numbers_of, (value.astype(np.float64).tobytes(),)
            case np.floating():
                return float, (float(value),)
            case Message():
                kept = (value.template, dict(value.values), value.several, value.number)
                return message_of, kept
            case ZoneInfo(key=str(key)):
                return ZoneInfo, (key,)
            case _ if type(value) in VALUES:
                return NotImplemented
            case _:
                pass
        raise pickle.PicklingError(f"{type(value).__qualname__} is not a value of figures")


class _ValueUnpickler(pickle.Unpickler):
    """Reads values of listed classes only ("Restricting Globals" of the Python documentation)."""

    def find_class(self, module: str, name: str) -> Any:
        known = ALLOWED.get((module, name))
        if known is None:
            raise pickle.UnpicklingError(f"{module}.{name} is not a value of figures")
        return known


CALLED: Final[tuple[Any, ...]] = (*VALUES, ZoneInfo, float, numbers_of, message_of)
ALLOWED: Final[Mapping[tuple[str, str], Callable[..., Any]]] = {
    (kind.__module__, kind.__qualname__): kind for kind in CALLED
}
DAMAGED: Final = (
    *(pickle.UnpicklingError, EOFError, AttributeError, ImportError),
    *(IndexError, KeyError, TypeError, ValueError),
)
"""What reading something else raises ("pickle.UnpicklingError" of the Python documentation)."""


def _parts(content: bytes, common: str) -> Mapping[str, KeptPart]:
    """Return the parts of a state; none if it is of another program or other common inputs."""
    start = len(MAGIC) + DIGEST
    body = content[start:]
    if content[:start] != MAGIC + hashlib.sha256(body).digest():
        return {}
    known, rows = _ValueUnpickler(io.BytesIO(body)).load()
    if known != common:
        return {}
    return {
        name: KeptPart(fingerprint, tuple(FileStamp(*stamp) for stamp in files), figures)
        for name, fingerprint, files, figures in rows
    }
