"""What the boards of a catalog depend on: recorded windows, labels, runbooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from reliability.alert_labels import AlertLabelNames
from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.recordings import ratio_windows
from reliability.compile.prometheus.refusals import why_not_objective
from reliability.expression import BurnAbove, leaves
from reliability.load.catalog import Catalog
from reliability.model.notification import NotificationPolicy
from reliability.model.targets import SyncTargets
from reliability.resolve.alert_labels import alert_label_names
from reliability.resolve.environments.derived import catalogs_in
from reliability.resolve.objectives import Objective, objectives

MOST_BYTES: Final = 700_000
"""Bytes of runbooks that are written into a board, since a ConfigMap has at most 1 MiB."""
BYTES_AROUND: Final = 150
"""Bytes that one runbook takes in JSON besides its name and URL, at most."""


@dataclass(frozen=True, slots=True)
class BoardWindow:
    """Window of an error ratio that is recorded, and the lowest factor of the alert tier on it.

    The factor is None if nobody is called because of this window.
    """

    length: timedelta
    factor: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFacts:
    """What the boards of a catalog depend on; `runbooks` has URLs by `<service>/<objective>`.

    `pages_base` is the URL of the pages in one language, without a slash at its end. `places` are
    the labels that recorded series of declared environments have. `services` are all that have
    recorded series. If `service` is set, the board of a service is about it, and nothing is chosen.
    """

    windows: tuple[BoardWindow, ...]
    group_labels: tuple[str, ...]
    places: tuple[str, ...]
    alert_labels: AlertLabelNames
    runbooks: Mapping[str, str]
    runbook_base: str | None
    pages_base: str | None
    owner_id: str
    services: tuple[str, ...] = ()
    service: str = ""

    @classmethod
    def of(cls, catalog: Catalog) -> BoardFacts | None:
        """Collect the facts, or return None if nothing is recorded."""
        compiled = [
            objective
            for derived in catalogs_in(catalog)
            for objective in objectives(derived)
            if objective.sli is not None and why_not_objective(objective, derived) is None
        ]
        if not compiled:
            return None

        targets = catalog.only(SyncTargets)
        owner = targets.value.spec.owner if targets else None
        directory = Directory.of(catalog)
        runbooks = runbook_urls(compiled, directory)
        return cls(
            windows=_windows(compiled),
            group_labels=tuple(
                sorted({label for objective in compiled for label in objective.group_by})
            ),
            places=_places(compiled),
            alert_labels=alert_label_names(catalog),
            runbooks=runbooks if fit_a_board(runbooks) else {},
            runbook_base=directory.runbook_base,
            pages_base=pages_base_of(catalog),
            owner_id=owner.id if owner else "",
            services=tuple(sorted({objective.service for objective in compiled})),
        )

    def of_service(self, service: str) -> BoardFacts:
        """Return the facts for the board of one service."""
        runbooks = {key: url for key, url in self.runbooks.items() if key.startswith(f"{service}/")}
        return replace(self, service=service, runbooks=runbooks)


def _places(compiled: Iterable[Objective]) -> tuple[str, ...]:
    """Return the labels of environments and their servers, without those that no series has."""
    labels = [objective.placement.series for objective in compiled]
    return tuple(dict.fromkeys(label for series in labels for label, value in series if value))


def _windows(compiled: Iterable[Objective]) -> tuple[BoardWindow, ...]:
    factors: dict[timedelta, float | None] = {}
    for objective in compiled:
        for window in ratio_windows(objective):
            factors.setdefault(window, None)
        for alert in objective.alerts:
            for leaf in leaves(alert.condition):
                if isinstance(leaf, BurnAbove) and alert.tier == "alert":
                    lowest = factors.get(leaf.window)
                    factors[leaf.window] = min(leaf.factor, lowest or leaf.factor)
    return tuple(BoardWindow(window, factors[window]) for window in sorted(factors))


def pages_base_of(catalog: Catalog) -> str | None:
    """Return the URL of the pages of `site` in the language of the repository."""
    policy = catalog.only(NotificationPolicy)
    if policy is None or policy.value.spec.pages_base is None:
        return None
    return f"{policy.value.spec.pages_base.rstrip('/')}/{policy.value.spec.language}"


def runbook_urls(compiled: Iterable[Objective], directory: Directory) -> dict[str, str]:
    """Return the URL of each objective's runbook, sorted by service and objective."""
    runbooks = {
        f"{objective.service}/{objective.identity}": directory.runbook_url(objective.runbook)
        for objective in compiled
        if objective.runbook is not None
    }
    # Browsers open these schemes only; a path without a base has none.
    return {
        key: url for key, url in sorted(runbooks.items()) if url.startswith(("http://", "https://"))
    }


def fit_a_board(urls: Mapping[str, str]) -> bool:
    """Return whether the runbooks of all objectives can be written into one board."""
    size = sum(len(f"{key}{url}".encode()) + BYTES_AROUND for key, url in urls.items())
    return size <= MOST_BYTES
