"""First page of several environments: the SLOs of each, counted by burn state, and its pages."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from reliability.message import Message
from reliability.render.words import Language
from reliability.site.assets import assets
from reliability.site.output import LIST, SiteFolder, SiteFolderError, WrittenSite
from reliability.site.pages.overview import GroupSummary
from reliability.site.rendering import LANGUAGES, PageRenderer, SiteFrame

FIRST: Final = "index.html"


@dataclass(frozen=True, slots=True)
class EnvironmentEntry:
    """One environment: the folder of its pages, its SLOs as its overview counts them, its frame."""

    folder: str
    summary: GroupSummary
    frame: SiteFrame


def ensure_first_page(folder: SiteFolder) -> None:
    """Require that no other file is where the first page goes.

    Raises:
        SiteFolderError: it is a file of somebody else, or Git tracks a file there.
    """
    folder.ensure_untracked()
    path = folder.folder / FIRST
    if os.path.lexists(path) and not os.path.lexists(folder.folder / LIST):
        raise SiteFolderError(
            Message(
                "{path} was not written by this command; pass another folder to --out", path=path
            )
        )


def write_environments(
    folder: SiteFolder, entries: Sequence[EnvironmentEntry], first: Language
) -> WrittenSite:
    """Write the page in each language beside the folders of the environments.

    Raises:
        SiteFolderError: the list of files of the folder cannot be read.
        OSError: a file cannot be written.
    """
    before = folder.listed() if os.path.lexists(folder.folder / LIST) else ()
    written = {name: folder.put(name, content) for name, content in _files(entries, first)}
    removed = folder.finish(before, written)
    return WrittenSite(len(written), sum(written.values()), removed)


def _files(entries: Sequence[EnvironmentEntry], first: Language) -> Iterator[tuple[str, bytes]]:
    frame = entries[0].frame
    for name, content in assets():
        if name.endswith((".css", ".svg")):
            yield name, content
    yield FIRST, PageRenderer(first, frame).page("start", None, "start.html")
    for language in LANGUAGES:
        page = PageRenderer(language, frame).page(FIRST, entries, "environments.html")
        yield f"{language}/{FIRST}", page
