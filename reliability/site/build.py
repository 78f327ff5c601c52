"""Builds the site: every page in every language, JSON files, search shards and shared files.

One pass measures a service and writes its pages, so that its days and details stay in the process
that needs them. What other pages show of it comes back. A service whose inputs and files are those
of the last build is neither measured nor rendered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from pickle import PicklingError
from typing import Final, TypeAlias, TypeVar

from reliability.processes import in_processes
from reliability.render.words import Language
from reliability.resolve.environments.measured import placement_of
from reliability.site.assets import assets
from reliability.site.declared import DeclaredPast
from reliability.site.documents import service_document, status_document
from reliability.site.figures import SiteDeclarations, SiteFigures
from reliability.site.fingerprints import Fingerprints
from reliability.site.kept import KeptPart, KeptSite, packed, unpacked
from reliability.site.measuring import ServiceFigures, SiteInputs
from reliability.site.merged import GitPast
from reliability.site.notified import MessageIndex, team_messages
from reliability.site.output import SiteFolder, WrittenSite
from reliability.site.pages.calendar import calendar_page
from reliability.site.pages.days import days_page
from reliability.site.pages.incidents import IncidentsPage, incidents_page
from reliability.site.pages.notifications import messages_page
from reliability.site.pages.overview import overview
from reliability.site.pages.quarter import TeamQuarter, quarter_page
from reliability.site.pages.reviews import reviews_page
from reliability.site.pages.service import ServicePages
from reliability.site.pages.team import team_page
from reliability.site.real_pages import RealPages
from reliability.site.rendering import LANGUAGES, PageRenderer, SiteFrame
from reliability.site.search import search_shards
from reliability.tuning import collector_paused, freeze_objects

AT_ONCE: Final = 20
"""Services, or teams, that one piece of work renders."""

File = tuple[str, bytes]
T = TypeVar("T")
NO_FIGURES: Final = ServiceFigures((), ())
Written: TypeAlias = Mapping[str, bool]
"""Names of files, and whether each was written."""
Piece: TypeAlias = Callable[[], dict[str, bool]]
"""Makes some files and puts them into the folder."""


@dataclass(frozen=True, slots=True)
class BuiltPart:
    """What was built of a service or a team.

    `kept` is its state for the next build, None if it has no fingerprint; figures of a service are
    sent in it, packed. `figures` are those of a service without a state, else nothing.
    """

    files: Written
    kept: KeptPart | None
    figures: ServiceFigures


@dataclass(frozen=True, slots=True)
class BuiltSite:
    """The files of a site, and the figures on its pages about several services.

    `unchanged` services were not built, because their inputs and files are those of the last build.
    """

    written: WrittenSite
    figures: SiteFigures
    unchanged: int


@dataclass(frozen=True, eq=False, kw_only=True)
class SiteBuild:
    """The pages of a site, and the folder that they go to; `received` are real pages, if given."""

    site: SiteDeclarations
    past: GitPast
    first_language: Language
    renderers: Mapping[Language, PageRenderer]
    pages: ServicePages
    folder: SiteFolder
    prints: Fingerprints
    kept: KeptSite
    received: RealPages | None = None

    @classmethod
    def of(
        cls,
        inputs: SiteInputs,
        past: GitPast,
        folder: SiteFolder,
        first_language: Language,
        root: Path,
    ) -> SiteBuild:
        """Prepare a renderer for each language, and read what the last build kept below `root`."""
        catalog = inputs.context.catalog
        site = SiteDeclarations(inputs=inputs)
        frame = SiteFrame(
            source=inputs.source.description,
            is_made_up=inputs.source.is_made_up,
            at=inputs.at,
            revision=past.head,
            environment=catalog.placement.name,
        )
        pages = ServicePages.of(site, DeclaredPast(past, placement_of(catalog)))
        prints = Fingerprints.of(inputs, past, pages.dependents)
        return cls(
            site=site,
            past=past,
            first_language=first_language,
            renderers={language: PageRenderer(language, frame) for language in LANGUAGES},
            pages=pages,
            folder=folder,
            prints=prints,
            kept=KeptSite.at(root, folder.folder, folder.top, prints.common),
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

        state: dict[str, KeptPart] = {}
        written: dict[str, bool] = {}
        figures: dict[str, ServiceFigures] = {}
        unchanged = 0
        for built in _spread([partial(self._services, part) for part in _in_parts(services)], jobs):
            for service, part in built.items():
                name = f"services/{service}"
                self._take(name, part, state, written)
                figures[service] = self._figures(name, part)
                unchanged += part is None
        with collector_paused():
            site = SiteFigures.of(self.site.inputs, figures)

        freeze_objects()
        incidents = incidents_page(site, MessageIndex.of(site))
        for of_piece in _spread([*self._pieces(site, incidents)], jobs):
            written |= of_piece
        quarter = quarter_page(site, incidents.rows)
        written |= self._put(self._page("quarter.html", quarter, "quarter.html"))
        prints = {
            service: state[name].fingerprint if (name := f"services/{service}") in state else ""
            for service in services
        }
        teams = [partial(self._teams, site, part, prints) for part in _in_parts(quarter.teams)]
        for of_teams in _spread(teams, jobs):
            for team, team_part in of_teams.items():
                self._take(f"teams/{team}", team_part, state, written)

        removed = self.folder.finish(before, written)
        self.kept.save(self.prints.common, state)
        return BuiltSite(WrittenSite(len(written), sum(written.values()), removed), site, unchanged)

    def _take(
        self,
        name: str,
        part: BuiltPart | None,
        state: dict[str, KeptPart],
        written: dict[str, bool],
    ) -> None:
        """Add the files and the state of a part; if it is None, those of the last build."""
        if part is None:
            kept = self.kept.parts[name]
            written |= {stamp.name: False for stamp in kept.files}
            state[name] = kept
        else:
            written |= part.files
            if part.kept is not None:
                state[name] = part.kept

    def _figures(self, name: str, part: BuiltPart | None) -> ServiceFigures:
        if part is None:
            return self.kept.figures[name]
        return unpacked(part.kept.figures) if part.kept is not None else part.figures

    def _services(self, services: Sequence[str]) -> dict[str, BuiltPart | None]:
        """Build those of some services that changed; None for the others."""
        # Before anything is read: what is written meanwhile is another fingerprint the next time.
        prints = {service: self.prints.service(service) for service in services}
        parts: dict[str, BuiltPart | None] = {
            service: None
            for service, fingerprint in prints.items()
            if self._is_unchanged(f"services/{service}", fingerprint)
        }
        changed = [service for service in services if service not in parts]
        self.past.read(changed)
        parts |= {service: self._service(service, prints[service]) for service in changed}
        return {service: parts[service] for service in services}

    def _is_unchanged(self, name: str, fingerprint: str) -> bool:
        kept = self.kept.unchanged(name, fingerprint)
        return kept is not None and self.folder.has(kept.files)

    def _service(self, service: str, fingerprint: str) -> BuiltPart:
        figures = self.site.inputs.measured(service)
        files = self._put(self._of_service(service, figures))
        brief = figures.brief()
        if not fingerprint:
            return BuiltPart(files, None, brief)
        try:
            content = packed(brief)
        except PicklingError:
            # A value of an unknown class: the service is built each time, and never wrong.
            return BuiltPart(files, None, brief)
        return BuiltPart(files, self._state(fingerprint, files, content), NO_FIGURES)

    def _state(self, fingerprint: str, files: Written, figures: bytes = b"") -> KeptPart:
        return KeptPart(fingerprint, tuple(self.folder.stamp(name) for name in files), figures)

    def _put(self, files: Iterable[File]) -> dict[str, bool]:
        return {name: self.folder.put(name, content) for name, content in files}

    def _of_service(self, service: str, figures: ServiceFigures) -> Iterator[File]:
        objectives = figures.objectives
        page = self.pages.page(service, objectives)
        days = days_page(self.site, service, objectives, self.pages.past)
        document, page_name, days_name = service_models(service)
        revision = self.past.revision([service])
        yield document, service_document(self.site, service, objectives)
        yield from self._page(page_name, page, "service.html", page.zone, revision)
        yield from self._page(days_name, days, "days.html", page.zone, revision)

    def _pieces(self, site: SiteFigures, incidents: IncidentsPage) -> Iterator[Piece]:
        """Yield what makes the pages about all services, the longest work first."""

        def page(name: str, model: Callable[[], object], template: str = "") -> Piece:
            return lambda: self._put(self._page(name, model(), template or name))

        def files(made: Callable[[], Iterable[File]]) -> Piece:
            return lambda: self._put(made())

        yield page("reviews.html", lambda: reviews_page(site, self.past.edit))
        yield files(lambda: search_shards(site))
        yield files(lambda: [("status.json", status_document(site))])
        yield files(lambda: self._of_messages(site))
        yield page("index.html", lambda: overview(site), "overview.html")
        yield page("calendar.html", lambda: calendar_page(site))
        yield page("incidents.html", lambda: incidents)
        yield files(self._start)

    def _start(self) -> Iterator[File]:
        yield from assets()
        first = self.renderers[self.first_language]
        yield "index.html", first.page("start", None, "start.html")

    def _of_messages(self, site: SiteFigures) -> Iterator[File]:
        messages = messages_page(site, team_messages(site), self.received)
        yield from self._page("notifications.html", messages, "notifications.html")
        yield from self._page("on-call.html", messages, "on-call.html")

    def _teams(
        self, site: SiteFigures, quarters: Sequence[TeamQuarter], prints: Mapping[str, str]
    ) -> dict[str, BuiltPart | None]:
        """Build the pages of some teams if they changed; None for the others."""
        parts: dict[str, BuiltPart | None] = {}
        for quarter in quarters:
            team = quarter.team
            services = site.teams[team]
            page = team_page(site, team)
            revision = self.past.revision(services)
            shown = (page.pages_per_week, quarter.incidents, revision)
            fingerprint = self.prints.team(team, (prints[one] for one in services), shown)
            if self._is_unchanged(f"teams/{team}", fingerprint):
                parts[team] = None
                continue
            files = self._put(
                (
                    *self._page(f"teams/{team}.html", page, "team.html", revision=revision),
                    *self._page(
                        f"quarter/{team}.html", quarter, "quarter-team.html", revision=revision
                    ),
                )
            )
            kept = self._state(fingerprint, files) if fingerprint else None
            parts[team] = BuiltPart(files, kept, NO_FIGURES)
        return parts

    def _page(
        self,
        name: str,
        model: object,
        template: str,
        zone: str = "UTC",
        revision: str | None = None,
    ) -> Iterator[File]:
        for language, renderer in self.renderers.items():
            yield f"{language}/{name}", renderer.page(name, model, template, zone, revision)


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


def _in_parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[at : at + AT_ONCE] for at in range(0, len(items), AT_ONCE))


def _spread(pieces: Sequence[Callable[[], T]], jobs: int) -> Iterator[T]:
    """Yield the result of each piece, in their order, from as many processes as asked for."""

    def work(number: int) -> T:
        return pieces[number]()

    numbers = range(len(pieces))
    return map(work, numbers) if jobs == 1 else in_processes(len(pieces), work, jobs)
