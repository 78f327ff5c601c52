"""Public pages: chosen SLOs in words for customers, their history, maintenance and a feed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from reliability.render.words import Language
from reliability.site.allow_list import AllowList, PublicSlo
from reliability.site.assets import asset
from reliability.site.charts import QuarterBlock, quarter_blocks
from reliability.site.days import PastPeriod
from reliability.site.measuring import ObjectiveFigures, SiteInputs
from reliability.site.output import SiteFolder, WrittenSite
from reliability.site.rendering import LANGUAGES, PageRenderer, SiteFrame
from reliability.timespan import TimeSpan

REDUCED: Final = 0.10
"""Share of a period's budget from which the feed tells of a day."""
FEED_DAYS: Final = timedelta(days=90)
AHEAD: Final = timedelta(days=30)
ASSETS: Final = ("icon.svg", "site.css")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PublicSection:
    """One SLO on the page; `number` counts from 1 and is its anchor."""

    number: int
    public: PublicSlo
    figures: ObjectiveFigures
    calendar: tuple[QuarterBlock, ...]
    periods: tuple[PastPeriod, ...]

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met in the current period; None if it is not known."""
        if self.figures.attainment is None or self.figures.part is not None:
            return None
        return self.figures.attainment >= float(self.public.objective.target)


@dataclass(frozen=True, slots=True, eq=False)
class PublicMaintenance:
    """Planned maintenance, and the SLOs that do not count it."""

    span: TimeSpan
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PublicEntry:
    """An entry of the feed: maintenance, or a day with reduced service."""

    id: str
    at: datetime
    name: str
    maintenance: TimeSpan | None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PublicPage:
    """The page: its SLOs, maintenance from 90 days ago to 30 days ahead, and the feed."""

    title: str
    id: str
    sections: tuple[PublicSection, ...]
    maintenance: tuple[PublicMaintenance, ...]
    entries: tuple[PublicEntry, ...]


def write_public(inputs: SiteInputs, allowed: AllowList, folder: SiteFolder) -> WrittenSite:
    """Write the public pages.

    Raises:
        ReliabilityError: the folder holds other files, or the history cannot be read.
        OSError: a file cannot be written.
    """
    before = folder.listed()
    page = public_page(inputs, allowed)
    # The description of the source may name a folder or a server, so it is left out.
    frame = SiteFrame(source="", is_made_up=inputs.source.is_made_up, at=inputs.at, revision="")
    renderers = {language: PageRenderer(language, frame) for language in LANGUAGES}
    files = [*_files(page, allowed, renderers)]
    written = {name: folder.put(name, content) for name, content in files}
    removed = folder.finish(before, written)
    return WrittenSite(len(written), sum(written.values()), removed)


def public_page(inputs: SiteInputs, allowed: AllowList) -> PublicPage:
    """Measure the chosen SLOs, and return the page."""
    sections = tuple(
        _section(number, slo, inputs.objective(slo.objective))
        for number, slo in enumerate(allowed.slos, start=1)
    )
    maintenance = tuple(_maintenance(inputs, allowed))
    entries = sorted(
        (*_announced(allowed, maintenance), *_reduced(inputs, allowed, sections)),
        key=lambda entry: (entry.at, entry.id),
        reverse=True,
    )
    return PublicPage(
        title=allowed.title,
        id=_id(allowed.title),
        sections=sections,
        maintenance=maintenance,
        entries=tuple(entries),
    )


def _files(
    page: PublicPage, allowed: AllowList, renderers: dict[Language, PageRenderer]
) -> Iterator[tuple[str, bytes]]:
    for name in ASSETS:
        yield f"assets/{name}", asset(name)
    for language, renderer in renderers.items():
        index = renderer.page("index.html", page, "public.html", allowed.zone)
        yield f"{language}/index.html", index
        yield f"{language}/feed.xml", renderer.page("feed.xml", page, "feed.xml", allowed.zone)
    yield "index.html", renderers["en"].page("start", page, "start.html")


def _section(number: int, public: PublicSlo, figures: ObjectiveFigures) -> PublicSection:
    return PublicSection(
        number=number,
        public=public,
        figures=figures,
        calendar=quarter_blocks(figures.days, ()) if figures.days is not None else (),
        periods=figures.periods,
    )


def _maintenance(inputs: SiteInputs, allowed: AllowList) -> Iterator[PublicMaintenance]:
    shown = TimeSpan(inputs.at - FEED_DAYS, inputs.at + AHEAD)
    names: dict[TimeSpan, list[str]] = {}
    for slo in allowed.slos:
        for correction in slo.objective.corrections:
            span = TimeSpan(correction.start, correction.end)
            if span.overlap(shown) is not None:
                names.setdefault(span, []).append(slo.name)
    for span in sorted(names, reverse=True):
        yield PublicMaintenance(span, tuple(names[span]))


def _announced(
    allowed: AllowList, maintenance: tuple[PublicMaintenance, ...]
) -> Iterator[PublicEntry]:
    for one in maintenance:
        for name in one.names:
            yield PublicEntry(
                id=_id(allowed.title, name, one.span.start.isoformat()),
                at=one.span.start.astimezone(UTC),
                name=name,
                maintenance=one.span,
            )


def _reduced(
    inputs: SiteInputs, allowed: AllowList, sections: tuple[PublicSection, ...]
) -> Iterator[PublicEntry]:
    since = (inputs.at - FEED_DAYS).date()
    for section in sections:
        days = section.figures.days
        for day, spent in zip(days.dates(), days.spent.tolist(), strict=True) if days else ():
            if day >= since and spent >= REDUCED:
                yield PublicEntry(
                    id=_id(allowed.title, section.public.name, day.isoformat()),
                    at=_midnight(day + timedelta(days=1)),
                    name=section.public.name,
                    maintenance=None,
                )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _id(*parts: str) -> str:
    """Return an identifier that stays the same for the same words and time."""
    return uuid5(NAMESPACE_URL, "\n".join(parts)).urn
