"""Fingerprints of everything that the pages of a service depend on.

A fingerprint may cover too much: then a page is built again that would be the same. It never covers
too little. So it has the text of each file that declares something about a service, and that of all
files that do not belong to one.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple, TypeAlias
from zoneinfo import TZPATH

from reliability.history.family import SUMS
from reliability.history.month_sums import FileStamp, stamp_of
from reliability.history.sources.stored import StoredHistory
from reliability.history.store import Store
from reliability.load.catalog import Catalog, service_directory
from reliability.load.code_owners import CODE_OWNERS
from reliability.model.alert_policy import AlertPolicy
from reliability.model.baseline import Baseline
from reliability.model.corrections import Corrections
from reliability.model.incidents import Incidents
from reliability.model.kind import Model
from reliability.model.openslo.slo import Slo
from reliability.model.ownership import Ownership
from reliability.model.rule_policy import Waivers
from reliability.site.measuring import SiteInputs
from reliability.site.merged import GitPast
from reliability.site.notified import is_by_service
from reliability.version import version_text

LIBRARIES: Final = ("Jinja2", "MarkupSafe", "numpy", "pyarrow", "pydantic", "PyYAML")
"""Libraries that pages and figures are made with."""
BEFORE_SUMS: Final = SUMS.partition("*")[0]
"""Beginning of the names of files with sums, which are made from the others."""
UNSHOWN: Final = (Waivers, Baseline)
"""Kinds that no page of a service shows."""


class Neighbors(NamedTuple):
    """The names of all services, and the services that depend on one."""

    known: Container[str]
    dependents: Mapping[str, Sequence[str]]


ServiceTexts: TypeAlias = Mapping[str, Sequence[tuple[str, str]]]
"""Path and text of the files about each service."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Fingerprints:
    """Fingerprints of the services of a site.

    `common` is of what all pages depend on, `texts` has the files about each service, `known` are
    the names of all services, and `dependents` the services that depend on one.
    """

    inputs: SiteInputs
    past: GitPast
    common: str
    texts: ServiceTexts
    known: Container[str]
    dependents: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, inputs: SiteInputs, past: GitPast, neighbors: Neighbors) -> Fingerprints:
        """Assign the files of a catalog to services."""
        catalog = inputs.context.catalog
        texts, shared = _assigned(catalog)
        common = _digest(
            (
                program_stamp(),
                inputs.at.isoformat(),
                inputs.shown,
                inputs.terms,
                inputs.warm_up,
                inputs.source.description,
                catalog.placement,
                _routing(inputs),
                # What is kept of a service has its replay only if messages are simulated together.
                is_by_service(inputs.context),
                (bool(past.head), past.begins),
                shared,
            )
        )
        return cls(
            inputs=inputs,
            past=past,
            common=common,
            texts=texts,
            known=neighbors.known,
            dependents=neighbors.dependents,
        )

    def service(self, service: str, history: str) -> str:
        """Return the fingerprint of a service; empty if its history has none."""
        if not history:
            return ""
        owner = self.inputs.context.ownerships.get(service)
        needed = owner.value.spec.dependencies if owner else ()
        return _digest(
            (
                self.common,
                service,
                self.texts.get(service, ()),
                [(name, name in self.known) for name in needed],
                sorted(self.dependents.get(service, ())),
                history,
                self.past_of(service),
            )
        )

    def history(self, service: str) -> str:
        """Return a digest of the state of all files of a service's history; empty without one.

        Only files of the store have a state: another source is measured again.
        """
        source = self.inputs.source
        if not isinstance(source, StoredHistory):
            return ""
        names = sorted({objective.slo_name for objective in self.inputs.services[service]})
        return history_digest(source.store, service, names)

    def texts_of(self, service: str) -> str:
        """Return a digest of the files about a service."""
        return texts_digest(self.texts.get(service, ()))

    def team(self, team: str, services: Iterable[str], shown: object) -> str:
        """Return the fingerprint of a team from those of its services; empty if one has none.

        `shown` is what else its pages show, as values with a complete `repr`.
        """
        of_services = list(services)
        return _digest((self.common, team, of_services, shown)) if all(of_services) else ""

    def past_of(self, service: str) -> str:
        """Return a digest of what Git knows of a service."""
        return past_digest(self.past, service)


