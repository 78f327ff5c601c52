"""The generated part of CODEOWNERS is out of date.

## What it does

Compares the generated part of CODEOWNERS, between the `reliability: begin` and `reliability: end`
marks, with the output of `reliability build --code-owners`. Without these marks the rule reports
nothing.

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

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.code_owners import CODE_OWNERS
from reliability.location import Location, SourceSpan
from reliability.message import Message
from reliability.resolve.code_owners import MARK, marked_lines, owner_lines


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
        help_text = Message("run `reliability build --code-owners`")
        yield Problem(_line(file, generated.start, lines), message, help_text)


def _line(file: PurePosixPath, number: int, lines: list[str]) -> Location:
    return Location(file, SourceSpan(number + 1, 1, number + 1, end_column=len(lines[number]) + 1))
