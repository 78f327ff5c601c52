"""A service or policy file without a code owner.

## What it does

If the repository has a CODEOWNERS file (in `.github/`, at the root, in `docs/` or in `.gitlab/`),
finds files of services and of `policies/` that no line gives an owner, or whose owner a later line
removes. Without a CODEOWNERS file the rule reports nothing.

A file in `.gitlab/`, and one with a section such as `[SLOs] @acme/sre`, is read as GitLab does. One
section with an owner is enough, and a line without owners has those of its heading. An optional
section (`^[SLOs]`) is not, because nobody has to approve, and neither is a file that the section
excludes (`!/services/attendance/`). A folder needs a slash at its end.

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

GitHub, "About code owners": the last matching line decides. GitLab, "Syntax of `CODEOWNERS` file"
and "Advanced `CODEOWNERS` configuration": the last matching line of each section decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from reliability.check.context import Context
from reliability.check.lookups.code_owners import CodeOwners, OwnerLine, read_code_owners
from reliability.check.lookups.gitlab_owners import is_of_gitlab
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.catalog import service_directory
from reliability.load.code_owners import CODE_OWNERS
from reliability.load.document import Located
from reliability.location import Location
from reliability.message import Message


@catalog_rule(severity=Severity.WARNING, since="0.1")
def codeowners_gap(context: Context) -> Iterator[Problem]:
    """Look up the owners of every file, and report each folder once."""
    file = next((path for path in CODE_OWNERS if path in context.catalog.texts), None)
    if file is None:
        return
    is_gitlab = is_of_gitlab(file, context.catalog.texts[file])
    owners = read_code_owners(context.catalog.texts[file], is_gitlab=is_gitlab)
    if owners is None:
        message = Message("unsupported pattern or too many lines: code owners cannot be determined")
        help_text = Message("fix the pattern, or name folders without wildcards")
        yield Problem(Location(file), message, help_text)
        return

    for folder, message in _gaps(file, owners, context).items():
        declaration = _declaration(folder, context)
        if declaration is not None:
            located, route = declaration
            help_text = _help(folder, context, is_gitlab=is_gitlab)
            yield Problem(located.at(*route), message, help_text)


def _gaps(file: PurePosixPath, owners: CodeOwners, context: Context) -> dict[str, Message]:
    """Return a message for each folder with a gap."""
    gaps: dict[str, Message] = {}
    for path in context.catalog.texts:
        folder = "/".join(path.parts[: 2 if service_directory(path) else 1])
        if folder not in gaps:
            message = _message(file, path, owners.deciding(path))
            if message is not None:
                gaps[folder] = message
    return gaps


def _message(file: PurePosixPath, path: PurePosixPath, line: OwnerLine | None) -> Message | None:
    """Return why nobody has to approve a change of a file; None if somebody has to."""
    if line is None:
        return Message("{file} has no owner for {path}", file=file, path=path)
    if not line.has_owners:
        return Message(
            "line {line} of {file} removes the owner of {path}",
            line=line.number,
            file=file,
            path=path,
        )
    if line.is_optional:
        return Message(
            "line {line} of {file} is in an optional section, so nobody has to approve {path}",
            line=line.number,
            file=file,
            path=path,
        )
    return None


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


def _help(folder: str, context: Context, *, is_gitlab: bool) -> Message:
    team = context.team_of(folder.rpartition("/")[2])
    handle = (team.value.spec.code_host if team else None) or ""
    if is_gitlab:
        # The last section may be optional, or require the approval of other owners.
        return Message(
            "add a line above the first section: /{folder}/ {handle}",
            folder=folder,
            handle=handle or "@org/team",
        )
    if handle:
        return Message("add a line: /{folder}/ {handle}", folder=folder, handle=handle)
    return Message("add a line with the team's handle: /{folder}/ @org/team", folder=folder)
