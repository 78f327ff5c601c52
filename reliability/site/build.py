"""Builds the site: every page in every language, JSON files, search shards and shared files.

One pass measures a service and writes its pages, so that its days and details stay in the process
that needs them. What other pages show of it comes back as a summary with details.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from reliability.backtest.notified_sides import UnknownNotifications
from reliability.backtest.verdicts import merged
from reliability.load.past import GitPast
from reliability.processes import spread
from reliability.render.words import Language
from reliability.resolve.environments.measured import placement_of
from reliability.site.declared import DeclaredPast
from reliability.site.documents import service_document
from reliability.site.figures import SiteDeclarations, SiteFigures
from reliability.site.measuring import ServiceFigures, SiteInputs
from reliability.site.notified import CountedMessages, whole_weeks
from reliability.site.output import SiteFolder, WrittenSite
from reliability.site.pages.days import days_page
from reliability.site.pages.service import ServicePages
from reliability.site.real_pages import RealPages
from reliability.site.rendering import LANGUAGES, PageRenderer, SiteFrame
from reliability.site.shared_pages import SharedPages, in_parts
from reliability.site.summaries import ServiceDetail, ServiceSummary
from reliability.site.summarizing import Summarizer, impacts_of, incidents_without_page
from reliability.site.writing import File, PageWriter, Written
from reliability.tuning import freeze_objects


class BuiltService(NamedTuple):
    """What was built of a service: the names of its files, and whether each was written."""

    files: Written
    summary: ServiceSummary
    detail: ServiceDetail


class BuiltSite(NamedTuple):
    """The files of a site, and the figures on its pages about several services."""

    written: WrittenSite
    figures: SiteFigures


@dataclass(frozen=True, eq=False, kw_only=True)
class SiteBuild:
    """The pages of a site, and the folder that they go to; `received` are real pages, if given."""

    site: SiteDeclarations
    past: GitPast
    writer: PageWriter
    pages: ServicePages
    summarizer: Summarizer
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
        renderers = {language: PageRenderer(language, frame) for language in LANGUAGES}
        return cls(
            site=site,
            past=past,
            writer=PageWriter(folder, renderers, first_language),
            pages=ServicePages.of(site, DeclaredPast(past, placement_of(catalog))),
            summarizer=Summarizer.of(site),
        )

    @property
    def frame(self) -> SiteFrame:
        """What every page says about the site."""
        return self.writer.first.frame

    def write(self, jobs: int) -> BuiltSite:
        """Write all files in as many processes as asked for.

        Raises:
            ReliabilityError: the folder holds other files, or a file of the history is damaged.
            OSError: a file cannot be written.
        """
        folder = self.writer.folder
        before = folder.listed()
        services = [*self.site.inputs.services]
        folder.begin(before, (name for one in services for name in service_files(one)))
        freeze_objects()

        built: dict[str, BuiltService] = {}
        parts = [partial(self._services, part) for part in in_parts(services)]
        for of_part in spread("measuring services", parts, jobs):
            built |= of_part

        freeze_objects()
        shared = self._shared_pages(built)
        written = {name: new for one in built.values() for name, new in one.files.items()}
        written |= shared.write(jobs)
        removed = folder.finish(before, written)
        return BuiltSite(WrittenSite(len(written), sum(written.values()), removed), shared.site)

    def _shared_pages(self, built: Mapping[str, BuiltService]) -> SharedPages:
        """Return the pages about several services."""
        site = SiteFigures(
            inputs=self.site.inputs,
            services={name: one.summary for name, one in built.items()},
            details={name: one.detail for name, one in built.items()},
            sent=self._sent(built),
        )
        return SharedPages(
            site=site,
            declared=self.site,
            past=self.past,
            writer=self.writer,
            received=self.received,
            others=tuple(incidents_without_page(self.site)),
        )

    def _sent(self, built: Mapping[str, BuiltService]) -> CountedMessages | UnknownNotifications:
        """Return the counts of all messages, added up or from a simulation of all services."""
        messages, weeks = self.summarizer.messages, whole_weeks(self.site.axis)
        if isinstance(messages, UnknownNotifications):
            return messages
        if self.summarizer.is_by_service:
            summaries = (one.summary for one in built.values())
            return CountedMessages.summed(((one.team, one.messages) for one in summaries), weeks)
        replayed = [one for of in built.values() for one in of.detail.replayed]
        impacts = impacts_of(merged(verdict for one in replayed for verdict in one.verdicts))
        sent = messages.sent(row for one in replayed for row in one.rows)
        return CountedMessages.of(sent, weeks, impacts)

    def _services(self, services: Sequence[str]) -> dict[str, BuiltService]:
        self.past.read(services)
        return {service: self._service(service) for service in services}

    def _service(self, service: str) -> BuiltService:
        figures = self.site.inputs.measured(service)
        files = self.writer.put(self._files(service, figures))
        return BuiltService(files, *self.summarizer.summarized(service, figures))

    def _files(self, service: str, figures: ServiceFigures) -> Iterator[File]:
        objectives = figures.objectives
        page = self.pages.page(service, objectives)
        days = days_page(self.site, service, objectives, self.pages.past)
        document, page_name, days_name = service_models(service)
        revision = self.past.revision([service])
        yield document, service_document(self.site, service, objectives)
        write = self.writer.page
        yield from write(page_name, page, "service.html", zone=page.zone, revision=revision)
        yield from write(days_name, days, "days.html", zone=page.zone, revision=revision)


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
