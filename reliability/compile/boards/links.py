"""Names and titles of all boards, and their links to pages outside of the tool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reliability.compile.boards.board import WebLink
from reliability.compile.boards.facts import BoardFacts

OVERVIEW: Final = "overview"
SERVICE: Final = "service"
TITLES: Final[Mapping[str, str]] = {
    OVERVIEW: "SLOs of all services",
    SERVICE: "SLOs of a service",
}
"""Title of each board, by its name."""


def web_links(facts: BoardFacts, page: str) -> tuple[WebLink, ...]:
    """Return the links that a catalog has addresses for; `page` is a page of `reliability site`."""
    pages = (WebLink("Pages", f"{facts.pages_base}/{page}"),) if facts.pages_base else ()
    runbooks = (WebLink("Runbooks", facts.runbook_base),) if facts.runbook_base else ()
    return (*pages, *runbooks)
