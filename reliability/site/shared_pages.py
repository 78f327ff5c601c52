"""Pages about several services: of all of them, of each team, and the search."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias, TypeVar

import numpy as np

from reliability.processes import spread
from reliability.site.assets import assets
from reliability.site.documents import status_document
from reliability.site.figures import SiteDeclarations, SiteFigures
from reliability.site.fingerprints import Fingerprints
from reliability.site.kept import SiteState
from reliability.site.merged import GitPast
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
from reliability.site.pages.reviews import first_reviews, reviews_page, suggested_targets
from reliability.site.pages.team import team_page
from reliability.site.real_pages import RealPages
from reliability.site.search import search_entries, shards_of
from reliability.site.state import KeptPages, KeptTargets
from reliability.site.summaries import IncidentRow, TargetForReview
from reliability.site.writing import File, PageWriter

AT_ONCE: Final = 20
"""Services, or teams, that one piece of work renders."""

T = TypeVar("T")
BuiltPages: TypeAlias = tuple[dict[str, bool], KeptPages | None]
"""Names of files and whether each was written, and their state; None if they are not kept."""
Piece: TypeAlias = Callable[[], dict[str, BuiltPages]]
"""Makes some pages and puts them into the folder; they are returned by name."""


@dataclass(frozen=True, eq=False, kw_only=True)
class SharedPages:
    """Pages about several services; `kept` is the state of the last build, `state` that of this.

    `others` are incidents of services without a page.
    """

    site: SiteFigures
    declared: SiteDeclarations
    past: GitPast
    writer: PageWriter
    prints: Fingerprints
    kept: SiteState
    state: SiteState
    received: RealPages | None
    others: tuple[IncidentRow, ...]

    def write(self, jobs: int) -> dict[str, bool]:
        """Write all pages in as many processes as asked for; return what was written.

        Raises:
            SourceError: a file of the history is damaged.
        """
        site = self.site
        incidents = incidents_page(site, self.others)
        quarter = quarter_page(site, incidents.rows)
        self._add_targets(jobs)
        written: dict[str, bool] = {}
        for of_piece in spread("writing pages", [*self._pieces(incidents, quarter)], jobs):
            for name, (files, pages) in of_piece.items():
                written |= files
                if pages is not None:
                    self.state.pages[name] = pages
        return written

    def has_targets(self, service: str, slo: str) -> bool:
        """Return whether the targets of an SLO are kept, or can be computed."""
        is_declared = service in self.declared.inputs.services
        return is_declared or self._kept_targets(service, slo) is not None

    def _add_targets(self, jobs: int) -> None:
        """Add the suggested targets of the first reviews to the state."""
        wanted = first_reviews(self.site)
        targets = {key: self._kept_targets(*key) for key in wanted}
        missing = [key for key, kept in targets.items() if kept is None]
        pieces = [partial(suggested_targets, self.declared, *key) for key in missing]
        tried = spread("trying targets", pieces, jobs)
        targets |= dict(zip(missing, tried, strict=True))
        for key, of_slo in targets.items():
            kept = self.state.services.get(key[0])
            self.state.targets[key] = KeptTargets(kept.fingerprint if kept else "", of_slo or ())

    def _kept_targets(self, service: str, slo: str) -> tuple[TargetForReview, ...] | None:
        kept, now = self.kept.targets.get((service, slo)), self.state.services.get(service)
        if kept is None or now is None or kept.fingerprint != now.fingerprint:
            return None
        return kept.targets

    def _pieces(self, incidents: IncidentsPage, quarter: QuarterPage) -> Iterator[Piece]:
        """Yield what makes the pages, the longest work first."""
        site = self.site
        targets = {key: kept.targets for key, kept in self.state.targets.items()}
        yield self._search
        yield lambda: self._page("calendar.html", calendar_page(site))
        yield lambda: self._page("index.html", overview(site), "overview.html")
        yield lambda: self._page("reviews.html", reviews_page(site, self.past.edit, targets))
        yield self._of_messages
        yield self._status
        yield lambda: self._page("incidents.html", incidents)
        yield lambda: self._page("quarter.html", quarter)
        yield self._start
        for part in in_parts(quarter.teams):
            yield partial(self._teams, part)

    def _page(self, name: str, model: object, template: str = "") -> dict[str, BuiltPages]:
        """Write a page in all languages unless its model is that of the last build."""
        made = partial(self.writer.page, name, model, template or name)
        return {name: self._unless_kept(name, self._fingerprint(model), made)}

    def _fingerprint(self, model: object) -> str:
        """Return the fingerprint of a page that shows a model."""
        return _digest((self.prints.common, self.writer.first.frame, model))

    def _status(self) -> dict[str, BuiltPages]:
        return {"status": (self.writer.put([("status.json", status_document(self.site))]), None)}

    def _start(self) -> dict[str, BuiltPages]:
        fingerprint = _digest(
            (self.prints.common, self.writer.first.frame, self.writer.first_language)
        )
        return {"start": self._unless_kept("start", fingerprint, self._start_files)}

    def _start_files(self) -> Iterator[File]:
        yield from assets()
        yield "index.html", self.writer.first.page("start", None, "start.html")

    def _of_messages(self) -> dict[str, BuiltPages]:
        messages = messages_page(self.site, self.received)
        fingerprint, page = self._fingerprint(messages), self.writer.page
        return {
            name: self._unless_kept(name, fingerprint, partial(page, name, messages, name))
            for name in ("notifications.html", "on-call.html")
        }

    def _search(self) -> dict[str, BuiltPages]:
        entries = [*search_entries(self.site)]
        fingerprint = _digest(entries)
        return {"search": self._unless_kept("search", fingerprint, lambda: shards_of(entries))}

    def _teams(self, quarters: Sequence[TeamQuarter]) -> dict[str, BuiltPages]:
        """Build the pages of those of some teams that changed."""
        pages: dict[str, BuiltPages] = {}
        for quarter in quarters:
            team = quarter.team
            services = self.site.teams[team]
            revision = self.past.revision(services)
            rate = self.site.pages_per_week[team]
            kept = [self.state.services.get(service) for service in services]
            prints = [one.fingerprint if one is not None else "" for one in kept]
            fingerprint = self.prints.team(team, prints, (rate, quarter.incidents, revision))
            name = f"teams/{team}"
            made = partial(self._of_team, quarter, revision)
            pages[name] = self._unless_kept(name, fingerprint, made)
        return pages

    def _of_team(self, quarter: TeamQuarter, revision: str) -> Iterator[File]:
        name, page = f"teams/{quarter.team}.html", team_page(self.site, quarter.team)
        yield from self.writer.page(name, page, "team.html", revision=revision)
        of_quarter = team_quarter_page(self.site, quarter)
        name = f"quarter/{quarter.team}.html"
        yield from self.writer.page(name, of_quarter, "quarter-team.html", revision=revision)

    def _unless_kept(
        self, name: str, fingerprint: str, made: Callable[[], Iterable[File]]
    ) -> BuiltPages:
        """Write pages unless they are those of the last build."""
        folder, kept = self.writer.folder, self.kept.pages.get(name)
        if (
            kept is not None
            and kept.fingerprint == fingerprint
            and folder.has(kept.files, kept.state)
        ):
            return dict.fromkeys(kept.files, False), kept
        files = self.writer.put(made())
        if not fingerprint:
            return files, None
        return files, KeptPages(fingerprint, tuple(files), folder.state(files))


def in_parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield a few items at once."""
    return (items[at : at + AT_ONCE] for at in range(0, len(items), AT_ONCE))


def _digest(values: object) -> str:
    # An array would be shortened.
    with np.printoptions(threshold=sys.maxsize):
        return hashlib.sha256(repr(values).encode("utf-8", "backslashreplace")).hexdigest()
