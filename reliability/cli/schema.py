"""`reliability schema`: JSON Schemas of all kinds, for editors."""

from __future__ import annotations

from pathlib import Path

import click

from reliability.cli.app import App
from reliability.cli.options import out_option
from reliability.errors import reason_of
from reliability.model.kinds import KINDS
from reliability.model.schema.generate import ALL, kind_name, schema_text, schemas


@click.command("schema")
@click.argument("kind", required=False)
@out_option(
    "Write all schemas to this directory, one file each; existing files are overwritten", "DIR"
)
@click.pass_obj
def command(app: App, kind: str | None, out: Path | None) -> int:
    """Print the JSON Schema of KIND, or one schema for all kinds.

    Editors use it to complete and explain keys. KIND is a kind such as SLO; add the version if
    two kinds have the same name: openslo/v1/AlertPolicy.

    \b
    reliability schema > reliability.json       one schema for all files
    reliability schema --out schemas/           and one for each kind
    """
    if out is None:
        name = _named(kind) if kind else ALL
        app.say(schema_text(schemas()[name]).removesuffix("\n"))
        return 0

    if kind:
        raise click.UsageError("--out writes all kinds; pass KIND or --out")
    _write(app, out, {name: schema_text(schema) for name, schema in schemas().items()})
    return 0


def _named(kind: str) -> str:
    matching = [key for key in KINDS if kind in (key[1], "/".join(key), kind_name(key))]
    if len(matching) == 1:
        return kind_name(matching[0])
    if matching:
        either = " or ".join("/".join(key) for key in matching)
        raise click.BadParameter(
            f"{kind} exists in two versions; write {either}", param_hint="KIND"
        )
    known = ", ".join(sorted({name for _, name in KINDS}))
    raise click.BadParameter(f"{kind} is not a known kind; known kinds: {known}", param_hint="KIND")


def _write(app: App, out: Path, texts: dict[str, str]) -> None:
    from reliability.writing import make_folder

    try:
        make_folder(out, app.committed)
        for name, text in texts.items():
            app.write(out / f"{name}.json", text)
    except OSError as error:
        reason = reason_of(error)
        raise click.ClickException(f"{out} cannot be written: {reason}") from error
    app.say(f"{out}: {len(texts)} schemas")
