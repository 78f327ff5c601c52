"""Builds the services that changed, and the pages about several, without loading the others.

Like Git's index, the state of the last build says which files are unchanged. What pages about
several services show of an unchanged one comes from its kept summary. Whenever something else than
services and policies changed, or it cannot be known, there is no such build, and all is loaded.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, cast

from reliability.check.context import Context
from reliability.history.open import history_policy, open_source
from reliability.history.store import Store
from reliability.load.code_owners import read_code_owners
from reliability.load.files import DiskFiles, read_folders
from reliability.load.folder_states import UNKNOWN, FolderStates, state_of
from reliability.load.loader import load
from reliability.processes import spread
from reliability.review.language import policy_words
from reliability.site.build import BuiltSite, ServiceDetails, SiteBuild, service_files
from reliability.site.fingerprints import Neighbors, history_digest, past_digest, texts_digest
from reliability.site.kept import DamagedStateError, KeptSite, SiteState
from reliability.site.measuring import SiteInputs
from reliability.site.merged import GitPast, git_past
from reliability.site.output import SiteFolder, WrittenSite
from reliability.site.pages.reviews import first_reviews
from reliability.site.separate import SeparateTerms, is_separable
from reliability.site.shared_pages import in_parts
from reliability.site.state import KeptInputs, KeptService, KeptTerms
from reliability.tuning import freeze_objects

MOST: Final = 0.1
"""Largest share of services that is built without loading the others."""
LOOKS: Final = 4
"""Parts in which files are looked at, so that two processes finish at about the same time."""


class FilesSeen(NamedTuple):
    """The state of a service's history, and whether its pages are those of the last build."""

    store: bytes
    has_pages: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LastBuild:
    """The last build of a site, and what is in its folders now.

    `options` is a digest of the options of this build. `seen` is None if the last build was with
    others, or its services are not separable.
    """

    root: Path
    folder: SiteFolder
    kept: KeptSite
    options: str
    states: FolderStates
    seen: Mapping[str, FilesSeen] | None

    @classmethod
    def of(cls, root: Path, folder: SiteFolder, options: str, jobs: int) -> LastBuild:
        """Read what the last build kept, and look at all files, in as many processes."""
        kept = KeptSite.at(root, folder.folder, folder.top)
        freeze_objects()
        terms = kept.state.terms
        is_same = terms is not None and (terms.terms, terms.files) == (options, _listed(folder))
        looks: list[Callable[[], FolderStates | Mapping[str, FilesSeen]]] = []
        looks.append(partial(FolderStates.of, root))
        if terms is not None and is_same:
            names = [*kept.state.services]
            parts = (names[start::LOOKS] for start in range(LOOKS))
            looks += [partial(_seen, kept.state, terms.store, folder, part) for part in parts]
        states, *others = spread("looking for changes", looks, jobs)
        seen = ChainMap(*cast("list[dict[str, FilesSeen]]", others)) if is_same else None
        return cls(
            root=root,
            folder=folder,
            kept=kept,
            options=options,
            states=cast(FolderStates, states),
            seen=seen,
        )

    @property
    def separate_terms(self) -> SeparateTerms:
        """What a build of everything keeps, so that changed services can be built."""
        return SeparateTerms(terms=self.options, states=self.states)

    def rebuilt(self, today: date, days: timedelta, jobs: int) -> BuiltSite | None:
        """Build the services that changed; None if all have to be loaded.

        Raises:
            ReliabilityError: a file of the history is damaged.
            OSError: a file cannot be written.
        """
        services, terms = self.kept.state.services, self.kept.state.terms
        is_possible = self.states.is_usual and self.states.services.keys() == services.keys()
        if self.seen is None or terms is None or not is_possible:
            return None
        past = git_past(self.root)
        inputs = self._inputs(self.seen, Store(Path(terms.store)), past)
        changed = {service for service, now in inputs.items() if now is None}
        if len(changed) > max(1, MOST * len(services)):
            return None
        build = ChangedBuild(
            last=self, terms=terms, inputs=inputs, past=past, today=today, days=days, jobs=jobs
        )
        try:
            return build.built(changed)
        except DamagedStateError:
            return None

    def _inputs(
        self, seen: Mapping[str, FilesSeen], store: Store, past: GitPast
    ) -> dict[str, KeptInputs | None]:
        """Return the state of the inputs of each service; None if they may have changed."""
        unknown = past_digest(past, "")
        inputs: dict[str, KeptInputs | None] = {}
        for service, kept in self.kept.state.services.items():
            now = kept.inputs._replace(
                documents=self.states.services[service], store=seen[service].store
            )
            is_known = service in past.versions or service in past.merged
            is_same = (
                seen[service].has_pages
                and (past_digest(past, service) if is_known else unknown) == now.past
                and (_is_known(now.documents, kept.inputs.documents) or self._has_texts(service))
                and (_is_known(now.store, kept.inputs.store) or _has_history(store, kept))
            )
            inputs[service] = now if is_same else None
        return inputs

    def _has_texts(self, service: str) -> bool:
        files, unread = read_folders(self.root, [f"services/{service}"])
        texts = [(path.as_posix(), data.decode("utf-8-sig", "replace")) for path, data in files]
        return not unread and texts_digest(texts) == self.kept.state.services[service].inputs.texts


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedBuild:
    """A build of changed services; `inputs` has the state of those of the others."""

    last: LastBuild
    terms: KeptTerms
    inputs: Mapping[str, KeptInputs | None]
    past: GitPast
    today: date
    days: timedelta
    jobs: int

    def built(self, changed: set[str]) -> BuiltSite | None:
        """Build some services; None if all have to be loaded."""
        kept = self.last.kept.state
        inputs = self._loaded(changed)
        if inputs is None:
            return None
        needed = {service: _dependencies(inputs, service) for service in changed}
        moved = {
            name
            for service, names in needed.items()
            for name in {*names}.symmetric_difference(kept.services[service].summary.dependencies)
            if name in kept.services
        }
        if not moved <= changed:
            return self.built(changed | moved)

        neighbors = Neighbors(kept.services.keys(), _dependents(kept.services, needed))
        catalog = inputs.context.catalog
        language = policy_words(catalog).language
        build = SiteBuild.of(
            inputs, self.past, self.last.folder, language, self.last.kept, neighbors
        )
        if build.prints.common != kept.common or not build.summarizer.is_by_service:
            return None
        return self._written(build, sorted(changed))

    def _loaded(self, changed: Iterable[str]) -> SiteInputs | None:
        """Load policies and some services; None if their documents are about others."""
        services = sorted({*changed, *self.terms.witnesses})
        root = self.last.root
        folders = ("policies", *(f"services/{service}" for service in services))
        files, unread = read_folders(root, folders)
        owners = read_code_owners(root)
        catalog, findings = load(files if owners is None else [*files, owners], DiskFiles(root))
        if unread or findings:
            return None
        # Another source, or environments, would be in other policies, which `common` covers.
        policy = history_policy(catalog)
        source = open_source(policy, catalog, root)
        context = Context(today=self.today, catalog=catalog)
        inputs = SiteInputs.of(context, source, self.days, policy.span)
        is_whole = {*services} == inputs.services.keys()
        return inputs if is_whole and is_separable(inputs, self.last.states) else None

    def _written(self, build: SiteBuild, changed: Sequence[str]) -> BuiltSite | None:
        kept, folder = self.last.kept.state, self.last.folder
        state = SiteState(kept.common, {**kept.services}, {}, {}, None)
        details = ServiceDetails(kept=build.kept)
        written: dict[str, bool] = {}
        for service, now in self.inputs.items():
            if now is not None and now != kept.services[service].inputs:
                state.services[service] = kept.services[service]._replace(inputs=now)
        parts = [partial(build.build_services, part) for part in in_parts(changed)]
        measured = spread("measuring services", parts, self.jobs)
        for service, built in (one for of in measured for one in of.items()):
            if built.kept is None:
                return None
            documents = self.last.states.services[service]
            state.services[service] = built.kept._replace(
                inputs=built.kept.inputs._replace(documents=documents)
            )
            written |= built.files
            if built.detail is not None:
                details.built[service] = built.detail

        summaries = {name: one.summary for name, one in state.services.items()}
        shared = build.shared_pages(summaries, details, state)
        if not all(shared.has_targets(*key) for key in first_reviews(shared.site)):
            return None
        of_shared = shared.write(self.jobs)
        written |= of_shared
        names = [name for service in state.services for name in service_files(service)]
        removed = 0
        if _page_files(state) != _page_files(kept):
            removed = folder.finish(folder.listed(), [*names, *of_shared])
        state = state._replace(terms=self.terms._replace(files=_listed(folder)))
        build.kept.save_changes(state, details.packed)
        count = len(names) + len(of_shared)
        report = WrittenSite(count, sum(written.values()), removed)
        return BuiltSite(report, shared.site, len(state.services) - len(changed))


