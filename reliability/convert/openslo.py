"""`openslo`: openslo/v1 documents, copied into the directory of their service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from reliability.convert.converter import (
    ConversionOptions,
    Converted,
    Draft,
    Original,
    OriginalLocation,
    left_out,
    mapping,
)
from reliability.convert.documents import service_file
from reliability.convert.names import slug
from reliability.convert.writing import Block
from reliability.load.other_openslo import OPENSLO

SLO: Final = "SLO"


class OpenSlo:
    """Converter that adds an SLO to its service, and other documents to their file's service."""

    name = "openslo"

    def recognizes(self, original: Original) -> bool:
        """Return whether the document is openslo/v1."""
        return mapping(original.values).get("apiVersion") == OPENSLO

    def convert(
        self, originals: Sequence[Original], options: ConversionOptions
    ) -> Iterator[Converted]:
        """Yield a complete draft of each document, or a diagnostic if its service is unknown."""
        services: dict[PurePosixPath, set[str]] = {}
        for document in originals:
            if service := _service(document):
                services.setdefault(document.path, set()).add(service)

        for document in originals:
            of_file = services.get(document.path, set())
            alone = next(iter(of_file)) if len(of_file) == 1 else slug(options.service or "")
            yield _draft(document, _service(document) or alone)


def _draft(document: Original, service: str) -> Converted:
    values, origin = mapping(document.values), OriginalLocation(document)
    kind, name = values.get("kind"), mapping(values.get("metadata")).get("name")
    if not isinstance(kind, str) or not isinstance(name, str):
        return left_out(origin, "an OpenSLO document without a kind or a name")
    if not service:
        help_text = "pass --service, or copy it to services/<service>/"
        return left_out(origin, f"the service of the {kind} {name} is unknown", help_text)
    path = service_file(service, "slo" if kind == SLO else "openslo")
    return Draft(path, Block(values), origin)


def _service(document: Original) -> str:
    """Return the service that an SLO names, or the name of a Service; empty for other kinds."""
    values = mapping(document.values)
    if values.get("kind") == SLO:
        return slug(str(mapping(values.get("spec")).get("service") or ""))
    is_service = values.get("kind") == "Service"
    return slug(str(mapping(values.get("metadata")).get("name") or "")) if is_service else ""
