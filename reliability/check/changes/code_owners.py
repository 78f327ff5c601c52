"""Changed lines of CODEOWNERS, except those of a service's own team."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from reliability.check.changes.policy_documents import DocumentChange
from reliability.check.context import Context
from reliability.check.lookups.code_owners import FOLDER
from reliability.load.catalog import Catalog
from reliability.load.code_owners import CODE_OWNERS
from reliability.location import Location, SourceSpan
from reliability.message import Message

Line = tuple[str, ...]
"""The words of a line: its pattern, and its owners."""


def code_owner_changes(base: Catalog, context: Context) -> Iterator[DocumentChange]:
    """Yield lines that were added or removed, and a changed order.

    The order matters because the last line that matches a path decides. A new CODEOWNERS file is
    not reported. The line of a service's folder is not reported if it names the service's team,
    whose approval other rules require, or if the service was added or removed.
    """
    was, now = _file(base), _file(context.catalog)
    if was is None:
        return
    if now is None:
        at = Location(was)
        yield DocumentChange(at=at, message=Message("{path} was removed", path=was))
        return

    before, after = _lines(base.texts[was]), _lines(context.catalog.texts[now])
    for number, line in after.items():
        if line not in before.values() and not _is_of_team(line, base, context):
            text = context.catalog.texts[now].splitlines()[number - 1]
            at = Location(now, SourceSpan(number, 1, number, end_column=len(text) + 1))
            words = " ".join(line)
            message = Message("the line {line} was added", line=words)
            yield DocumentChange(at=at, message=message, subject=f"new {words}")

    patterns = {line[0] for line in after.values()}
    for line in before.values():
        if line[0] not in patterns and not _is_of_team(line, base, context):
            words, at = " ".join(line), Location(now)
            message = Message("the line {line} was removed", line=words)
            yield DocumentChange(at=at, message=message, subject=f"gone {words}")

    if [*dict.fromkeys(before.values())] != [*dict.fromkeys(after.values())]:
        yield from _order(before, after, now)


def _order(
    before: dict[int, Line], after: dict[int, Line], path: PurePosixPath
) -> Iterator[DocumentChange]:
    kept = [line for line in before.values() if line in after.values()]
    if kept != [line for line in after.values() if line in kept]:
        message = Message("the order of the lines changed")
        yield DocumentChange(at=Location(path), message=message, subject="order")


def _file(catalog: Catalog) -> PurePosixPath | None:
    return next((path for path in CODE_OWNERS if path in catalog.texts), None)


def _lines(text: str) -> dict[int, Line]:
    words = {n: line.split("#")[0].split() for n, line in enumerate(text.splitlines(), 1)}
    return {number: tuple(line) for number, line in words.items() if line}


def _is_of_team(line: Line, base: Catalog, context: Context) -> bool:
    folder = FOLDER.fullmatch(line[0])
    if folder is None:
        return False
    service = folder[1]
    if service not in base.services or service not in context.services:
        return True
    team = context.team_of(service)
    return team is not None and line[1:] == (team.value.spec.code_host,)
