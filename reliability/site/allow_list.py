"""Allow-list of a public page: which SLOs it shows, and their words for customers.

Nothing else of the repository reaches the page: neither names nor texts of documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from reliability.errors import ReliabilityError
from reliability.load.document import parse
from reliability.load.files import read_files
from reliability.message import Message
from reliability.render.display import safe
from reliability.resolve.objectives import Objective
from reliability.site.measuring import SiteInputs

KEYS: Final = frozenset(("title", "timeZone", "slos"))
SLO_KEYS: Final = frozenset(("service", "slo", "objective", "name", "description"))


@dataclass(frozen=True, slots=True, eq=False)
class PublicSlo:
    """An objective that the page shows, with its name and its description for customers."""

    objective: Objective
    name: str
    description: str


@dataclass(frozen=True, slots=True, eq=False)
class AllowList:
    """The title of the page, the zone of its times, and its SLOs in their order."""

    title: str
    zone: str
    slos: tuple[PublicSlo, ...]


def read_allow_list(path: Path, inputs: SiteInputs) -> AllowList:
    """Read an allow-list, and find its SLOs.

    Raises:
        ReliabilityError: the file cannot be read, has an unknown key, or names an unknown SLO.
    """
    document = _document(path)
    _ensure_keys(path, document, KEYS)
    slos = document.get("slos")
    if not isinstance(slos, list) or not slos:
        _refuse(path, Message("slos is not a list with at least one entry"))
    entries = tuple(_slo(path, entry, inputs) for entry in slos)
    return AllowList(
        title=_text(path, document, "title"),
        zone=_text(path, document, "timeZone", otherwise="UTC"),
        slos=entries,
    )


def _document(path: Path) -> Mapping[str, Any]:
    files, unread = read_files(Path.cwd(), [path])
    if unread:
        raise ReliabilityError(f"--public: {path}: {unread[0].problem.message}")
    ((name, data),) = files
    parsed = parse(name, data)
    if parsed.faults:
        _refuse(path, parsed.faults[0].message)
    values = [document.values for document in parsed.documents]
    if len(values) != 1 or not isinstance(values[0], dict):
        _refuse(path, Message("expected one mapping"))
    document: Mapping[str, Any] = values[0]
    return document


def _slo(path: Path, entry: Any, inputs: SiteInputs) -> PublicSlo:
    if not isinstance(entry, dict):
        _refuse(path, Message("expected a mapping in slos"))
    _ensure_keys(path, entry, SLO_KEYS)
    service, slo = _text(path, entry, "service"), _text(path, entry, "slo")
    name = _text(path, entry, "objective", otherwise="")
    matching = [*_found(inputs, service, slo, name)]
    if len(matching) != 1:
        reason = (
            Message("{service} has no SLO {slo}", service=service, slo=f"{slo} {name}".rstrip())
            if not matching
            else Message("{slo} has several objectives; name one: objective", slo=slo)
        )
        _refuse(path, reason)
    return PublicSlo(
        objective=matching[0],
        name=_text(path, entry, "name"),
        description=_text(path, entry, "description", otherwise=""),
    )


def _found(inputs: SiteInputs, service: str, slo: str, name: str) -> Iterator[Objective]:
    for objective in inputs.services.get(service, ()):
        if objective.slo_name == slo and (not name or objective.name == name):
            yield objective


def _ensure_keys(path: Path, entry: Mapping[str, Any], known: frozenset[str]) -> None:
    for key in entry:
        if key not in known:
            _refuse(path, Message("unknown key: {key}", key=key))


def _text(path: Path, entry: Mapping[str, Any], key: str, otherwise: str | None = None) -> str:
    value = entry.get(key, otherwise)
    if not isinstance(value, str) or (not value and otherwise is None):
        _refuse(path, Message("{key} is missing, or is not a text", key=key))
    return safe(value)


def _refuse(path: Path, reason: str) -> NoReturn:
    raise ReliabilityError(f"--public: {path}: {reason}")
