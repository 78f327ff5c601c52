"""A service or a policy that nobody owns on the code host.

## What it does

Looks, where the repository has a CODEOWNERS file (in `.github/`, at the root or in `docs/`), for
the files of each service and of `policies/` that no line gives an owner, or that a later line takes
the owners from. Without such a file it says nothing.

## Why it matters

CODEOWNERS is what asks the right people for a review. A service without a line can have its promise
loosened by anybody who may merge; policies without one are the rules of the game for all.

## Example

```yaml bad
# services/attendance/ownership.yaml
kind: Ownership
spec:
  team: workforce  # <- codeowners-gap
  criticality: critical
# docs/CODEOWNERS
/policies/ @acme/platform
/services/monitoring/ @acme/platform
```

```yaml good
# services/attendance/ownership.yaml
kind: Ownership
spec:
  team: workforce
  criticality: critical
# docs/CODEOWNERS
/policies/ @acme/platform
/services/monitoring/ @acme/platform
/services/attendance/ @acme/workforce
```

## Source

GitHub, "About code owners": the last matching line decides; GitLab's own validation of services
and teams.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from reliability.check.context import Context
from reliability.check.lookups.code_owners import read_code_owners
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import service_directory
from reliability.load.code_owners import CODE_OWNERS
from reliability.load.document import Located
from reliability.location import Location, SourceSpan


@catalog_rule(severity=Severity.WARNING, since="0.1")
def codeowners_gap(context: Context) -> Iterator[Problem]:
    """Ask for the owners of every file that is read, and tell once a folder."""
    file = next((each for each in CODE_OWNERS if each in context.catalog.texts), None)
    if file is None:
        return
    gaps = _gaps(file, context)
    if gaps is None:
        message = "a pattern cannot be read, or there are too many, so nobody is known to own"
        at = Location(file, SourceSpan(1, 1, 1, 1))
        yield Problem(at, message, "mend the pattern, or name folders without wildcards")
        return
    for folder, said in gaps.items():
        place = _place(folder, context)
        if place is not None:
            located, route = place
            help_text = f"write a line: /{folder}/ {_handle(folder, context)}"
            yield Problem(located.at(*route), said, help_text)


def _gaps(file: PurePosixPath, context: Context) -> dict[str, str] | None:
    """What is to be said about each folder with a gap; None where the file cannot be read."""
    # late: most have no such file
    owners = read_code_owners(context.catalog.texts[file])
    if owners is None:
        return None
    found: dict[str, str] = {}
    for path in context.catalog.texts:
        if path in CODE_OWNERS or path.parts[0] not in ("services", "policies"):
            continue
        folder = "/".join(path.parts[: 2 if service_directory(path) else 1])
        line = owners.deciding(path) if folder not in found else None
        if folder not in found and line is None:
            found[folder] = f"{file} names nobody for {path}"
        elif line is not None and not line.has_owners:
            found[folder] = f"line {line.number} of {file} leaves {path} without an owner"
    return found


def _place(folder: str, context: Context) -> tuple[Located[Any], tuple[str, ...]] | None:
    """Where a gap is shown: the service's owner, or the first document of the policies."""
    service = service_directory(PurePosixPath(folder) / "file")
    if service is not None:
        owner = context.ownerships.get(service)
        return (owner, ("spec", "team")) if owner is not None else None
    policies = (
        each for each in context.catalog.everything() if each.document.path.parts[0] == folder
    )
    first = next(policies, None)
    return (first, ("kind",)) if first is not None else None


def _handle(folder: str, context: Context) -> str:
    team = context.team_of(folder.rpartition("/")[2])
    return (team.value.spec.code_host if team else None) or "and the team's handle"