def _seen(
    state: SiteState, store: str, folder: SiteFolder, services: Sequence[str]
) -> dict[str, FilesSeen]:
    return {
        service: FilesSeen(
            state_of(f"{store}/{name}" for name in kept.inputs.folders),
            folder.has(service_files(service), kept.files),
        )
        for service in services
        for kept in (state.services[service],)
    }


def _listed(folder: SiteFolder) -> bytes:
    try:
        return folder.list_state()
    except OSError:
        return b""


def _is_known(now: bytes, before: bytes) -> bool:
    return now == before != UNKNOWN


def _has_history(store: Store, kept: KeptService) -> bool:
    slos = sorted({slo.slo for slo in kept.summary.slos})
    return history_digest(store, kept.summary.service, slos) == kept.inputs.history


def _dependencies(inputs: SiteInputs, service: str) -> tuple[str, ...]:
    owner = inputs.context.ownerships.get(service)
    return tuple(owner.value.spec.dependencies) if owner else ()


def _dependents(
    services: Mapping[str, KeptService], changed: Mapping[str, Sequence[str]]
) -> Mapping[str, Sequence[str]]:
    dependents: dict[str, list[str]] = {}
    for service, kept in services.items():
        for name in changed.get(service, kept.summary.dependencies):
            dependents.setdefault(name, []).append(service)
    return dependents


def _page_files(state: SiteState) -> set[str]:
    return {file for pages in state.pages.values() for file in pages.files}
