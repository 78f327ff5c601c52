"""Builds the site: every page in every language, JSON files, search shards and shared files.

One pass measures a service and writes its pages, so that its days and details stay in the process
that needs them. What other pages show of it comes back as a summary. A service whose inputs and
files are those of the last build is neither measured nor rendered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pickle import PicklingError

from reliability.backtest.notified_sides import UnknownNotifications
from reliability.backtest.verdicts import merged
from reliability.history.sources.stored import StoredHistory
from reliability.load.folder_states import UNKNOWN, state_of
from reliability.processes import spread
from reliability.render.words import Language
from reliability.resolve.environments.measured import placement_of
from reliability.site.declared import DeclaredPast
from reliability.site.documents import service_document
from reliability.site.figures import SiteDeclarations, SiteFigures
from reliability.site.fingerprints import Fingerprints, Neighbors, history_folders
from reliability.site.kept import NO_PLACE, KeptSite, SiteState
from reliability.site.measuring import ServiceFigures, SiteInputs
from reliability.site.merged import GitPast
from reliability.site.notified import CountedMessages, whole_weeks
from reliability.site.output import SiteFolder, WrittenSite
from reliability.site.packing import packed, unpacked
from reliability.site.pages.days import days_page
from reliability.site.pages.service import ServicePages
from reliability.site.real_pages import RealPages
from reliability.site.rendering import LANGUAGES, PageRenderer, SiteFrame
from reliability.site.separate import SeparateTerms
from reliability.site.shared_pages import SharedPages, in_parts
from reliability.site.state import KeptInputs, KeptService
from reliability.site.summaries import ServiceDetail, ServiceSummary
from reliability.site.summarizing import Summarizer, impacts_of, incidents_without_page
from reliability.site.writing import File, PageWriter, Written
from reliability.tuning import freeze_objects


@dataclass(frozen=True, slots=True)
class BuiltService:
    """What was built of a service: the names of its files, and whether each was written.

    `kept` is None if it has no fingerprint, or a value that cannot be packed. `detail` is packed if
    all of its values can be, and None if the service is unchanged.
    """

    files: Written
    summary: ServiceSummary
    detail: bytes | ServiceDetail | None
    kept: KeptService | None


@dataclass(frozen=True, slots=True)
class BuiltSite:
    """The files of a site, and the figures on its pages about several services.

    `unchanged` services were not built, because their inputs and files are those of the last build.
    """

    written: WrittenSite
    figures: SiteFigures
    unchanged: int


@dataclass(frozen=True, eq=False, kw_only=True)
class ServiceDetails:
    """Details of all services: of those that were built, and of those that were kept."""

    kept: KeptSite
    built: dict[str, bytes | ServiceDetail] = field(default_factory=dict)

    def __call__(self, service: str) -> ServiceDetail:
        """Return the details of a service.

        Raises:
            DamagedStateError: they cannot be read.
        """
        if service not in self.built:
            return self.kept.detail(service)
        detail = self.built[service]
        if isinstance(detail, ServiceDetail):
            return detail
        if service not in self.kept.read:
            self.kept.read[service] = unpacked(detail)
        return self.kept.read[service]

    @property
    def packed(self) -> Mapping[str, bytes]:
        """Packed details of services that were built."""
        return {name: one for name, one in self.built.items() if isinstance(one, bytes)}


@dataclass(frozen=True, eq=False, kw_only=True)
class SiteBuild:
    """The pages of a site, and the folder that they go to; `received` are real pages, if given."""

    site: SiteDeclarations
    past: GitPast
    writer: PageWriter
    pages: ServicePages
    summarizer: Summarizer
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
        kept: KeptSite,
        neighbors: Neighbors | None = None,
    ) -> SiteBuild:
        """Prepare a renderer for each language; `kept` is the state of the last build.

        `neighbors` are all services, if the catalog has only some.
        """
        neighbors = neighbors or neighbors_in(inputs)
        catalog = inputs.context.catalog
        site = SiteDeclarations(inputs=inputs)
        frame = SiteFrame(
            source=inputs.source.description,
            is_made_up=inputs.source.is_made_up,
            at=inputs.at,
            revision=past.head,
            environment=catalog.placement.name,
        )
        pages = ServicePages.of(site, DeclaredPast(past, placement_of(catalog)), neighbors)
        prints = Fingerprints.of(inputs, past, neighbors)
        renderers = {language: PageRenderer(language, frame) for language in LANGUAGES}
        return cls(
            site=site,
            past=past,
            writer=PageWriter(folder, renderers, first_language),
            pages=pages,
            summarizer=Summarizer.of(site),
            prints=prints,
            kept=kept.only(prints.common),
        )

    @property
    def frame(self) -> SiteFrame:
        """What every page says about the site."""
        return self.writer.first.frame

    def write(self, jobs: int, terms: SeparateTerms | None = None) -> BuiltSite:
        """Write all files in as many processes as asked for.

        `terms` are kept for a build of changed services; None if there can be none.

        Raises:
            ReliabilityError: the folder holds other files, or a file of the history is damaged.
            OSError: a file cannot be written.
        """
        folder = self.writer.folder
        before = folder.listed()
        services = [*self.site.inputs.services]
        folder.begin(before, (name for one in services for name in service_files(one)))
        freeze_objects()

        state = SiteState(self.prints.common, {}, {}, {}, None)
        details = ServiceDetails(kept=self.kept)
        summaries: dict[str, ServiceSummary] = {}
        written: dict[str, bool] = {}
        unchanged = 0
        parts = [partial(self.build_services, part) for part in in_parts(services)]
        for of_part in spread("measuring services", parts, jobs):
            for service, built in of_part.items():
                written |= built.files
                summaries[service] = built.summary
                if built.detail is None:
                    unchanged += 1
                else:
                    details.built[service] = built.detail
                if built.kept is not None:
                    state.services[service] = built.kept

        freeze_objects()
        shared = self.shared_pages(summaries, details, state)
        written |= shared.write(jobs)
        removed = folder.finish(before, written)
        if terms is not None:
            state = self._separable(terms, state)
        self.kept.save(state, details.packed)
        report = WrittenSite(len(written), sum(written.values()), removed)
        return BuiltSite(report, shared.site, unchanged)

    def _separable(self, terms: SeparateTerms, state: SiteState) -> SiteState:
        source = self.site.inputs.source
        if not isinstance(source, StoredHistory) or not self.summarizer.is_by_service:
            return state
        files = self.writer.folder.list_state()
        return terms.added(state, self.site.inputs, str(source.store.folder), files)

    def shared_pages(
        self, summaries: Mapping[str, ServiceSummary], details: ServiceDetails, state: SiteState
    ) -> SharedPages:
        """Return the pages about several services, which `state` does not have yet."""
        site = SiteFigures(
            inputs=self.site.inputs,
            services=summaries,
            detail=details,
            sent=self._sent(summaries, details),
        )
        return SharedPages(
            site=site,
            declared=self.site,
            past=self.past,
            writer=self.writer,
            prints=self.prints,
            kept=self.kept.state,
            state=state,
            received=self.received,
            others=tuple(incidents_without_page(self.site)),
        )

    def _sent(
        self, summaries: Mapping[str, ServiceSummary], details: ServiceDetails
    ) -> CountedMessages | UnknownNotifications:
        """Return the counts of all messages, added up or from a simulation of all services."""
        messages, weeks = self.summarizer.messages, whole_weeks(self.site.axis)
        if isinstance(messages, UnknownNotifications):
            return messages
        if self.summarizer.is_by_service:
            counts = ((one.team, one.messages) for one in summaries.values())
            return CountedMessages.summed(counts, weeks)
        replayed = [one for service in summaries for one in details(service).replayed]
        impacts = impacts_of(merged(verdict for one in replayed for verdict in one.verdicts))
        sent = messages.sent(row for one in replayed for row in one.rows)
        return CountedMessages.of(sent, weeks, impacts)

    def build_services(self, services: Sequence[str]) -> dict[str, BuiltService]:
        """Build those of some services that changed."""
        # Before anything is read: what is written meanwhile is another fingerprint the next time.
        histories = {service: self.prints.history(service) for service in services}
        prints = {one: self.prints.service(one, history) for one, history in histories.items()}
        unchanged = {one: kept for one in services if (kept := self._unchanged(one, prints[one]))}
        self.past.read(service for service in services if service not in unchanged)
        return {
            service: self._kept(service, unchanged[service])
            if service in unchanged
            else self._service(service, prints[service], histories[service])
            for service in services
        }

    def _unchanged(self, service: str, fingerprint: str) -> KeptService | None:
        kept = self.kept.state.services.get(service)
        if kept is None or kept.fingerprint != fingerprint:
            return None
        has_files = self.writer.folder.has(service_files(service), kept.files)
        return kept if has_files and self.kept.content(service) is not None else None

    def _kept(self, service: str, kept: KeptService) -> BuiltService:
        if not kept.inputs.store:
            kept = kept._replace(inputs=self._inputs(service, kept.inputs.history))
        files = dict.fromkeys(service_files(service), False)
        return BuiltService(files, kept.summary, None, kept)

    def _service(self, service: str, fingerprint: str, history: str) -> BuiltService:
        figures = self.site.inputs.measured(service)
        files = self.writer.put(self._of_service(service, figures))
        summary, detail = self.summarizer.summarized(service, figures)
        try:
            packed(summary)
            content = packed(detail)
        except PicklingError:
            # A value of an unknown class: the service is built each time, and never wrong.
            return BuiltService(files, summary, detail, None)
        if not fingerprint:
            return BuiltService(files, summary, content, None)
        state = self.writer.folder.state(service_files(service))
        inputs = self._inputs(service, history)
        kept = KeptService(fingerprint, state, summary, NO_PLACE, inputs)
        return BuiltService(files, summary, content, kept)

    def _inputs(self, service: str, history: str) -> KeptInputs:
        """Return the state of what a service was built from, except that of its folder."""
        source = self.site.inputs.source
        folders: tuple[str, ...] = ()
        store = UNKNOWN
        if isinstance(source, StoredHistory):
            slos = sorted({one.slo_name for one in self.site.inputs.services[service]})
            folders = tuple(history_folders(source.store, service, slos))
            store = state_of(f"{source.store.folder}/{folder}" for folder in folders)
            # Sums that were written meanwhile are in the state of a folder, and a month that was
            # replaced meanwhile must not be.
            if self.prints.history(service) != history:
                store = UNKNOWN
        return KeptInputs(
            documents=UNKNOWN,
            texts=self.prints.texts_of(service),
            folders=folders,
            store=store,
            history=history,
            past=self.prints.past_of(service),
        )

    def _of_service(self, service: str, figures: ServiceFigures) -> Iterator[File]:
        objectives = figures.objectives
        page = self.pages.page(service, objectives)
        days = days_page(self.site, service, objectives, self.pages.past)
        document, page_name, days_name = service_models(service)
        revision = self.past.revision([service])
        yield document, service_document(self.site, service, objectives)
        write = self.writer.page
        yield from write(page_name, page, "service.html", zone=page.zone, revision=revision)
        yield from write(days_name, days, "days.html", zone=page.zone, revision=revision)


def neighbors_in(inputs: SiteInputs) -> Neighbors:
    """Return all services of a catalog, and those that depend on another."""
    dependents: dict[str, list[str]] = {}
    for service, owner in inputs.context.ownerships.items():
        for name in owner.value.spec.dependencies:
            dependents.setdefault(name, []).append(service)
    return Neighbors(inputs.services.keys(), dependents)


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
