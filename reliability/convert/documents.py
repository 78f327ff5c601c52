"""Drafts of the documents that converters create: ownership, alert policy, SLO, windows, team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from reliability.check.wording import UNDECIDED
from reliability.convert.converter import Draft, OriginalLocation
from reliability.convert.writing import Block
from reliability.resource import Json

API_VERSION = "reliability/v1"
DECIDE_MEMBERS = "decide: who is in the team"
"""The comment next to a placeholder member."""


def undocumented(slo_name: str) -> tuple[str, str]:
    """Return message and help for an imported SLO without a user journey and an approval."""
    message = f"SLO {slo_name} has no user journey and no approval on record"
    return message, "set the annotations reliability/journey and reliability/agreed-by"


def service_file(service: str, name: str) -> PurePosixPath:
    """Return `services/<service>/<name>.yaml`."""
    return PurePosixPath("services", service, f"{name}.yaml")


def document(
    kind: str,
    name: str,
    spec: Block,
    version: str = API_VERSION,
    metadata: Mapping[str, Json] | None = None,
) -> Block:
    """Return a whole document."""
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
    """Draft a service's alert policy; those of several converters are merged later."""
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
    """Draft a service's ownership, with comments on the values that a person has to choose."""
    texts = {"criticality": "decide: critical, important or standard", **(comments or {})}
    if team is None:
        texts["team"] = "decide: the owning team, a file in policies/teams"

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
    """Draft an OpenSLO v1 SLO in the `slo.yaml` of its service."""
    body = document("SLO", name, spec, version="openslo/v1", metadata=metadata)
    return Draft(service_file(service, "slo"), body, origin)


def burn_rate_windows(name: str, spec: Block, origin: OriginalLocation) -> Draft:
    """Draft a set of burn-rate windows in `policies/burn-rates-imported.yaml`."""
    path = PurePosixPath("policies/burn-rates-imported.yaml")
    return Draft(path, document("BurnRateWindows", name, spec), origin)


def team(name: str, spec: Block, origin: OriginalLocation) -> Draft:
    """Draft a team in its own file."""
    return Draft(
        PurePosixPath("policies/teams", f"{name}.yaml"), document("Team", name, spec), origin
    )
