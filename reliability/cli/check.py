"""`reliability check`: documents, references and the notification policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

import click

from reliability.finding import Finding, Severity

if TYPE_CHECKING:
    from reliability.cli.app import App
    from reliability.pipeline import Repository

FAIL_ON: Final = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "info": Severity.INFO,
    "never": None,
}


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option(
    "--fail-on",
    type=click.Choice(list(FAIL_ON)),
    default="error",
    show_default=True,
    help="The least severity that ends with 1.",
)
@click.option(
    "--base",
    metavar="REV",
    help="Where the change starts; rules by date are then errors on it.",
)
@click.option(
    "--documents-only",
    is_flag=True,
    help="Only what single documents show; PATHS may lie anywhere.",
)
@click.pass_obj
def command(
    app: App,
    paths: tuple[Path, ...],
    form: str,
    fail_on: str,
    base: str | None,
    documents_only: bool,
) -> int:
    """Check documents, references and the notification policy.

    PATHS narrow what is shown; the whole repository is read all the same.

    \b
    reliability check                        everything
    reliability check services/attendance    what concerns one service
    reliability check --base origin/main     rules by date are errors on what the change touches
    reliability check --documents-only FILE  a file that need not lie in a repository
    """
    from reliability.check.engine import BUG

    repository, findings = _documents(app, paths) if documents_only else _all(app, paths, base)
    _print(app, repository, findings, form)
    if any(finding.rule == BUG for finding in findings):
        return 3
    limit = FAIL_ON[fail_on]
    counted = [each for each in findings if each.waiver is None]
    return int(limit is not None and any(each.severity >= limit for each in counted))


def _all(app: App, paths: Sequence[Path], base: str | None) -> tuple[Repository, list[Finding]]:
    from reliability.pipeline import check, load_revision

    found = check(app.repository, app.today, load_revision(app.root, base))
    return app.repository, _below(found, app.root, paths)


def _documents(app: App, paths: Sequence[Path]) -> tuple[Repository, list[Finding]]:
    from reliability.load.files import documents_below
    from reliability.pipeline import check_documents, load_documents

    if not paths:
        return app.repository, check_documents(app.repository)
    repository = load_documents(app.root_or_here, documents_below(paths))
    return repository, check_documents(repository)


def _below(findings: Iterable[Finding], root: Path, paths: Sequence[Path]) -> list[Finding]:
    if not paths:
        return list(findings)
    shown = [_relative(root, path) for path in paths]
    return [
        each for each in findings if any(each.problem.at.path.is_relative_to(at) for at in shown)
    ]


def _relative(root: Path, path: Path) -> PurePosixPath:
    from reliability.load.files import physical

    whole = physical(path)
    if not whole.is_relative_to(root):
        raise click.BadParameter(
            f"{path} lies outside of {root}; pass --documents-only, or --root", param_hint="PATHS"
        )
    return PurePosixPath(whole.relative_to(root).as_posix())


def _print(app: App, repository: Repository, findings: Sequence[Finding], form: str) -> None:
    if form == "json":
        from reliability.check.report.json import json_report

        app.say(json_report(findings))
        return
    from reliability.check.report.text import summary, text_report

    catalog = repository.catalog
    for line in text_report(findings, catalog.texts, color=app.colors_output):
        app.say(line)
    documents = sum(1 for _ in catalog.everything())
    app.note(summary(findings, len(catalog.services), documents))
    if not catalog.texts and not findings:
        app.note("nothing was there to check; `reliability demo` shows what a repository holds")
