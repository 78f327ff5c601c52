"""Immutable, indexed catalog of everything that a commit declares."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final, TypeVar, cast

from reliability.load.document import Document, Located
from reliability.model.kind import TIERS, Model, Tier

K = TypeVar("K", bound=Model)

BASE_ALERTMANAGER = PurePosixPath("policies/alertmanager.base.yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementTerms:
    """Labels and the highest tier where rules are evaluated, and the end of names of objects.

    `series` are on recorded series and alerts; an empty value means that they lack the label.
    `external` are those that the server adds to alerts when it sends them. `name` is shown in
    reports; empty without environments.
    """

    name: str = ""
    series: tuple[tuple[str, str], ...] = ()
    external: tuple[tuple[str, str], ...] = ()
    highest_tier: Tier = "alert"
    suffix: str = ""

    @property
    def place(self) -> str:
        """Environment and shard for the text of a notification; empty without both."""
        named = "/".join(self.written.values())
        return f"{named}: " if named else ""

    def capped(self, tier: Tier) -> Tier:
        """Return a tier, or the highest tier if that is lower."""
        return max(tier, self.highest_tier, key=TIERS.index)

    @property
    def written(self) -> dict[str, str]:
        """Labels that rules set."""
        return {name: value for name, value in self.series if value}


EVERYWHERE: Final = PlacementTerms()
"""Terms of a repository without environments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """All valid documents.

    `files` contains each path that exists in the repository. `raw` has documents in the formats of
    other tools by path, `texts` the text of each loaded file, and `names` the first document of
    each kind and `metadata.name`. `placement` is about the environment for which the documents
    were derived, and `written` is the catalog that they were derived from.
    """

    located: Mapping[type[Model], tuple[Located[Any], ...]]
    files: Container[PurePosixPath] = frozenset()
    raw: Mapping[PurePosixPath, Document] = field(default_factory=dict)
    texts: Mapping[PurePosixPath, str] = field(default_factory=dict)
    names: Mapping[tuple[type[Model], str], Located[Any]] = field(default_factory=dict)
    placement: PlacementTerms = EVERYWHERE
    written: Catalog | None = None

    @classmethod
    def of(
        cls,
        located: Iterable[Located[Any]],
        files: Container[PurePosixPath] = frozenset(),
        raw: Mapping[PurePosixPath, Document] | None = None,
        texts: Mapping[PurePosixPath, str] | None = None,
    ) -> Catalog:
        """Index documents by their kind, in their order."""
        index: dict[type[Model], list[Located[Any]]] = {}
        names: dict[tuple[type[Model], str], Located[Any]] = {}
        for document in located:
            kind = type(document.value)
            index.setdefault(kind, []).append(document)
            names.setdefault((kind, document.value.metadata.name), document)

        kinds = {kind: tuple(of) for kind, of in index.items()}
        return cls(located=kinds, files=files, raw=raw or {}, texts=texts or {}, names=names)

    def documents(self, kind: type[K]) -> Iterator[Located[K]]:
        """Iterate over the documents of a kind, in the order of their paths."""
        return iter(cast("tuple[Located[K], ...]", self.located.get(kind, ())))

    def everything(self) -> Iterator[Located[Any]]:
        """Yield all documents."""
        for of_kind in self.located.values():
            yield from of_kind

    def find(self, kind: type[K], name: str) -> Located[K] | None:
        """Return the first document of a kind with this `metadata.name`, or None."""
        return self.names.get((kind, name))

    def only(self, kind: type[K]) -> Located[K] | None:
        """Return the only document of a kind such as `NotificationPolicy`, or None.

        If there are several, it is the first.
        """
        return next(self.documents(kind), None)

    def governing(self, kind: type[K]) -> Iterator[Located[K]]:
        """Yield the documents of a kind that are outside the directories of services."""
        for document in self.documents(kind):
            if service_directory(document.document.path) is None:
                yield document

    @property
    def services(self) -> tuple[str, ...]:
        """Names of all directories below `services/` that contain a document, sorted."""
        return tuple(
            sorted(
                {
                    path.parts[1]
                    for path in self.texts
                    if len(path.parts) > 2 and path.parts[0] == "services"
                }
            )
        )


def service_directory(path: PurePosixPath) -> str | None:
    """Return the service in whose directory a path is (`services/<service>/...`), or None."""
    parts = path.parts
    return parts[1] if len(parts) > 2 and parts[0] == "services" else None
