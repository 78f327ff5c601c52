"""Body of an object that a target stores as YAML text, parsed on first use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from reliability.load.document import FileLimits, parse
from reliability.resource import Json

LIMITS: Final = FileLimits(bytes=100_000_000, depth=100, nodes=10_000_000)
"""Limits of one generated file; far above what a service compiles to."""


class BodyError(Exception):
    """A text is not a single YAML mapping; the message says where and why."""


class YamlBody(Mapping[str, Json]):
    """Body that is read and parsed on first use: a plan without changes needs no body."""

    def __init__(self, text: Callable[[], bytes]) -> None:
        """Take what returns the text."""
        self._text = text
        self._body: Mapping[str, Json] | None = None

    def parsed(self) -> Mapping[str, Json]:
        """Parse the text.

        Raises:
            BodyError: the text is not a single mapping.
        """
        return parse_body(self._text())

    @property
    def body(self) -> Mapping[str, Json]:
        """Parsed body.

        Raises:
            BodyError: the text is not a single mapping.
        """
        if self._body is None:
            self._body = self.parsed()
        return self._body

    def __getitem__(self, key: str) -> Json:
        return self.body[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.body)

    def __len__(self) -> int:
        return len(self.body)


def parse_body(content: bytes) -> Mapping[str, Json]:
    """Parse a single YAML document that is a mapping, within `LIMITS`.

    Raises:
        BodyError: it is something else, or exceeds a limit.
    """
    parsed = parse(PurePosixPath("file"), content, LIMITS)
    for fault in parsed.faults:
        if fault.rule != "document-yaml11":
            span = fault.location.span
            raise BodyError(f"{span.line}:{span.column}: {fault.message}")

    match [document.values for document in parsed.documents]:
        case [dict(body)]:
            return body
        case []:
            return {}
        case documents:
            raise BodyError(f"{len(documents)} YAML documents, of which one mapping was expected")
