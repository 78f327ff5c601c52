"""The marked part of CODEOWNERS is not what ownership says.

## What it does

Compares the part of CODEOWNERS between our marks with what `reliability build --code-owners` would
write there. Without the marks it says nothing.

## Why it matters

The team that answers for a service has changed, and the code host still asks the former one for a
review of its promises.

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

GitHub, "About code owners": a review is asked of those whom the file names.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from reliability.check.context import Context
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.code_owners import CODE_OWNERS
from reliability.location import Location, SourceSpan
from reliability.resolve.code_owners import MARK, marked_lines, owner_lines

HELP: Final = "run `reliability build --code-owners`"


@catalog_rule(severity=Severity.WARNING, since="0.1")
def codeowners_stale(context: Context) -> Iterator[Problem]:
    """Compare our part of the file that counts, line by line."""
    file = next((each for each in CODE_OWNERS if each in context.catalog.texts), None)
    text = context.catalog.texts[file] if file else ""
    ours = marked_lines(text)
    if file is None or (ours is not None and not ours) or not context.is_whole():
        return
    lines = text.splitlines()
    if ours is None:
        first = next(number for number, line in enumerate(lines) if MARK.match(line))
        message = "the marks of our part are not one pair, begin before end"
        help_text = f"take all of them out, and {HELP}"
        yield Problem(_line(file, first, lines), message, help_text)
        return
    written, wanted = set(lines[ours.start + 1 : ours.stop - 1]), set(owner_lines(context.catalog))
    if written != wanted:
        missing, gone = len(wanted - written), len(written - wanted)
        message = f"lines that are missing: {missing}, lines that should not be there: {gone}"
        yield Problem(_line(file, ours.start, lines), message, HELP)


def _line(file: PurePosixPath, number: int, lines: list[str]) -> Location:
    return Location(file, SourceSpan(number + 1, 1, number + 1, len(lines[number]) + 1))
