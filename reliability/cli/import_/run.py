"""Runs `reliability import`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import click

from reliability.alert_labels import PLAIN, PREFIXED
from reliability.cli.app import App
from reliability.cli.import_.output import print_outcome
from reliability.compile.pieces import Piece
from reliability.compile.prometheus.compilers import PrometheusCompiler
from reliability.convert.converter import ConversionOptions, DiagnosticKind
from reliability.convert.converters import CONVERTERS, convert, is_recognized
from reliability.convert.gathering import gather
from reliability.convert.originals import read_originals
from reliability.errors import ReliabilityError
from reliability.finding import Severity
from reliability.load.files import DiskFiles, read_repository
from reliability.load.loader import load
from reliability.onboarding.environment_labels import (
    FILE,
    EnvironmentLabel,
    chosen,
    environment_labels,
    environments_text,
    expressions_of,
)
from reliability.onboarding.importing.label_choice import WRITE_IT, prefixing, settled_label_names
from reliability.onboarding.importing.outcome import ImportOutcome
from reliability.onboarding.shipped import shipped_repository
from reliability.onboarding.starting import starting_policies
from reliability.onboarding.write_plan import WritePlan
from reliability.pipeline import Repository, check, load_repository
from reliability.resolve.alert_labels import alert_label_names
from reliability.resource import Resource
from reliability.tuning import collector_paused

if TYPE_CHECKING:
    from reliability.alert_labels import AlertLabelSet
    from reliability.convert.gathering import GatheredFiles
    from reliability.convert.originals import ReadOriginals
    from reliability.finding import Finding, Problem
    from reliability.load.catalog import Catalog


DOCUMENT: Final = "document-"
"""The prefix of the rules that report unreadable documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """The options; `only` is a format, and `into` is None to use `--root`."""

    paths: tuple[Path, ...]
    only: str | None
    into: Path | None
    service: str | None
    team: str | None
    plain_labels: bool
    environment_label: str | None
    all_messages: bool
    dry_run: bool
    diff: bool
    form: str

    @property
    def writes(self) -> bool:
        """Whether files are written."""
        return not (self.dry_run or self.diff)


def run(app: App, /, **given: Any) -> int:
    """Import the paths; return 1 if a file was kept, unreadable or refused, else 0."""
    options = ImportOptions(**given)
    _known(options.only)
    read = _without_foreign(read_originals(Path.cwd(), options.paths))
    outcome = _imported(app, read, options)
    print_outcome(app, outcome, options.form, diff=options.diff, full=options.all_messages)
    return int(bool(outcome.write_plan.kept or read.unreadable or outcome.refused))


def _without_foreign(read: ReadOriginals) -> ReadOriginals:
    """Drop what is to be decided about files that are not imported."""
    doubted = {doubt.problem.at.path for doubt in read.doubtful}
    known = {o.path for o in read.originals if o.path in doubted and is_recognized(o)}
    out = DiagnosticKind.LEFT_OUT
    kept = (d for d in read.doubtful if d.kind is out or d.problem.at.path in known)
    return replace(read, doubtful=tuple(kept))


def _imported(app: App, read: ReadOriginals, options: ImportOptions) -> ImportOutcome:
    """Convert the input, check the result, and write it unless `--dry-run` or `--diff`."""
    root = options.into or app.root_or_here
    present = load_repository(root).catalog
    names = PLAIN if options.plain_labels else settled_label_names(present)
    conversion = ConversionOptions(
        service=options.service,
        team=options.team,
        services=frozenset(p.parent.name for p in root.glob("services/*/ownership.yaml")),
        teams=frozenset(path.stem for path in root.glob("policies/teams/*.yaml")),
        today=app.today,
        label_names=names,
        keeps_sloth=alert_label_names(present).keeps_sloth,
    )
    with collector_paused():
        gathered = gather(convert(read.originals, conversion, options.only), conversion)
    outcome = ImportOutcome(
        write_plan=WritePlan.of(root, {}),
        diagnostics=(*read.unreadable, *read.doubtful, *gathered.diagnostics),
        documents=gathered.documents,
        skipped=read.skipped,
        environment_label=options.environment_label or "",
    )
    if not gathered.files:
        raise _nothing(app, outcome, options)

    chosen = _chosen(gathered, conversion, options)
    first, edited = _policies(root, present, chosen, is_settled=names is not None)
    labels, environments = _environments(gathered, options)
    files = with_services_folder(root, {**gathered.files, **first, **environments})
    write_plan = WritePlan.of(root, files, edited)
    findings, refused = _checked(app, root, write_plan)
    if options.writes:
        for path in write_plan.write():
            app.note(f"{path}: written")

    return replace(
        outcome,
        write_plan=write_plan,
        findings=findings,
        refused=refused,
        written=options.writes,
        label_set=chosen,
        environment_labels=labels,
    )


