"""Lines of CODEOWNERS that follow from ownership, and their insertion into a file.

They are between two marks. Lines outside the marks are not generated, and stay as they are. New
ones go above the first section: on GitLab a section has owners of its own, and may be optional.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from reliability.load.catalog import Catalog, service_directory
from reliability.model.notification import NotificationPolicy
from reliability.model.ownership import Ownership
from reliability.model.team import Team

BEGIN: Final = "# reliability: begin, made by `reliability` from ownership; do not edit"
END: Final = "# reliability: end"
MARK: Final = re.compile(r"# reliability: (begin|end)\b")
SECTION: Final = re.compile(r"\^?\[[^\]]+\]")
"""Heading of a section on GitLab; GitHub has none, and no patterns in brackets."""
PLAIN: Final = re.compile(r"[\w.-]+", re.ASCII)
"""Names that a CODEOWNERS pattern matches literally."""


def owner_lines(catalog: Catalog) -> list[str]:
    """Return the owners of `policies/` and each service's folder, one line per folder.

    The owner is the team on the code host, or else its members. A folder without a declared team
    has no line, and neither has one whose name is a pattern.
    """
    return [*_policies(catalog), *_services(catalog)]


def _policies(catalog: Catalog) -> Iterator[str]:
    policy = catalog.only(NotificationPolicy)
    if policy is not None and policy.value.spec.owner is not None:
        owners = _handles(policy.value.spec.owner, catalog)
        if owners:
            yield f"/policies/ {' '.join(owners)}"


def _services(catalog: Catalog) -> Iterator[str]:
    folders: dict[str, dict[str, None]] = {}
    for located in catalog.documents(Ownership):
        folder = service_directory(located.document.path)
        if folder is not None and PLAIN.fullmatch(folder):
            owners = _handles(located.value.spec.team, catalog)
            folders.setdefault(folder, {}).update(dict.fromkeys(owners))
    for folder, handles in sorted(folders.items()):
        if handles:
            yield f"/services/{folder}/ {' '.join(handles)}"


def _handles(team: str, catalog: Catalog) -> tuple[str, ...]:
    named = catalog.find(Team, team)
    if named is None:
        return ()
    spec = named.value.spec
    return (spec.code_host,) if spec.code_host else spec.members


def marked_lines(text: str) -> range | None:
    """Return the line numbers of the generated part with its marks, from 0.

    Without marks it is an empty range at the end, or at the first section. Return None unless the
    marks are one pair in order.
    """
    lines = text.splitlines()
    marks = [(number, match[1]) for number, line in enumerate(lines) if (match := MARK.match(line))]
    match marks:
        case []:
            at = end_of_section(lines, 0)
            return range(at, at)
        case [(first, "begin"), (last, "end")]:
            return range(first, last + 1)
        case _:
            return None


def end_of_section(lines: Sequence[str], start: int) -> int:
    """Return the index of the first section's heading from `start`, or the number of lines."""
    headings = (number for number in range(start, len(lines)) if SECTION.match(lines[number]))
    return next(headings, len(lines))


def with_owner_lines(text: str, wanted: Sequence[str]) -> str | None:
    """Return the file with the wanted generated part, and all other lines unchanged.

    Return None if the marks are not one pair in order.
    """
    ours = marked_lines(text)
    if ours is None:
        return None

    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    before, after = "".join(lines[: ours.start]), "".join(lines[ours.stop :])
    part = "".join(f"{line}{end}" for line in (BEGIN, *wanted, END))
    if ours:
        return before + part + after
    if after:
        return before + part + end + after
    if before and not before.endswith(("\n", "\r")):
        before += end
    return before + (end if before else "") + part


def without_owner_lines(text: str) -> str | None:
    """Return the file without its generated part, and all other lines unchanged.

    Return None if the marks are not one pair in order.
    """
    ours = marked_lines(text)
    if ours is None:
        return None
    lines = text.splitlines(keepends=True)
    before, after = lines[: ours.start], lines[ours.stop :]
    # The empty line that separates the generated part from what is above, or from a section below.
    if before and not after and not before[-1].strip():
        before.pop()
    elif len(after) > 1 and not after[0].strip() and SECTION.match(after[1]):
        after.pop(0)
    return "".join((*before, *after))
