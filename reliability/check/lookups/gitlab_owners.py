"""Entries of a CODEOWNERS file as GitLab reads them: in sections, with default owners.

Sources: docs.gitlab.com, user/project/codeowners/reference and .../advanced (sections, default
owners, optional sections, exclusions, path matching), and ee/lib/gitlab/code_owners of GitLab
(`section_parser.rb`, `file.rb`), which has the exact forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

UNNAMED: Final = "codeowners"
"""Name of the section above the first heading (`Section::DEFAULT`)."""
HEADING: Final = re.compile(
    r"(?P<optional>\^)?\[(?P<name>[^\]]*)\](?:\[\d*\])?(?P<owners>\s+[-@\w./\s+]*)?"
)
"""`[Name]`, `^[Name]` (optional) or `[Name][2]` (two approvals), and the default owners."""
SPACE: Final = re.compile(r"(?<!\\)\s+")
OWNER: Final = re.compile(r"@\w")
"""What `@name`, `@@role` and an address of mail have in common; anything else is ignored."""
EXCLUSION: Final = "!"


@dataclass(frozen=True, slots=True, kw_only=True)
class GitLabEntry:
    """A pattern of a section; an exclusion takes its paths out of the section."""

    section: str
    number: int
    pattern: str
    has_owners: bool
    is_optional: bool
    is_exclusion: bool


def is_of_gitlab(file: PurePosixPath, text: str) -> bool:
    """Return whether GitLab reads a file: by its path, or because it has a section.

    GitLab does not read `.github/CODEOWNERS`, and GitHub ignores a line in brackets.
    """
    if file.parts[0] in (".github", ".gitlab"):
        return file.parts[0] == ".gitlab"
    return any(HEADING.match(line.strip()) for line in text.splitlines())


def gitlab_entries(text: str) -> Iterator[GitLabEntry]:
    """Yield the entries of a file in their order; names of sections ignore case."""
    section, is_optional, has_default = UNNAMED, False, False
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        if not line or line.startswith("#"):
            continue
        heading = HEADING.match(line)
        if heading is not None:
            section, is_optional = heading["name"].lower(), bool(heading["optional"])
            has_default = bool(OWNER.search(heading["owners"] or ""))
            continue

        pattern, *rest = SPACE.split(line, maxsplit=1)
        is_exclusion = pattern.startswith(EXCLUSION)
        # Any text replaces the default owners, also a comment, which GitLab does not know here.
        is_owned = bool(OWNER.search(rest[0])) if rest else has_default
        yield GitLabEntry(
            section=section,
            number=number,
            pattern=pattern.removeprefix(EXCLUSION),
            has_owners=is_owned and not is_exclusion,
            is_optional=is_optional,
            is_exclusion=is_exclusion,
        )


def gitlab_pattern(pattern: str) -> str | None:
    """Return the RE2 pattern of the paths that a pattern matches; None if it matches none.

    It is what `File.fnmatch` of Ruby matches with FNM_PATHNAME and FNM_DOTMATCH: `**/` stands for
    any folders, and `*` for a part of one name. Unlike on GitHub, `/services/a` matches nothing
    below it.
    """
    anchored = pattern if pattern.startswith("/") else f"/**/{pattern}"
    whole = f"{anchored}**/*" if anchored.endswith("/") else anchored
    return _regex(re.sub(r"\\\s+", " ", whole).removeprefix("/"))


def _regex(glob: str) -> str | None:
    parts: list[str] = []
    at = 0
    while at < len(glob):
        starts_name = at == 0 or glob[at - 1] == "/"
        if starts_name and glob.startswith("**/", at):
            parts.append("(?:[^/]+/)*")
            at += 3
        elif glob[at] == "[":
            end = glob.find("]", at + 2)
            if end == -1:
                return None
            parts.append(_class(glob[at + 1 : end]))
            at = end + 1
        elif glob[at] in "*?":
            parts.append("[^/]*" if glob[at] == "*" else "[^/]")
            at += 1
        else:
            at += glob[at] == "\\" and at + 1 < len(glob)
            parts.append(re.escape(glob[at]))
            at += 1
    return rf"\A{''.join(parts)}\z"


def _class(characters: str) -> str:
    """Return a set of characters, which never contains a slash."""
    is_negated = characters[0] in "!^"
    escaped = re.sub(r"[\\\[\]^]", r"\\\g<0>", characters[is_negated:].replace("/", ""))
    return f"[^/{escaped}]" if is_negated else f"[{escaped}]"
