"""Our documents as converters draft them: ownership, alert policy, SLO, windows, team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from reliability.convert.converter import Draft, OriginalLocation
from reliability.convert.writing import Block
from reliability.resource import Json

OURS = "reliability/v1"
UNDECIDED = "undecided"
"""Stands for a team that only people can name; `check` finds it (team-unknown)."""

NOBODY = "@undecided"
"""Stands for a person that only people can name; a remark tells of each."""


def service_file(service: str, name: str) -> PurePosixPath:
    """`services/<service>/<name>.yaml`."""
    return PurePosixPath("services", service, f"{name}.yaml")


def document(
    kind: str,
    name: str,
    spec: Block,
    version: str = OURS,
    metadata: Mapping[str, Json] | None = None,
) -> Block:
    """A whole document."""
    return Block(
        {
            "apiVersion": version,
            "kind": kind,
            "metadata": {"name": name, **(metadata or {})},
            "spec": spec,
        }
    )


def alert_policy(
    service: str,
    origin: OriginalLocation,
    objectives: Sequence[Block] = (),
    signals: Sequence[Block] = (),
) -> Draft:
    """A service's alert policy; those of several converters are joined."""
    spec: dict[str, Json | Block | Sequence[Block]] = {"service": service}
    if objectives:
        spec["objectives"] = tuple(objectives)
    if signals:
        spec["signals"] = tuple(signals)
    path = service_file(service, "alert-policy")
    return Draft(path, document("AlertPolicy", service, Block(spec)), origin)


def ownership(
    service: str,
    origin: OriginalLocation,
    team: str | None,
    more: Mapping[str, Json] | None = None,
    comments: Mapping[str, str] | None = None,
) -> Draft:
    """A service's ownership; a team that nobody named and what the service is worth are marked."""
    texts = {"criticality": "decide: critical, important or standard", **(comments or {})}
    if team is None:
        texts["team"] = "decide: who answers, a file of policies/teams"
    body: dict[str, Json | Block | Sequence[Block]] = {
        "team": team or UNDECIDED,
        "criticality": "standard",
        **(more or {}),
    }
    spec = Block(body, texts)
    return Draft(service_file(service, "ownership"), document("Ownership", service, spec), origin)


def slo(
    service: str, name: str, spec: Block, metadata: Mapping[str, Json], origin: OriginalLocation
) -> Draft:
    """An OpenSLO v1 SLO of a service, in its `slo.yaml`."""
    body = document("SLO", name, spec, "openslo/v1", metadata)
    return Draft(service_file(service, "slo"), body, origin)


def burn_rate_windows(name: str, spec: Block, origin: OriginalLocation) -> Draft:
    """A set of window pairs, in `policies/burn-rates-imported.yaml`."""
    path = PurePosixPath("policies/burn-rates-imported.yaml")
    return Draft(path, document("BurnRateWindows", name, spec), origin)


def team(name: str, spec: Block, origin: OriginalLocation) -> Draft:
    """A team, in a file of its own."""
    return Draft(
        PurePosixPath("policies/teams", f"{name}.yaml"), document("Team", name, spec), origin
    )
