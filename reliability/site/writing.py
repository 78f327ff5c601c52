"""Writes pages in every language into the folder of a site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from reliability.render.words import Language
from reliability.site.output import SiteFolder
from reliability.site.rendering import PageRenderer

File: TypeAlias = tuple[str, bytes]
Written: TypeAlias = Mapping[str, bool]
"""Names of files, and whether each was written."""


@dataclass(frozen=True, slots=True)
class PageWriter:
    """The folder of a site, and a renderer for each language."""

    folder: SiteFolder
    renderers: Mapping[Language, PageRenderer]
    first_language: Language

    @property
    def first(self) -> PageRenderer:
        """The renderer of the page that chooses a language."""
        return self.renderers[self.first_language]

    def put(self, files: Iterable[File]) -> dict[str, bool]:
        """Write those of some files whose content differs."""
        return {name: self.folder.put(name, content) for name, content in files}

    def page(
        self,
        name: str,
        model: object,
        template: str,
        *,
        zone: str = "UTC",
        revision: str | None = None,
    ) -> Iterator[File]:
        """Yield a page in each language."""
        for language, renderer in self.renderers.items():
            yield f"{language}/{name}", renderer.page(name, model, template, zone, revision)
