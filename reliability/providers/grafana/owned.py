"""The objects of a Grafana with our uids, and their models from a list if that is cheaper.

A dashboard is large, so those of others are listed whole only if many are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reliability.compile.grafana.compiler import DASHBOARD, FOLDER
from reliability.plan.held import Owner
from reliability.providers.grafana.api import GrafanaApi
from reliability.providers.grafana.forms import GrafanaObject, is_ours

OTHERS_EACH: Final = 8
"""Dashboards that may be listed for each of ours that then needs no request of its own.

A page of a list has about 80 dashboards of 25 kB, and a request for one waits for the server.
"""


def owned(
    api: GrafanaApi, listed: Sequence[GrafanaObject], owner: Owner | None
) -> list[GrafanaObject]:
    """Return the listed objects with our uids; each is whole, or its model is read later.

    Raises:
        ProviderError: the server does not answer as Grafana does.
    """
    ours = [remote for remote in listed if is_ours(remote.uid, owner)]
    dashboards = sum(remote.kind == DASHBOARD for remote in listed)
    missing = sum(not is_whole(remote) for remote in ours)
    if not missing or missing * OTHERS_EACH < dashboards:
        return ours

    whole = {remote.uid: remote for remote in api.whole_dashboards() if is_ours(remote.uid, owner)}
    return [remote if is_whole(remote) else whole.get(remote.uid, remote) for remote in ours]


def is_whole(remote: GrafanaObject) -> bool:
    """Return whether all that is compared was read; a list has all of a folder."""
    return remote.kind == FOLDER or remote.model is not None