def _environments(
    gathered: GatheredFiles, options: ImportOptions
) -> tuple[tuple[EnvironmentLabel, ...], dict[PurePosixPath, str]]:
    """Return the labels that seem to name environments, and the file for the chosen one.

    Raises:
        BadParameter: no query has several values of the chosen label.
    """
    texts = [(path, text.encode()) for path, text in gathered.files.items()]
    labels = environment_labels(expressions_of(load(texts)[0]))
    try:
        label = chosen(options.environment_label, labels)
        files = {FILE: environments_text(label)} if label is not None else {}
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--environment-label") from None
    return labels, files


def _known(only: str | None) -> None:
    names = [converter.name for converter in CONVERTERS]
    if only is not None and only not in names:
        raise click.BadParameter(
            f"unknown format {only}; expected one of {', '.join(names)}", param_hint="--from"
        )


def _nothing(app: App, outcome: ImportOutcome, options: ImportOptions) -> click.BadParameter:
    """Print why nothing can be imported, and return the error."""
    print_outcome(app, outcome, options.form, diff=False, full=options.all_messages)
    shown = ", ".join(map(str, options.paths))
    if len(outcome.diagnostics) == 1:
        why = f": {outcome.diagnostics[0].problem.message}"
    else:
        why = ", for the reasons above" if outcome.diagnostics or outcome.skipped else ""
    return click.BadParameter(f"nothing in {shown} can be imported{why}", param_hint="PATHS")


def _chosen(
    gathered: GatheredFiles, conversion: ConversionOptions, options: ImportOptions
) -> AlertLabelSet:
    """Return the label set of the imported alerts.

    Raises:
        ReliabilityError: an alert may lose a label, but the repository already uses the plain set.
    """
    collision = gathered.collision
    is_free = conversion.label_names is None
    if collision is None and gathered.routed and is_free:
        return "prefixed"
    if collision is None or options.plain_labels:
        return "prefixed" if conversion.label_names == PREFIXED else "plain"
    if conversion.label_names == PLAIN:
        at = collision.origin.at
        raise ReliabilityError(
            f"{at.path}:{at.span.line}:{at.span.column}: {collision.message}; {WRITE_IT}, which "
            "renames the labels of every alert, or pass --plain-labels"
        )

    return "prefixed"


def _policies(
    root: Path, present: Catalog, chosen: AlertLabelSet, *, is_settled: bool
) -> tuple[dict[PurePosixPath, str], Mapping[PurePosixPath, tuple[str, str]]]:
    """Return the policies to add, and those to edit with their texts before and after."""
    first = starting(root, chosen)
    if first or is_settled or chosen == "plain":
        return first, {}
    return prefixing(present, shipped_repository())


def starting(root: Path, label_set: AlertLabelSet = "plain") -> dict[PurePosixPath, str]:
    """Return the shipped policies for a repository that has none."""
    if (root / "policies").exists():
        return {}
    return starting_policies(shipped_repository(), label_set=label_set)


def with_services_folder(
    root: Path, files: Mapping[PurePosixPath, str]
) -> dict[PurePosixPath, str]:
    """Return the files, plus `services/.gitkeep` if needed: `services/` marks a repository."""
    if (root / "services").exists() or any(path.parts[0] == "services" for path in files):
        return dict(files)
    return {**files, PurePosixPath("services/.gitkeep"): ""}


def _checked(
    app: App, root: Path, write_plan: WritePlan
) -> tuple[tuple[Finding, ...], tuple[Problem, ...]]:
    """Return the findings of `check` with the new files, and the problems that refuse a new file.

    A file is refused if it cannot be read as a document or if no rules can be built from it.
    Nothing is written.
    """
    files, unread = read_repository(root)
    edited = {path: after.encode() for path, (_, after) in write_plan.edited.items()}
    present = [(path, edited.get(path, content)) for path, content in files]
    new = [(path, text.encode()) for path, text in write_plan.new.items()]
    catalog, findings = load([*present, *new], DiskFiles(root))
    checked = tuple(
        check(Repository(root=root, catalog=catalog, findings=(*unread, *findings)), app.today)
    )
    unreadable = [
        finding.problem
        for finding in checked
        if finding.rule.startswith(DOCUMENT) and finding.severity is Severity.ERROR
    ]
    unbuilt = [
        item
        for item in Piece(PrometheusCompiler(), catalog).compiled()
        if not isinstance(item, Resource)
    ]
    refused = [problem for problem in (*unreadable, *unbuilt) if problem.at.path in write_plan.new]

    return checked, tuple(dict.fromkeys(refused))