def past_digest(past: GitPast, service: str) -> str:
    """Return a digest of what Git knows of a service."""
    days = past.merged.get(service, {})
    versions = past.versions.get(service, {})
    return _digest(
        (
            past.revision([service]),
            [(one.commit, one.at, one.subject) for of in days.values() for one in of],
            [
                (path.as_posix(), [(one.commit.commit, one.commit.at, one.object) for one in of])
                for path, of in versions.items()
            ],
        )
    )


def history_digest(store: Store, service: str, slos: Iterable[str]) -> str:
    """Return a digest of the state of all files that the history of some SLOs is read from."""
    return _digest([(name, [*_stamps(store, service, name)]) for name in slos])


def texts_digest(texts: Sequence[tuple[str, str]]) -> str:
    """Return a digest of paths and texts."""
    return _digest([*texts])


@cache
def program_stamp() -> str:
    """Return a digest of the program, its templates and words, and the libraries below it."""
    package = Path(__file__).resolve().parents[1]
    files = [
        (path.relative_to(package).as_posix(), status.st_size, status.st_mtime_ns)
        for path, status in _files(package)
    ]
    libraries = [version(name) for name in LIBRARIES]
    zones = [path.read_text() for path in _zone_versions()]
    return _digest((version_text(), sys.version, libraries, zones, sorted(files)))


def _zone_versions() -> Iterator[Path]:
    """Yield the files that name the version of the time zones of this machine."""
    for folder in TZPATH:
        for name in ("+VERSION", "version", "tzdata.zi"):
            path = Path(folder, name)
            if path.is_file():
                yield path


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for above, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in names:
            path = Path(above, name)
            yield path, path.stat()


def _routing(inputs: SiteInputs) -> object:
    """Return the configuration that says who gets notified, and the order of its matching."""
    routes = inputs.context.routes
    return None if routes is None else routes.situation.config()


def _assigned(catalog: Catalog) -> tuple[ServiceTexts, Sequence[tuple[str, str]]]:
    """Return the files about each service, and all that are not about services alone."""
    subjects: dict[PurePosixPath, set[str]] = {}
    shared = {*catalog.raw}
    unshown = {*CODE_OWNERS}
    for kind, documents in catalog.located.items():
        for located in documents:
            path = located.document.path
            service = service_of(located.value)
            if service is not None:
                subjects.setdefault(path, set()).add(service)
            else:
                (unshown if kind in UNSHOWN else shared).add(path)

    texts: dict[str, list[tuple[str, str]]] = {}
    common: list[tuple[str, str]] = []
    for path, text in catalog.texts.items():
        folder = service_directory(path)
        services = subjects.get(path, set()) | ({folder} if folder else set())
        for service in services:
            texts.setdefault(service, []).append((path.as_posix(), text))
        if path in shared or not (services or path in unshown):
            common.append((path.as_posix(), text))
    return texts, common


def service_of(document: Model) -> str | None:
    """Return the service that a document is about; None if it is about none or several."""
    match document:
        case Ownership(service=service):
            return service
        case Slo() | AlertPolicy() | Incidents() | Corrections():
            return document.spec.service
        case _:
            return None


def history_folders(store: Store, service: str, slos: Iterable[str]) -> Iterator[str]:
    """Yield the folders of a history, below that of the store, and the latest file of each.

    A file of the store is replaced, and so changes its folder. Only the latest months would be
    written in place, by a program that is not this one.
    """
    above = store.service_folder(service)
    yield above.relative_to(store.folder).as_posix()
    for name in slos:
        yield store.slo_folder(service, name).relative_to(store.folder).as_posix()
        for folder in store.folders(service, name):
            below = folder.relative_to(store.folder).as_posix()
            yield below
            names = (path.name for path in folder.iterdir())
            months = [one for one in names if not one.startswith((".", BEFORE_SUMS))]
            if months:
                yield f"{below}/{max(months)}"


def _stamps(store: Store, service: str, slo: str) -> Iterator[tuple[str, FileStamp]]:
    """Yield the stamp of each file that the history of an SLO is read from."""
    for folder in store.folders(service, slo):
        with os.scandir(folder) as entries:
            stamps = sorted(
                stamp_of(entry)
                for entry in entries
                if not entry.name.startswith((".", BEFORE_SUMS))
            )
        yield from ((folder.name, stamp) for stamp in stamps)


def _digest(values: object) -> str:
    return hashlib.sha256(repr(values).encode("utf-8", "backslashreplace")).hexdigest()
