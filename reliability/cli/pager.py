"""The PagerDuty account that the options of a command name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import click

NAMES: Final = ("pager", "pager_token", "pager_teams", "pager_services")


def with_pager(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a command with the account as `pager`, which is None without one.

    Raises:
        click.UsageError: `--pager` has no token, or another option has no `--pager`.
    """
    url, token, teams, services = (given[name] for name in NAMES)
    others = {name: value for name, value in given.items() if name not in NAMES}
    if url is None:
        for option, value in (("token", token), ("team", teams), ("service", services)):
            if value:
                raise click.UsageError(f"--pager-{option} needs --pager URL")
        return {**others, "pager": None}

    if token is None:
        raise click.UsageError("--pager needs --pager-token, such as env:PAGERDUTY_TOKEN")

    # The client of the API takes longer to import than a site with one changed service to build.
    from reliability.providers.pagerduty.analytics import PagerSource

    return {**others, "pager": PagerSource(url=url, token=token, teams=teams, services=services)}
