"""Links from a review to the pages of the services that it touches, or where the pages are."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final
from urllib.parse import quote

from reliability.load.catalog import Catalog
from reliability.model.notification import NotificationPolicy
from reliability.resolve.environments.placements import owners, pages_folder, placements

ARTIFACT: Final = "reliability-pages"
"""Artifact in which our scheduled workflow keeps the pages of a day."""
WORKFLOWS: Final = ".github/workflows"
LARGEST: Final = 256 * 1024
"""Size in bytes up to which a workflow is searched for the artifact."""
LISTED: Final = 10
"""Largest number of services with a link, and of links with environments."""


@dataclass(frozen=True, slots=True)
class SiteLinks:
    """Where the pages of `reliability site` are, as the base branch has them.

    `url` is the address of their first page, `services` those of services that the change touches;
    both are empty if no address is declared. `workflow` keeps the pages as an artifact; it may be
    empty too.
    """

    url: str = ""
    services: tuple[tuple[str, str], ...] = ()
    workflow: str = ""


NO_PAGES: Final = SiteLinks()


def site_links(base: Catalog, touched: tuple[str, ...], root: Path) -> SiteLinks:
    """Return where the pages of touched services are; a service that is new has none yet.

    With environments, each in which a service runs has a page of it.
    """
    policy = base.only(NotificationPolicy)
    address = policy.value.spec.pages_base if policy else None
    known = [name for name in touched if name in base.services][:LISTED]
    if not known:
        return SiteLinks()
    if policy is None or address is None:
        return SiteLinks(workflow=_workflow(root))

    address = quote(address.rstrip("/"), safe="/:?#@!$&'*+,;=%~")
    language = policy.value.spec.language
    declared = placements(base)
    if not declared:
        pages = f"{address}/{language}"
        services = tuple((name, f"{pages}/services/{quote(name)}.html") for name in known)
        return SiteLinks(f"{pages}/index.html", services)

    owned = owners(base)
    links = (
        (
            f"{name} ({placement.name})",
            f"{address}/{quote(pages_folder(placement.name), safe='@')}/{language}"
            f"/services/{quote(name)}.html",
        )
        for name in known
        for placement in declared
        if placement.has_series(owned.get(name))
    )
    return SiteLinks(f"{address}/{language}/index.html", tuple(islice(links, LISTED)))


def _workflow(root: Path) -> str:
    """Return the name of the workflow that keeps the pages; empty if none of this folder does."""
    folder = root / WORKFLOWS
    if not folder.is_dir():
        return ""
    for path in sorted(folder.glob("*.y*ml")):
        is_small = path.is_file() and path.stat().st_size <= LARGEST
        if is_small and ARTIFACT.encode() in path.read_bytes():
            return path.name
    return ""
