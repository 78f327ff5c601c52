"""Builds the site: every page in every language, JSON files, search shards and shared files.

One pass measures a service and writes its pages, so that its days and details stay in the process
that needs them. What other pages show of it comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias, TypeVar

from reliability.processes import in_processes
from reliability.render.words import Language
from reliability.resolve.environments.measured import placement_of
from reliability.site.assets import assets
from reliability.site.declared import DeclaredPast
from reliability.site.documents import service_document, status_document
from reliability.site.figures import NO_TEAM, SiteDeclarations, SiteFigures
from reliability.site.measuring import ServiceFigures, SiteInputs
from reliability.site.merged import GitPast
from reliability.site.notified import MessageIndex, team_messages
from reliability.site.output import SiteFolder, WrittenSite
from reliability.site.pages.calendar import calendar_page
from reliability.site.pages.days import days_page
from reliability.site.pages.incidents import incidents_page
from reliability.site.pages.notifications import messages_page
from reliability.site.pages.overview import overview
from reliability.site.pages.quarter import TeamQuarter, quarter_page
from reliability.site.pages.reviews import reviews_page
from reliability.site.pages.service import ServicePages
from reliability.site.pages.team import team_page
from reliability.site.real_pages import RealPages
from reliability.site.rendering import LANGUAGES, PageRenderer, SiteFrame
from reliability.site.search import search_shards
from reliability.tuning import freeze_objects

AT_ONCE: Final = 20
"""Services, or teams, that one piece of work renders."""

File = tuple[str, bytes]
T = TypeVar("T")
Written: TypeAlias = Mapping[str, bool]
"""Names of files, and whether each was written."""


@dataclass(frozen=True, slots=True)
class BuiltService:
    """What other pages show of a service, and its files."""

    figures: ServiceFigures
    files: Written


@dataclass(frozen=True, slots=True)
class BuiltSite:
    """The files of a site, and the figures on its pages about several services."""

    written: WrittenSite
    figures: SiteFigures


@dataclass(frozen=True, eq=False, kw_only=True)
class SiteBuild:
    """The pages of a site, and the folder that they go to; `received` are real pages, if given."""

    site: SiteDeclarations
    past: GitPast
    first_language: Language
    renderers: Mapping[Language, PageRenderer]
    pages: ServicePages
    folder: SiteFolder
    received: RealPages | None = None

    @classmethod
    def of(
        cls, inputs: SiteInputs, past: GitPast, folder: SiteFolder, first_language: Language
    ) -> SiteBuild:
        """Prepare a renderer for each language."""
        catalog = inputs.context.catalog
        site = SiteDeclarations(inputs=inputs)
        frame = SiteFrame(
            source=inputs.source.description,
            is_made_up=inputs.source.is_made_up,
            at=inputs.at,
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

    def write(self, jobs: int) -> BuiltSite:
        """Write all files in as many processes as asked for.

        Raises:
            ReliabilityError: the folder holds other files, or a file of the history is damaged.
            OSError: a file cannot be written.
        """
        before = self.folder.listed()
        services = [*self.site.inputs.services]
        self.folder.begin(before, (name for one in services for name in service_files(one)))
        freeze_objects()

        parts = [services[at : at + AT_ONCE] for at in range(0, len(services), AT_ONCE)]
        built: dict[str, BuiltService] = {}
        for of_part in _spread([partial(self._built, part) for part in parts], jobs):
            built |= of_part
        figures = {service: built[service].figures for service in services}
        site = SiteFigures.of(self.site.inputs, figures)

        written = {name: is_new for one in built.values() for name, is_new in one.files.items()}
        freeze_objects()
        for of_piece in _spread([partial(self._put, piece) for piece in self._pieces(site)], jobs):
            written |= of_piece
        removed = self.folder.finish(before, written)
        return BuiltSite(WrittenSite(len(written), sum(written.values()), removed), site)

    def _built(self, services: Sequence[str]) -> dict[str, BuiltService]:
        return {service: self._built_one(service) for service in services}

    def _built_one(self, service: str) -> BuiltService:
        figures = self.site.inputs.measured(service)
        files = self._put(partial(self._of_service, service, figures))
        return BuiltService(figures.brief(), files)

    def _put(self, piece: Callable[[], Iterable[File]]) -> dict[str, bool]:
        return {name: self.folder.put(name, content) for name, content in piece()}

    def _of_service(self, service: str, figures: ServiceFigures) -> Iterator[File]:
        objectives = figures.objectives
        page = self.pages.page(service, objectives)
        days = days_page(self.site, service, objectives, self.pages.past)
        document, page_name, days_name = service_models(service)
        yield document, service_document(self.site, service, objectives)
        yield from self._page(page_name, page, "service.html", page.zone)
        yield from self._page(days_name, days, "days.html", page.zone)

    def _pieces(self, site: SiteFigures) -> list[Callable[[], Iterable[File]]]:
        """Return what makes the files about several services, the longest work first."""
        incidents = incidents_page(site, MessageIndex.of(site))
        quarter = quarter_page(site, incidents.rows)
        teams = {team.team: team for team in quarter.teams}
        names = [team for team in site.teams if team != NO_TEAM]
        parts = [names[at : at + AT_ONCE] for at in range(0, len(names), AT_ONCE)]

        def page(name: str, template: str, model: Callable[[], object]) -> Iterator[File]:
            return self._page(name, model(), template)

        return [
            partial(page, "reviews.html", "reviews.html", lambda: reviews_page(site, self._edit)),
            partial(search_shards, site),
            lambda: [("status.json", status_document(site))],
            partial(self._of_messages, site),
            partial(page, "index.html", "overview.html", lambda: overview(site)),
            partial(page, "calendar.html", "calendar.html", lambda: calendar_page(site)),
            partial(page, "incidents.html", "incidents.html", lambda: incidents),
            partial(page, "quarter.html", "quarter.html", lambda: quarter),
            *(partial(self._of_teams, site, part, teams) for part in parts),
            self._start,
        ]

    @property
    def _edit(self) -> str:
        return self.past.edit

    def _start(self) -> Iterator[File]:
        yield from assets()
        first = self.renderers[self.first_language]
        yield "index.html", first.page("start", None, "start.html")

    def _of_messages(self, site: SiteFigures) -> Iterator[File]:
        messages = messages_page(site, team_messages(site), self.received)
        yield from self._page("notifications.html", messages, "notifications.html")
        yield from self._page("on-call.html", messages, "on-call.html")

    def _of_teams(
        self, site: SiteFigures, names: Sequence[str], quarters: Mapping[str, TeamQuarter]
    ) -> Iterator[File]:
        for team in names:
            yield from self._page(f"teams/{team}.html", team_page(site, team), "team.html")
            yield from self._page(f"quarter/{team}.html", quarters[team], "quarter-team.html")

    def _page(self, name: str, model: object, template: str, zone: str = "UTC") -> Iterator[File]:
        for language, renderer in self.renderers.items():
            yield f"{language}/{name}", renderer.page(name, model, template, zone)


def service_models(service: str) -> tuple[str, str, str]:
    """Return the names of a service's document, and of its pages below a language's folder."""
    return (
        f"services/{service}.json",
        f"services/{service}.html",
        f"services/days/{service}.html",
    )


def service_files(service: str) -> Iterator[str]:
    """Yield the names of all files of a service."""
    document, *pages = service_models(service)
    yield document
    for language in LANGUAGES:
        yield from (f"{language}/{page}" for page in pages)


def _spread(pieces: Sequence[Callable[[], T]], jobs: int) -> Iterator[T]:
    """Yield the result of each piece, in their order, from as many processes as asked for."""

    def work(number: int) -> T:
        return pieces[number]()

    numbers = range(len(pieces))
    return map(work, numbers) if jobs == 1 else in_processes(len(pieces), work, jobs)
