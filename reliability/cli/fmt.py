"""`reliability fmt`: the layout of YAML files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reliability.check.masking.masking import redacted
from reliability.cli.experimental import ExperimentalCommand
from reliability.load.files import FOLDERS
from reliability.render.display import safe
from reliability.render.file_diff import file_diff

if TYPE_CHECKING:
    from reliability.cli.app import App
    from reliability.formatting.files import FormattedFile


@click.command("fmt", cls=ExperimentalCommand)
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a file would change")
@click.option("--diff", is_flag=True, help="As --check, and show the changes")
@click.pass_obj
def command(app: App, paths: tuple[Path, ...], check: bool, diff: bool) -> int:
    """Format YAML files: indentation, spacing, quotes and the final newline.

    Without PATHS, formats services/ and policies/. Keys keep their order, and each comment keeps
    its neighbors. A file whose values or comments would not be kept exactly is left as it is and
    named. Exits with 1 if a file is not YAML.

    \b
    reliability fmt                      the whole repository
    reliability fmt services/shop        one folder
    reliability fmt --check              for CI
    """
    from reliability.formatting.files import format_files, yaml_files

    files = list(format_files(yaml_files(paths or _folders(app))))
    changed = [file for file in files if file.is_changed]

    def shown(path: Path) -> Path:
        return path if paths else path.relative_to(app.root)

    for file in changed:
        if diff:
            for line in file_diff(shown(file.path), file.before.decode(), file.after.decode()):
                app.say(redacted(line))
        elif check:
            app.say(safe(f"{shown(file.path)}: would change"))
        else:
            file.write(app.committed)
            app.say(safe(f"{shown(file.path)}: formatted"))

    for file in files:
        if file.is_unreadable or (file.reason and not app.quiet):
            click.echo(
                safe(f"{shown(file.path)}{file.location}: left as it is: {file.reason}"), err=True
            )

    app.note(_summary(files, changed, writes=not (check or diff)))
    is_refused = any(file.is_unreadable for file in files)
    return int(is_refused or (bool(changed) and (check or diff)))


def _folders(app: App) -> list[Path]:
    return [app.root / name for name in FOLDERS]


def _summary(files: list[FormattedFile], changed: list[FormattedFile], *, writes: bool) -> str:
    """Return the counts: `2 of 14 files formatted, 1 left as it is`."""
    what = "formatted" if writes else "would change"
    left = sum(bool(file.reason) for file in files)
    kept = f", {left} left as they are" if left else ""
    return f"{len(changed)} of {len(files)} files {what}{kept}"
