"""`reliability check --fix` and `--diff`: apply the safe fixes, or show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import click

from reliability.check.engine.fixing import ROUNDS, fixed, safe_fixes
from reliability.cli.check.scope import checked
from reliability.errors import reason_of
from reliability.load.replace import replace_file
from reliability.render.file_diff import file_diff
from reliability.writing import ensure_no_link

if TYPE_CHECKING:
    from reliability.cli.app import App
    from reliability.cli.check.options import CheckOptions
    from reliability.finding import Finding
    from reliability.pipeline import Repository


@dataclass(slots=True, kw_only=True)
class FixedFiles:
    """Files before and after their fixes, and the check of the result."""

    repository: Repository
    findings: list[Finding]
    before: dict[PurePosixPath, bytes] = field(default_factory=dict)
    after: dict[PurePosixPath, bytes] = field(default_factory=dict)
    fixes: int = 0

    @property
    def counted(self) -> str:
        """The counts in words: `3 fixes in 2 files`."""
        fixes, files = self.fixes, len(self.after)
        return f"{fixes} {'fix' if fixes == 1 else 'fixes'} in {_files(files)}"


def fixed_files(app: App, options: CheckOptions) -> FixedFiles:
    """Fix and check again in memory, until a round changes nothing, at most `ROUNDS` times."""
    for path in options.paths:
        ensure_no_link(path, app.committed)
    repository, findings = checked(app, options)
    state = FixedFiles(repository=repository, findings=findings)
    for _ in range(ROUNDS):
        if not _round(state):
            break
        state.repository, state.findings = checked(app, options, state.after)
    return state


def _round(state: FixedFiles) -> bool:
    """Apply the safe fixes to each file; return whether anything changed."""
    changed = False
    for path, fixes in safe_fixes(state.findings).items():
        content = state.after[path] if path in state.after else _read(state, path)
        if content is None:
            continue
        done = fixed(path, content, fixes)
        if done.content != content:
            state.before.setdefault(path, content)
            state.after[path] = done.content
            state.fixes += done.fixes
            changed = True

    return changed


def _read(state: FixedFiles, path: PurePosixPath) -> bytes | None:
    """Return the bytes of a file; None if it changed since it was checked."""
    content = Path(state.repository.root, path).read_bytes()
    is_same = content.decode("utf-8", "replace") == state.repository.catalog.texts.get(path)
    return content if is_same else None


def write(app: App, state: FixedFiles) -> None:
    """Replace each file by its fixed version, in one step.

    Raises:
        click.UsageError: a file cannot be written, or changed meanwhile.
    """
    for path, content in state.after.items():
        try:
            root = state.repository.root
            kept = replace_file(root, Path(root, path), state.before[path], after=content)
        except OSError as error:
            reason = reason_of(error)
            raise click.UsageError(f"--fix: {path} cannot be written: {reason}") from error
        if not kept:
            raise click.UsageError(
                f"--fix: {path} was changed by another program; run the command again"
            )
    app.note(state.counted)


def show_diff(app: App, state: FixedFiles) -> None:
    """Print what `--fix` would change, with control characters escaped."""
    for path in sorted(state.after):
        old, new = state.before[path].decode(), state.after[path].decode()
        for line in file_diff(path, old, new):
            app.say(line)
    app.note(
        f"{state.counted} would be made; run with --fix to apply them"
        if state.after
        else "no fixes"
    )


def _files(number: int) -> str:
    return f"{number} file" if number == 1 else f"{number} files"
