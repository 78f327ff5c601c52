"""SLOs and services that are named on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING

from reliability.errors import ReliabilityError
from reliability.model.openslo.slo import Slo

if TYPE_CHECKING:
    from reliability.load.catalog import Catalog


def check_names(names: Iterable[str], catalogs: Iterable[Catalog]) -> None:
    """Ensure that each name is that of an SLO, or of a service with an SLO, in any catalog.

    Raises:
        ReliabilityError: a name is neither; the message suggests the closest one.
    """
    slos = [slo.value for catalog in catalogs for slo in catalog.documents(Slo)]
    known = {slo.metadata.name for slo in slos} | {slo.spec.service for slo in slos}
    for name in names:
        if name not in known:
            near = get_close_matches(name, known)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ReliabilityError(f"{name} is neither an SLO nor a service with an SLO{hint}")
