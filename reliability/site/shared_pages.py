"""Pages about several services: of all of them, of each team, and the search."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias, TypeVar

from reliability.load.past import GitPast
from reliability.processes import spread
from reliability.site.assets import assets
from reliability.site.documents import status_document
from reliability.site.figures import SiteDeclarations, SiteFigures
from reliability.site.pages.calendar import calendar_page
from reliability.site.pages.incidents import IncidentsPage, incidents_page
from reliability.site.pages.notifications import messages_page
from reliability.site.pages.overview import overview
from reliability.site.pages.quarter import (
    QuarterPage,
    TeamQuarter,
    quarter_page,
    team_quarter_page,
)
from reliability.site.pages.reviews import (
    Targets,
    first_reviews,
    reviews_page,
    suggested_targets,
)
from reliability.site.pages.team import team_page
from reliability.site.real_pages import RealPages
from reliability.site.search import search_entries, shards_of
from reliability.site.summaries import IncidentRow
from reliability.site.writing import File, PageWriter, Written

AT_ONCE: Final = 20
"""Services, or teams, that one piece of work renders."""

T = TypeVar("T")
Piece: TypeAlias = Callable[[], Written]
"""Makes some pages and puts them into the folder."""


@dataclass(frozen=True, eq=False, kw_only=True)
class SharedPages:
    """Pages about several services; `others` are incidents of services without a page."""

    site: SiteFigures
    declared: SiteDeclarations
    past: GitPast
    writer: PageWriter
    received: RealPages | None
    others: tuple[IncidentRow, ...]

    def write(self, jobs: int) -> dict[str, bool]:
        """Write all pages in as many processes as asked for; return what was written.

        Raises:
            SourceError: a file of the history is damaged.
        """
        incidents = incidents_page(self.site, self.others)
        quarter = quarter_page(self.site, incidents.rows)
        pieces = [*self._pieces(incidents, quarter, self._targets(jobs))]
        written: dict[str, bool] = {}
        for of_piece in spread("writing pages", pieces, jobs):
            written |= of_piece
        return written

    def _targets(self, jobs: int) -> Targets:
        """Return the suggested targets of the first reviews."""
        wanted = first_reviews(self.site)
        pieces = [partial(suggested_targets, self.declared, *key) for key in wanted]
        return dict(zip(wanted, spread("trying targets", pieces, jobs), strict=True))

    def _pieces(
        self, incidents: IncidentsPage, quarter: QuarterPage, targets: Targets
    ) -> Iterator[Piece]:
        """Yield what makes the pages, the longest work first."""
        site, put = self.site, self.writer.put
        yield lambda: put(shards_of([*search_entries(site)]))
        yield lambda: self._page("calendar.html", calendar_page(site))
        yield lambda: self._page("index.html", overview(site), "overview.html")
        yield lambda: self._page("reviews.html", reviews_page(site, self.past.edit, targets))
        yield self._messages
        yield lambda: put([("status.json", status_document(site))])
        yield lambda: self._page("incidents.html", incidents)
        yield lambda: self._page("quarter.html", quarter)
        yield lambda: put(self._start())
        for part in in_parts(quarter.teams):
            yield partial(self._teams, part)

    def _page(self, name: str, model: object, template: str = "") -> Written:
        """Write a page in all languages."""
        return self.writer.put(self.writer.page(name, model, template or name))

    def _start(self) -> Iterator[File]:
        yield from assets()
        yield "index.html", self.writer.first.page("start", None, "start.html")

    def _messages(self) -> Written:
        messages = messages_page(self.site, self.received)
        names = ("notifications.html", "on-call.html")
        return {file: new for name in names for file, new in self._page(name, messages).items()}

    def _teams(self, quarters: Sequence[TeamQuarter]) -> Written:
        return self.writer.put(file for quarter in quarters for file in self._team(quarter))

    def _team(self, quarter: TeamQuarter) -> Iterator[File]:
        revision = self.past.revision(self.site.teams[quarter.team])
        name, page = f"teams/{quarter.team}.html", team_page(self.site, quarter.team)
        yield from self.writer.page(name, page, "team.html", revision=revision)
        of_quarter = team_quarter_page(self.site, quarter)
        name = f"quarter/{quarter.team}.html"
        yield from self.writer.page(name, of_quarter, "quarter-team.html", revision=revision)


def in_parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield a few items at once."""
    return (items[at : at + AT_ONCE] for at in range(0, len(items), AT_ONCE))
