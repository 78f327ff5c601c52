"""A live Alertmanager configuration without a mark, whose content the repository holds already."""

from __future__ import annotations

from pathlib import Path

from reliability.alertmanager.containment import missing_from
from reliability.plan.held import Foreign, Intact, Kept, Owner
from reliability.providers.mark import MARK, MARK_WITHIN
from reliability.providers.yaml_body import BodyError, YamlBody, parse_body
from reliability.resource import Resource


def adopted(foreign: Foreign, file: Path, base: Path, owner: Owner | None) -> Kept | Foreign:
    """The file as an object that may be updated, if `base` holds all that it says.

    Nothing is lost then: the plan shows what changes, and the live file stays in place until a sync
    replaces it. A file with another mark stays foreign.
    """
    way = f"take it over: `reliability init --alertmanager {file}`"
    if file.is_symlink() or not file.is_file() or not base.is_file():
        return Foreign(foreign.id, f"{foreign.why}; {way}")
    content = file.read_bytes()
    if MARK.search(content, 0, MARK_WITHIN) is not None:
        return foreign
    try:
        missing = missing_from(parse_body(base.read_bytes()), parse_body(content))
    except BodyError as error:
        return Foreign(foreign.id, f"{foreign.why}, and it cannot be compared: {error}")
    if missing is not None:
        where = ".".join(map(str, missing)) or "its whole"
        why = f"{foreign.why}, and {base.name} does not hold {where} of it; {way}"
        return Foreign(foreign.id, why)
    live = Resource(foreign.id, YamlBody(content))
    return Intact(live, live.digest, owner)
