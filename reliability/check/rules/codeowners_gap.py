"""A service or policy file without a code owner.

## What it does

If the repository has a CODEOWNERS file (in `.github/`, at the root or in `docs/`), finds files of
services and of `policies/` that no line gives an owner, or whose owner a later line removes.
Without a CODEOWNERS file the rule reports nothing.

## Why it matters

The code host requests reviews from the people in CODEOWNERS. Without an owner, anyone with merge
rights can loosen the SLOs of a service, or the policies that hold for all services.

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

GitHub, "About code owners": the last matching line decides; GitLab validates code owners the same
way.
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
from reliability.message import Message


@catalog_rule(severity=Severity.WARNING, since="0.1")
def codeowners_gap(context: Context) -> Iterator[Problem]:
    """Look up the owners of every file, and report each folder once."""
    file = next((path for path in CODE_OWNERS if path in context.catalog.texts), None)
    if file is None:
        return
    gaps = _gaps(file, context)
    if gaps is None:
        message = Message("unsupported pattern or too many lines: code owners cannot be determined")
        help_text = Message("fix the pattern, or name folders without wildcards")
        yield Problem(Location(file, SourceSpan(1, 1, 1, end_column=1)), message, help_text)
        return

    for folder, message in gaps.items():
        declaration = _declaration(folder, context)
        if declaration is not None:
            located, route = declaration
            yield Problem(located.at(*route), message, _help(folder, context))


def _gaps(file: PurePosixPath, context: Context) -> dict[str, Message] | None:
    """Return a message for each folder with a gap; None if the file cannot be interpreted."""
    owners = read_code_owners(context.catalog.texts[file])
    if owners is None:
        return None

    gaps: dict[str, Message] = {}
    for path in context.catalog.texts:
        if path in CODE_OWNERS or path.parts[0] not in ("services", "policies"):
            continue
        folder = "/".join(path.parts[: 2 if service_directory(path) else 1])
        line = owners.deciding(path) if folder not in gaps else None
        if folder not in gaps and line is None:
            gaps[folder] = Message("{file} has no owner for {path}", file=file, path=path)
        elif line is not None and not line.has_owners:
            gaps[folder] = Message(
                "line {line} of {file} removes the owner of {path}",
                line=line.number,
                file=file,
                path=path,
            )
    return gaps


def _declaration(folder: str, context: Context) -> tuple[Located[Any], tuple[str, ...]] | None:
    """Return where to report a gap: at the service's team, or in the first policy document."""
    service = service_directory(PurePosixPath(folder) / "file")
    if service is not None:
        owner = context.ownerships.get(service)
        return (owner, ("spec", "team")) if owner is not None else None

    policies = (
        located
        for located in context.catalog.everything()
        if located.document.path.parts[0] == folder
    )
    first = next(policies, None)
    return (first, ("kind",)) if first is not None else None


def _help(folder: str, context: Context) -> Message:
    team = context.team_of(folder.rpartition("/")[2])
    handle = team.value.spec.code_host if team else None
    if handle:
        return Message("add a line: /{folder}/ {handle}", folder=folder, handle=handle)
    return Message("add a line with the team's handle: /{folder}/ @org/team", folder=folder)
