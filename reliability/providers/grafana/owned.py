"""The objects of a Grafana with our uids, and their models from a list if that is cheaper.

A dashboard is large, so those of others are listed whole only if many are ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
) -> Iterator[GrafanaObject]:
    """Yield the listed objects with our uids; each is whole, or its model is read later.

    What is listed whole is yielded page by page: 5,000 dashboards take a gigabyte.

    Raises:
        ProviderError: the server does not answer as Grafana does.
    """
    ours = {remote.uid: remote for remote in listed if is_ours(remote.uid, owner)}
    dashboards = sum(remote.kind == DASHBOARD for remote in listed)
    missing = {uid for uid, remote in ours.items() if not is_whole(remote)}
    yield from (remote for uid, remote in ours.items() if uid not in missing)

    if missing and len(missing) * OTHERS_EACH >= dashboards:
        for remote in api.whole_dashboards():
            if remote.uid in missing:
                missing.remove(remote.uid)
                yield remote
    yield from (ours[uid] for uid in sorted(missing))


def is_whole(remote: GrafanaObject) -> bool:
    """Return whether all that is compared was read; a list has all of a folder."""
    return remote.kind == FOLDER or remote.model is not None
