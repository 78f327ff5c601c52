"""What `reliability import` does with its options."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import click

from reliability.alert_labels import PLAIN, PREFIXED
from reliability.cli.app import App
from reliability.cli.import_.options import ImportOptions
from reliability.cli.import_.output import print_outcome, print_remarks, skipped_text
from reliability.compile.prometheus.compilers import PrometheusCompiler
from reliability.convert.converter import ConversionOptions
from reliability.convert.converters import CONVERTERS, convert
from reliability.convert.gathering import gather
from reliability.convert.originals import read_originals
from reliability.errors import ReliabilityError
from reliability.finding import Severity
from reliability.load.files import DiskFiles, read_repository
from reliability.load.loader import load
from reliability.onboarding.importing.label_choice import WRITE_IT, prefixing, settled_label_names
from reliability.onboarding.importing.outcome import ImportOutcome
from reliability.onboarding.landing import WritePlan
from reliability.onboarding.shipped import shipped_repository
from reliability.onboarding.starting import starting_policies
from reliability.pipeline import Repository, check, load_repository
from reliability.resource import Resource
from reliability.tuning import collector_paused

if TYPE_CHECKING:
    from reliability.alert_labels import AlertLabelSet
    from reliability.convert.gathering import GatheredFiles
    from reliability.convert.originals import ReadOriginals
    from reliability.finding import Finding, Problem
    from reliability.load.catalog import Catalog


DOCUMENT: Final = "document-"
"""How the rules begin by which a document is not read as it is written."""


def run(app: App, /, **given: Any) -> int:
    """Do what the options say; the exit code."""
    asked = ImportOptions(**given)
    _known(asked.only)
    read = read_originals(Path.cwd(), asked.paths)
    outcome = _imported(app, read, asked)
    print_outcome(app, outcome, asked.form, diff=asked.diff, full=asked.all_messages)
    return int(bool(outcome.landing.kept or read.unreadable or outcome.refused))


def _imported(app: App, read: ReadOriginals, asked: ImportOptions) -> ImportOutcome:
    """Convert what was read, check it as it would be, and write it unless it is only shown."""
    root = asked.into or app.root_or_here
    present = _present(root)
    names = PLAIN if asked.plain_labels else settled_label_names(present)
    wishes = ConversionOptions(
        asked.service, asked.team, _services(root), _teams(root), app.today, label_names=names
    )
    gathered = _gather(app, read, wishes, asked)
    chosen = _chosen(gathered, wishes, asked)
    first, edited = _policies(root, present, chosen, is_settled=names is not None)
    files = with_services_folder(root, {**gathered.files, **first})
    landing = WritePlan.of(root, files, edited)
    findings, refused = _checked(app, root, landing)
    if asked.writes:
        for path in landing.write():
            app.note(f"{path}: written")

    remarks = (*read.unreadable, *read.doubtful, *gathered.remarks)
    return ImportOutcome(
        landing=landing,
        remarks=remarks,
        documents=gathered.documents,
        findings=findings,
        refused=refused,
        written=asked.writes,
        label_set=chosen,
        skipped=read.skipped,
    )


def _known(only: str | None) -> None:
    names = [each.name for each in CONVERTERS]
    if only is not None and only not in names:
        raise click.BadParameter(
            f"{only} is no format that is read; known: {', '.join(names)}", param_hint="--from"
        )


def _gather(
    app: App, read: ReadOriginals, wishes: ConversionOptions, asked: ImportOptions
) -> GatheredFiles:
    """All drafts and remarks.

    Raises:
        BadParameter: nothing can be imported; the remarks on why are printed.
    """
    with collector_paused():
        gathered = gather(convert(read.originals, wishes, asked.only), wishes)
    if gathered.files:
        return gathered
    remarks = (*read.unreadable, *read.doubtful, *gathered.remarks)
    print_remarks(app, remarks, full=asked.all_messages)
    shown = ", ".join(map(str, asked.paths))
    why = f": {remarks[0].problem.message}" if len(remarks) == 1 else ""
    if not remarks and read.skipped:
        why = f"; not looked at: {skipped_text(read.skipped)}"
    elif len(remarks) > 1:
        why = ", for the reasons above"
    raise click.BadParameter(f"nothing in {shown} can be imported{why}", param_hint="PATHS")


def _services(root: Path) -> frozenset[str]:
    """The services whose owner the repository knows already."""
    return frozenset(path.parent.name for path in root.glob("services/*/ownership.yaml"))


def _teams(root: Path) -> frozenset[str]:
    """The teams that the repository has."""
    return frozenset(path.stem for path in root.glob("policies/teams/*.yaml"))


def _present(root: Path) -> Catalog:
    """What the repository declares before the import."""
    return load_repository(root).catalog


def _chosen(
    gathered: GatheredFiles, wishes: ConversionOptions, asked: ImportOptions
) -> AlertLabelSet:
    """The label set that the imported alerts are written for.

    Raises:
        ReliabilityError: an alert may lose a label, and the repository has alerts of the plain set.
    """
    collision = gathered.collision
    is_free = wishes.label_names is None
    if collision is None and gathered.routed and is_free:
        return "prefixed"
    if collision is None or asked.plain_labels:
        return "prefixed" if wishes.label_names == PREFIXED else "plain"
    if wishes.label_names == PLAIN:
        at = collision.origin.at
        raise ReliabilityError(
            f"{at.path}:{at.span.line}:{at.span.column}: {collision.message}; {WRITE_IT}, which "
            "gives every alert other labels, or pass --plain-labels"
        )
    return "prefixed"


def _policies(
    root: Path, present: Catalog, chosen: AlertLabelSet, *, is_settled: bool
) -> tuple[dict[PurePosixPath, str], Mapping[PurePosixPath, tuple[str, str]]]:
    """The policies to add, and those to edit with their texts before and after."""
    first = starting(root, chosen)
    if first or is_settled or chosen == "plain":
        return first, {}
    return prefixing(present, shipped_repository())


def starting(root: Path, label_set: AlertLabelSet = "plain") -> dict[PurePosixPath, str]:
    """The shipped policies, for a repository that has none."""
    if (root / "policies").exists():
        return {}
    return starting_policies(shipped_repository(), label_set=label_set)


def with_services_folder(
    root: Path, files: Mapping[PurePosixPath, str]
) -> dict[PurePosixPath, str]:
    """The files, and an empty one that keeps `services/`, by which commands know a repository."""
    if (root / "services").exists() or any(path.parts[0] == "services" for path in files):
        return dict(files)
    return {**files, PurePosixPath("services/.gitkeep"): ""}


def _checked(
    app: App, root: Path, landing: WritePlan
) -> tuple[tuple[Finding, ...], tuple[Problem, ...]]:
    """What check finds in the repository with the new files, and what in these is not accepted.

    Not accepted is what cannot be read as a document, or of which no rules can be built. Nothing
    is written.
    """
    files, unread = read_repository(root)
    edited = {path: after.encode() for path, (_, after) in landing.edited.items()}
    present = [(path, edited.get(path, content)) for path, content in files]
    new = [(path, text.encode()) for path, text in landing.new.items()]
    catalog, findings = load([*present, *new], DiskFiles(root))
    found = tuple(check(Repository(root, catalog, (*unread, *findings)), app.today))
    unreadable = [
        each.problem
        for each in found
        if each.rule.startswith(DOCUMENT) and each.severity is Severity.ERROR
    ]
    unbuilt = [
        each for each in PrometheusCompiler().compile(catalog) if not isinstance(each, Resource)
    ]
    refused = [each for each in (*unreadable, *unbuilt) if each.at.path in landing.new]
    return found, tuple(dict.fromkeys(refused))
