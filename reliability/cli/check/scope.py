"""The documents that a run of `reliability check` reads, and the findings that it shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

import click

from reliability.approval import Approvals
from reliability.check.facts.facts import Facts
from reliability.finding import Severity
from reliability.load.files import documents_below, physical
from reliability.pipeline import (
    check,
    check_documents,
    load_documents,
    load_repository,
    load_revision,
)

if TYPE_CHECKING:
    from reliability.check.facts.evidence import BacktestEvidence
    from reliability.cli.app import App
    from reliability.cli.check.live import LiveLookup
    from reliability.cli.check.options import CheckOptions
    from reliability.finding import Finding
    from reliability.load.base import Base
    from reliability.pipeline import Repository

NOTHING: Final[Mapping[PurePosixPath, bytes]] = {}


def look_of(app: App, options: CheckOptions) -> LiveLookup | None:
    """Return the lookup for --live; without --live return None and import nothing."""
    if options.live is None:
        if options.live_authorization:
            raise click.UsageError("--live-authorization needs --live URL")
        return None
    from reliability.cli.check.live import LiveLookup

    return LiveLookup(app, options.live, options.live_authorization)


def checked(
    app: App,
    options: CheckOptions,
    changed: Mapping[PurePosixPath, bytes] = NOTHING,
    look: LiveLookup | None = None,
) -> tuple[Repository, list[Finding]]:
    """Return the requested repository or documents, and the findings to show.

    `changed` holds files that are checked with their new contents.
    """
    if options.documents_only:
        options.refuse_with_documents_only()
        return _documents(app, options.paths, changed)
    return _all(app.with_jobs(options.jobs), options, changed, look=look)


def _all(
    app: App, options: CheckOptions, changed: Mapping[PurePosixPath, bytes], look: LiveLookup | None
) -> tuple[Repository, list[Finding]]:
    from reliability.cli.check.amtool import ask_amtool

    base, evidence = load_revision(app.root, options.base), _evidence(app, options.evidence)
    if base is not None:
        _note_unread(app, base)

    def found_in(repository: Repository) -> list[Finding]:
        seen = look.at(repository.catalog) if look else None
        amtool = ask_amtool(app, options.amtool, repository.catalog)
        facts = Facts.of(evidence, seen, amtool)
        return check(
            repository, app.today, base, approvals=Approvals(given=options.approved), facts=facts
        )

    repository = load_repository(app.root, changed, app.jobs) if changed else app.repository
    findings = found_in(repository)
    if options.write_baseline:
        from reliability.cli.check.baseline import write_baseline

        write_baseline(app, findings)
        repository = load_repository(app.root, jobs=app.jobs)
        findings = found_in(repository)
    return repository, _below(findings, app.root, options.paths)


def _note_unread(app: App, base: Base) -> None:
    """Print which files of the base cannot be read, so nothing is compared with them."""
    errors = (finding for finding in base.findings if finding.severity is Severity.ERROR)
    paths = sorted({error.problem.at.path.as_posix() for error in errors})
    if paths:
        app.note(f"not compared with the base {base.commit[:12]}, not readable: {', '.join(paths)}")


def _evidence(app: App, path: Path | None) -> tuple[BacktestEvidence, ...]:
    if path is None:
        return ()
    from reliability.check.facts.evidence import read_evidence

    evidence = read_evidence(path)
    if any(each.synthetic for each in evidence):
        app.note(f"{path} is synthetic history, and so are its findings")
    return evidence


def _documents(
    app: App, paths: Sequence[Path], changed: Mapping[PurePosixPath, bytes]
) -> tuple[Repository, list[Finding]]:
    if paths:
        repository = load_documents(app.root_or_here, documents_below(paths), changed)
    else:
        repository = load_repository(app.root, changed) if changed else app.repository
    return repository, check_documents(repository)


def _below(findings: Iterable[Finding], root: Path, paths: Sequence[Path]) -> list[Finding]:
    if not paths:
        return list(findings)
    shown = [_relative(root, path) for path in paths]
    return [
        finding
        for finding in findings
        if any(finding.problem.at.path.is_relative_to(at) for at in shown)
    ]


def _relative(root: Path, path: Path) -> PurePosixPath:
    whole = physical(path)
    if not whole.is_relative_to(root):
        raise click.BadParameter(
            f"{path} is outside of {root}; pass --documents-only, or --root", param_hint="PATHS"
        )
    return PurePosixPath(whole.relative_to(root).as_posix())
