"""Whether services can be built apart from all others, and what is kept for that.

They can if each document in the folder of a service is about this service alone, each other
document is about none, and no message is about several services. What pages show of a service then
depends on its folder, on `policies/`, and on names of other services.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from reliability.load.catalog import service_directory
from reliability.load.folder_states import FolderStates
from reliability.model.openslo.slo import Slo
from reliability.site.fingerprints import program_stamp, service_of
from reliability.site.kept import SiteState
from reliability.site.measuring import SiteInputs
from reliability.site.state import KeptTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparateTerms:
    """Options of a build, as `terms`, and the state of the folders before documents were read."""

    terms: str
    states: FolderStates

    def added(
        self,
        state: SiteState,
        inputs: SiteInputs,
        store: str,
        files: bytes,
    ) -> SiteState:
        """Return a state from which changed services can be built, if they are separable."""
        services = {
            name: kept._replace(
                inputs=kept.inputs._replace(documents=self.states.services.get(name, b""))
            )
            for name, kept in state.services.items()
        }
        if not is_separable(inputs, self.states) or services.keys() != inputs.services.keys():
            return state._replace(services=services)
        terms = KeptTerms(self.terms, store, files, tuple(witnesses(inputs)))
        return state._replace(services=services, terms=terms)


def terms_of(**options: object) -> str:
    """Return a digest of the program and of the options of a build."""
    values = (program_stamp(), sorted(options.items()))
    return hashlib.sha256(repr(values).encode("utf-8", "backslashreplace")).hexdigest()


def is_separable(inputs: SiteInputs, states: FolderStates) -> bool:
    """Return whether the documents of each service are in its folder, and about it alone."""
    catalog = inputs.context.catalog
    return (
        states.is_usual
        and not catalog.placement.name
        and all(
            service_of(located.value) == service_directory(located.document.path)
            for located in catalog.everything()
        )
        and inputs.services.keys() == {*catalog.services}
    )


def witnesses(inputs: SiteInputs) -> Iterator[str]:
    """Yield services with the longest window of any alert, and all labels of `group-by`.

    With them, the Alertmanager configuration and the warm-up of a catalog of some services are
    those of the whole catalog.
    """
    labels: set[str] = set()
    chosen: dict[str, None] = {}
    for located in inputs.context.catalog.documents(Slo):
        if not labels.issuperset(new := located.value.review.group_labels):
            labels.update(new)
            chosen[located.value.spec.service] = None
    longest: tuple[timedelta, str] | None = None
    for service, objectives in inputs.services.items():
        for window in (
            one for each in objectives for alert in each.alerts for one in alert.windows
        ):
            if longest is None or window > longest[0]:
                longest = window, service
    if longest is not None:
        chosen[longest[1]] = None
    yield from chosen
