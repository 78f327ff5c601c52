"""What a build keeps for the next one: fingerprints, the state of files, summaries and details.

It is in two files of the repository's cache folder. The first has everything about all services
that a build needs, and is read at once. The second has the details of services, which are read by
their places, and checked by digests that are in the first.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from reliability.site.packing import DAMAGED, unpacked
from reliability.site.state import DetailPlace, KeptPages, KeptService, KeptTargets, KeptTerms
from reliability.site.summaries import ServiceDetail
from reliability.tuning import collector_paused
from reliability.writing import create, ensure_no_link, make_folder, write_file

DETAILS: Final = ".details"
FOLDER: Final = ".reliability/site"
MAGIC: Final = b"reliability site 3\n"
DIGEST: Final = 32
DETAIL_DIGEST: Final = 16
CHUNK: Final = 100
"""Services that are packed together; after a change of one, only its chunk is packed again."""
MOST_SITES: Final = 8
"""Number of sites whose state is kept, those of the latest builds."""


class SiteState(NamedTuple):
    """The state of one site; `pages` are those of teams and the search, by name.

    `terms` is None if services cannot be built apart from all others.
    """

    common: str
    services: dict[str, KeptService]
    pages: dict[str, KeptPages]
    targets: dict[tuple[str, str], KeptTargets]
    terms: KeptTerms | None


class Chunk(NamedTuple):
    """The packed state of some services."""

    names: tuple[str, ...]
    content: bytes


NOTHING: Final = SiteState("", {}, {}, {}, None)
NO_PLACE: Final = DetailPlace(0, 0, b"")


class DamagedStateError(Exception):
    """The details of a service cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSite:
    """The state of one site in two files; `top` is the tree inside of which no link is followed."""

    path: Path
    top: Path | None
    state: SiteState = NOTHING
    chunks: Mapping[str, Chunk] = field(default_factory=dict, compare=False)
    """The packed services, by the first name of each chunk."""
    read: dict[str, ServiceDetail] = field(default_factory=dict, compare=False)
    """Details that were read."""

    @classmethod
    def at(cls, root: Path, out: Path, top: Path | None) -> KeptSite:
        """Read the state of the site in a folder; empty without one, or if it is damaged."""
        name = hashlib.sha256(os.fsencode(out.absolute())).hexdigest()[:16]
        path = root / FOLDER / f"{name}.bin"
        try:
            with collector_paused():
                state, chunks = _state(path.read_bytes())
                return cls(path=path, top=top, state=state, chunks=chunks)
        except (OSError, *DAMAGED):
            return cls(path=path, top=top)

    def only(self, common: str) -> KeptSite:
        """Return the state if it was written with these common inputs; otherwise an empty one."""
        return self if self.state.common == common else KeptSite(path=self.path, top=self.top)

    @property
    def details(self) -> Path:
        """The file with details."""
        return self.path.with_suffix(DETAILS)

    def content(self, service: str) -> bytes | None:
        """Return the packed details of a service; None if they are damaged."""
        place = self.state.services[service].place
        try:
            with self.details.open("rb") as file:
                content = os.pread(file.fileno(), place.length, place.start)
        except OSError:
            return None
        return content if digest_of(content) == place.digest else None

    def detail(self, service: str) -> ServiceDetail:
        """Return the details of a service.

        Raises:
            DamagedStateError: they cannot be read.
        """
        if service not in self.read:
            content = self.content(service)
            if content is None:
                raise DamagedStateError(service)
            self.read[service] = unpacked(content)
        return self.read[service]

    def save(self, state: SiteState, made: Mapping[str, bytes]) -> None:
        """Replace the state; `made` are the packed details of services that were built.

        A folder that cannot be written goes on without.
        """
        try:
            self._begin()
            places = self._replace_details(state.services, made)
            self._replace(self.path, [self._framed(_with_places(state, places))])
            self._remove_oldest()
        except OSError:
            # A checkout may be read-only. The pages are right, and the next build takes longer.
            return

    def save_changes(self, state: SiteState, made: Mapping[str, bytes]) -> None:
        """Replace the state, and add details to those of the last build."""
        try:
            ensure_no_link(self.details, self.top)
            places: dict[str, DetailPlace] = {}
            with self.details.open("ab") as file:
                start = file.tell()
                for service, content in made.items():
                    places[service] = DetailPlace(start, len(content), digest_of(content))
                    start += file.write(content)
            moved = {name: state.services[name]._replace(place=places[name]) for name in places}
            state = state._replace(services={**state.services, **moved})
            self._replace(self.path, [self._framed(state)])
        except OSError:
            return

    def _framed(self, state: SiteState) -> bytes:
        # Each value was packed before with the list of classes, so this is the C code alone.
        names = [*state.services]
        parts = (tuple(names[start : start + CHUNK]) for start in range(0, len(names), CHUNK))
        chunks = [tuple(self._chunk(part, state.services)) for part in parts]
        body = pickle.dumps((chunks, state.common, *state[2:]), protocol=5)
        return MAGIC + hashlib.sha256(body).digest() + body

    def _chunk(self, names: tuple[str, ...], services: Mapping[str, KeptService]) -> Chunk:
        last, before = self.chunks.get(names[0]), self.state.services
        if last and last.names == names and all(services[name] is before[name] for name in names):
            return last
        return Chunk(names, pickle.dumps([services[name] for name in names], protocol=5))

    def _replace_details(
        self, services: Iterable[str], made: Mapping[str, bytes]
    ) -> dict[str, DetailPlace]:
        places: dict[str, DetailPlace] = {}

        def contents() -> Iterator[bytes]:
            start = 0
            for service in services:
                content = made[service] if service in made else self.content(service)
                if content is not None:
                    places[service] = DetailPlace(start, len(content), digest_of(content))
                    start += len(content)
                    yield content

        self._replace(self.details, contents())
        return places

    def _begin(self) -> None:
        folder = self.path.parent
        make_folder(folder, self.top)
        write_file(folder / ".gitignore", b"*\n", self.top)

    def _replace(self, path: Path, contents: Iterable[bytes]) -> None:
        ensure_no_link(path, self.top)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        with suppress(FileNotFoundError):
            temporary.unlink()
        with create(temporary) as file:
            for content in contents:
                file.write(content)
        temporary.replace(path)

    def _remove_oldest(self) -> None:
        states = self.path.parent.glob(f"*{self.path.suffix}")
        latest_first = sorted(states, key=lambda path: -path.stat().st_mtime_ns)
        for path in latest_first[MOST_SITES:]:
            path.unlink(missing_ok=True)
            path.with_suffix(DETAILS).unlink(missing_ok=True)


def digest_of(content: bytes) -> bytes:
    """Return the digest of packed details."""
    return hashlib.blake2b(content, digest_size=DETAIL_DIGEST).digest()


def _state(content: bytes) -> tuple[SiteState, Mapping[str, Chunk]]:
    """Return a state and its chunks; empty if it is of another program, or damaged."""
    start = len(MAGIC) + DIGEST
    body = memoryview(content)[start:]
    if content[:start] != MAGIC + hashlib.sha256(body).digest():
        return NOTHING, {}
    packed, common, *others = unpacked(body)
    chunks = [Chunk(*chunk) for chunk in packed]
    services = {
        name: kept
        for chunk in chunks
        for name, kept in zip(chunk.names, unpacked(chunk.content), strict=True)
    }
    return SiteState(common, services, *others), {chunk.names[0]: chunk for chunk in chunks}


def _with_places(state: SiteState, places: Mapping[str, DetailPlace]) -> SiteState:
    """Return a state with the places of all details, without services that have none."""
    services = {
        name: kept._replace(place=places[name])
        for name, kept in state.services.items()
        if name in places
    }
    return state._replace(services=services)
