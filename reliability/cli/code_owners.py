"""Writes the generated lines of CODEOWNERS into the file that the code host reads."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from reliability.errors import ReliabilityError
from reliability.finding import Severity
from reliability.load.code_owners import CODE_OWNERS, read_code_owners
from reliability.load.replace import replace_file
from reliability.resolve.code_owners import owner_lines, with_owner_lines
from reliability.writing import write_new

if TYPE_CHECKING:
    from reliability.cli.app import App


def write_code_owners(app: App) -> None:
    """Update the generated lines, or create `.github/CODEOWNERS`; keep all other lines.

    Raises:
        ReliabilityError: a document or the file cannot be read, or the file cannot be written, or
            does not have one begin and one end marker.
    """
    unread = [finding for finding in app.repository.findings if finding.severity is Severity.ERROR]
    if unread:
        path = unread[0].problem.at.path
        raise ReliabilityError(f"{path} cannot be read completely; see `reliability check`")

    owned = read_code_owners(app.root)
    path, content = owned or (CODE_OWNERS[0], b"")
    if owned is None and os.path.lexists(app.root / path):
        raise ReliabilityError(f"{path} is not a regular UTF-8 file, and was not changed")

    before = content.decode("utf-8", "surrogateescape")
    lines = owner_lines(app.catalog())
    after = with_owner_lines(before, lines)
    if after is None:
        raise ReliabilityError(f"{path}: expected one begin and one end marker; remove the others")
    if after != before:
        _write(app, app.root / path, content, after=after.encode("utf-8", "surrogateescape"))

    what = "unchanged" if after == before else "written"
    app.say(f"{path}: {what}, {len(lines)} lines are ours")


def _write(app: App, path: Path, before: bytes, after: bytes) -> None:
    try:
        if os.path.lexists(path):
            if not replace_file(app.root, path, before, after=after):
                raise ReliabilityError(
                    f"{path} was changed by another program, and was not overwritten"
                )
        else:
            write_new(path, after, app.committed)
    except OSError as error:
        raise ReliabilityError(f"{path} cannot be written: {error.strerror}") from error
