"""The state of services and pages that a build keeps, as tuples, which are read fast."""

from __future__ import annotations

from typing import NamedTuple

from reliability.site.summaries import ServiceSummary, TargetForReview


class DetailPlace(NamedTuple):
    """Place of a service's details in the second file, and their digest."""

    start: int
    length: int
    digest: bytes


class KeptInputs(NamedTuple):
    """The state of what a service was built from, to find out fast that nothing changed.

    `documents` is the state of its folder, and `texts` a digest of the documents in it. `folders`
    are paths below the store whose state is `store`; `history` is a digest of all files of the
    history, and `past` one of what Git knows. An empty state is not known.
    """

    documents: bytes
    texts: str
    folders: tuple[str, ...]
    store: bytes
    history: str
    past: str


class KeptService(NamedTuple):
    """The state of one service: its fingerprint, and a digest of the state of its files."""

    fingerprint: str
    files: bytes
    summary: ServiceSummary
    place: DetailPlace
    inputs: KeptInputs


class KeptTerms(NamedTuple):
    """What a build of changed services needs to know of the last build.

    `terms` is a digest of the program and the options, `store` the folder of the history, and
    `files` the state of the list of files. `witnesses` are services that have, taken together, the
    longest window and all labels that SLOs are grouped by.
    """

    terms: str
    store: str
    files: bytes
    witnesses: tuple[str, ...]


class KeptPages(NamedTuple):
    """The state of other pages: a fingerprint, their files, and a digest of the state of those."""

    fingerprint: str
    files: tuple[str, ...]
    state: bytes


class KeptTargets(NamedTuple):
    """Suggested targets of an SLO, from the figures of a service with this fingerprint."""

    fingerprint: str
    targets: tuple[TargetForReview, ...]
