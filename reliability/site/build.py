"""Builds the site: every page in every language, JSON files, search shards and shared files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reliability.processes import in_processes
from reliability.render.words import Language
from reliability.resolve.environments.measured import placement_of
from reliability.site.assets import assets
from reliability.site.declared import DeclaredPast
from reliability.site.documents import service_document, status_document
from reliability.site.figures import NO_TEAM, SiteFigures
from reliability.site.merged import GitPast
from reliability.site.notified import MessageIndex, team_messages
from reliability.site.output import SiteFolder, WrittenSite
from reliability.site.pages.calendar import calendar_page
from reliability.site.pages.days import days_page
from reliability.site.pages.incidents import incidents_page
from reliability.site.pages.notifications import messages_page
from reliability.site.pages.overview import overview
from reliability.site.pages.quarter import quarter_page
from reliability.site.pages.reviews import reviews_page
from reliability.site.pages.service import ServicePages
from reliability.site.pages.team import team_page
from reliability.site.real_pages import PagerExport
from reliability.site.rendering import LANGUAGES, PageRenderer, SiteFrame
from reliability.site.search import search_shards

AT_ONCE: Final = 20
"""Services that one piece of work renders."""

File = tuple[str, bytes]


@dataclass(frozen=True, eq=False, kw_only=True)
class SiteBuild:
    """The pages of a site, and the folder that they go to; `export` are real pages, if given."""

    site: SiteFigures
    past: GitPast
    first_language: Language
    renderers: Mapping[Language, PageRenderer]
    pages: ServicePages
    folder: SiteFolder
    export: PagerExport | None = None

    @classmethod
    def of(
        cls, site: SiteFigures, past: GitPast, folder: SiteFolder, first_language: Language
    ) -> SiteBuild:
        """Prepare a renderer for each language."""
        catalog = site.context.catalog
        frame = SiteFrame(
            source=site.result.source,
            is_made_up=site.result.is_synthetic,
            at=site.inputs.at,
            revision=past.head,
            environment=catalog.placement.name,
        )
        return cls(
            site=site,
            past=past,
            first_language=first_language,
            renderers={language: PageRenderer(language, frame) for language in LANGUAGES},
            pages=ServicePages.of(site, DeclaredPast(past, placement_of(catalog))),
            folder=folder,
        )

    @property
    def frame(self) -> SiteFrame:
        """What every page says about the site."""
        return self.renderers[self.first_language].frame

    def write(self, jobs: int) -> WrittenSite:
        """Write all files in as many processes as asked for.

        Raises:
            ReliabilityError: the folder holds other files.
            OSError: a file cannot be written.
        """
        before = self.folder.listed()
        services = [*self.site.inputs.services]
        parts = [services[at : at + AT_ONCE] for at in range(0, len(services), AT_ONCE)]

        def work(piece: int) -> list[tuple[str, bool]]:
            files = self._shared() if piece == 0 else self._of_services(parts[piece - 1])
            return [(name, self.folder.put(name, content)) for name, content in files]

        pieces = len(parts) + 1
        done = map(work, range(pieces)) if jobs == 1 else in_processes(pieces, work, jobs)
        written = {name: is_new for part in done for name, is_new in part}
        removed = self.folder.finish(before, written)
        return WrittenSite(len(written), sum(written.values()), removed)

    def _shared(self) -> Iterator[File]:
        yield from assets()
        yield "status.json", status_document(self.site)
        yield from search_shards(self.site)
        first = self.renderers[self.first_language]
        yield "index.html", first.page("start", None, "start.html")
        yield from self._page("index.html", overview(self.site), "overview.html")
        yield from self._page("calendar.html", calendar_page(self.site), "calendar.html")
        yield from self._of_past()
        reviews = reviews_page(self.site, self.past.edit)
        yield from self._page("reviews.html", reviews, "reviews.html")
        for team in self.site.teams:
            if team != NO_TEAM:
                yield from self._page(f"teams/{team}.html", team_page(self.site, team), "team.html")

    def _of_past(self) -> Iterator[File]:
        """Yield the pages about incidents, messages and the last quarter."""
        incidents = incidents_page(self.site, MessageIndex.of(self.site))
        yield from self._page("incidents.html", incidents, "incidents.html")
        messages = messages_page(self.site, team_messages(self.site), self.export)
        yield from self._page("notifications.html", messages, "notifications.html")
        yield from self._page("on-call.html", messages, "on-call.html")
        quarter = quarter_page(self.site, incidents.rows)
        yield from self._page("quarter.html", quarter, "quarter.html")
        for team in quarter.teams:
            yield from self._page(f"quarter/{team.team}.html", team, "quarter-team.html")

    def _of_services(self, services: Sequence[str]) -> Iterator[File]:
        for service in services:
            yield f"services/{service}.json", service_document(self.site, service)
            page = self.pages.page(service)
            name = f"services/{service}.html"
            yield from self._page(name, page, "service.html", page.zone)
            days = days_page(self.site, service, self.pages.past)
            name = f"services/days/{service}.html"
            yield from self._page(name, days, "days.html", page.zone)

    def _page(self, name: str, model: object, template: str, zone: str = "UTC") -> Iterator[File]:
        for language, renderer in self.renderers.items():
            yield f"{language}/{name}", renderer.page(name, model, template, zone)
