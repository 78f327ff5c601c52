"""The generated part of CODEOWNERS is out of date, or has no effect.

## What it does

Compares the generated part of CODEOWNERS, between the `reliability: begin` and `reliability: end`
marks, with the output of `reliability build --code-owners`. It also finds lines below the generated
part that match a whole folder in it: the last line that matches decides, so the generated owner is
not asked. Without these marks the rule reports nothing.

## Why it matters

When another team takes over a service, the code host still requests reviews of its SLOs from the
former team.

## Example

```yaml bad
# services/attendance/ownership.yaml
kind: Ownership
spec:
  team: workforce
  criticality: critical
# docs/CODEOWNERS
* @acme/everybody
# reliability: begin  # <- codeowners-stale
/services/attendance/ @acme/payroll
# reliability: end
```

```yaml good
# services/attendance/ownership.yaml
kind: Ownership
spec:
  team: workforce
  criticality: critical
# docs/CODEOWNERS
* @acme/everybody
```

## Source

GitHub, "About code owners": the code host requests a review from the owners that the file names.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from reliability.check.context import Context
from reliability.check.lookups.code_owners import read_code_owners
from reliability.check.lookups.gitlab_owners import is_of_gitlab
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.code_owners import CODE_OWNERS
from reliability.location import Location, SourceSpan
from reliability.message import Message
from reliability.model.targets import CodeOwnersTarget, SyncTargets
from reliability.resolve.code_owners import (
    MARK,
    SECTION,
    end_of_section,
    marked_lines,
    owner_lines,
)

ANY_FILE: Final = "any-file"


@catalog_rule(severity=Severity.WARNING, since="0.1")
def codeowners_stale(context: Context) -> Iterator[Problem]:
    """Compare the generated lines of the CODEOWNERS file with those from ownership."""
    file = next((path for path in CODE_OWNERS if path in context.catalog.texts), None)
    text = context.catalog.texts[file] if file else ""
    generated = marked_lines(text)
    if file is None or (generated is not None and not generated) or not context.is_whole():
        return

    lines = text.splitlines()
    if generated is None:
        first = next(number for number, line in enumerate(lines) if MARK.match(line))
        message = Message("the file needs exactly one begin mark, and one end mark after it")
        help_text = Message("remove all marks, and run `reliability build --code-owners`")
        yield Problem(_line(file, first, lines), message, help_text)
        return

    between = lines[generated.start + 1 : generated.stop - 1]
    present = {line for line in between if not line.startswith("#")}  # the mark of a sync
    wanted = set(owner_lines(context.catalog))
    if present != wanted:
        message = Message(
            "the generated part is out of date: missing lines: {missing}, extra lines: {extra}",
            missing=len(wanted - present),
            extra=len(present - wanted),
        )
        help_text = Message("run `{command}`", command=_command(context))
        yield Problem(_line(file, generated.start, lines), message, help_text)
    yield from _overridden(file, lines, generated, wanted=owner_lines(context.catalog))


def _command(context: Context) -> str:
    """Return the command that writes the lines here."""
    targets = context.catalog.only(SyncTargets)
    for target in targets.value.spec.targets if targets else ():
        if isinstance(target, CodeOwnersTarget):
            return f"reliability sync --sync-target {target.name}"
    return "reliability build --code-owners"


def _overridden(
    file: PurePosixPath, lines: list[str], generated: range, wanted: list[str]
) -> Iterator[Problem]:
    """Yield each line below the generated part that decides about a whole folder in it."""
    # On GitLab, the owners of a later section approve as well, and replace none.
    end = end_of_section(lines, generated.stop)
    headings = (number for number in range(generated.start) if SECTION.match(lines[number]))
    start = max(headings, default=-1) + 1
    text = "\n".join((*[""] * start, *lines[start:end]))
    owners = read_code_owners(text, is_gitlab=is_of_gitlab(file, "\n".join(lines)))
    if owners is None:
        return  # codeowners-gap reports it
    reported: set[int] = set()
    for line in wanted:
        folder, _, generated_owners = line.partition(" ")
        # A file that no line names: one about `slo.yaml` alone may be below on purpose.
        deciding = owners.deciding(PurePosixPath(folder.strip("/")) / ANY_FILE)
        if deciding and deciding.number > generated.stop and deciding.number not in reported:
            reported.add(deciding.number)
            message = Message(
                "this line is below the generated part, so it takes {folder} from {owners}",
                folder=folder,
                owners=generated_owners,
            )
            help_text = Message("move the line above the generated part")
            at = _line(file, deciding.number - 1, lines)
            yield Problem(at, message, help_text, subject=lines[deciding.number - 1].split()[0])


def _line(file: PurePosixPath, number: int, lines: list[str]) -> Location:
    return Location(file, SourceSpan(number + 1, 1, number + 1, end_column=len(lines[number]) + 1))
