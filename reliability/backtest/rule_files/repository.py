"""The rule files and the Alertmanager configuration of a working tree, and of a commit."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from reliability.alertmanager.routing import RoutingRefusedError, parse
from reliability.alertmanager.simulate.server import Version
from reliability.alertmanager.simulate.times import time_intervals
from reliability.backtest.effects import EffectMapping, by_severity
from reliability.backtest.rule_files.counting import RuleRoutes
from reliability.convert.converter import mapping
from reliability.convert.originals import parse_merging
from reliability.errors import ReliabilityError
from reliability.finding import Problem
from reliability.git import SYMLINK, GitRepository
from reliability.load.files import read_files

Matches = Callable[[PurePosixPath], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFiles:
    """Files by their paths below a folder, and what could not be read.

    `commit` is the full hash of the commit that they are from, empty for the working tree.
    `alertmanager` is the text of the Alertmanager configuration, None if there is none.
    """

    files: Mapping[PurePosixPath, bytes]
    problems: tuple[Problem, ...] = ()
    commit: str = ""
    alertmanager: bytes | None = None


def working_tree(here: Path, patterns: Iterable[str], alertmanager: Path | None) -> RuleFiles:
    """Read the files below a folder that match one of the patterns.

    A pattern is a file, a folder, or a path with `*`, `?` and `**`.

    Raises:
        ReliabilityError: the Alertmanager configuration cannot be read.
    """
    matching = [_matching(pattern, here) for pattern in patterns]
    chosen = [path for path in _walk(here) if any(matches(path) for matches in matching)]
    files, findings = read_files(here, [here / path for path in chosen])
    config = None
    if alertmanager is not None:
        try:
            config = alertmanager.read_bytes()
        except OSError as error:
            why = (error.strerror or "cannot be read").lower()
            raise ReliabilityError(f"--alertmanager: {alertmanager}: {why}") from error

    problems = tuple(finding.problem for finding in findings)
    return RuleFiles(files=dict(files), problems=problems, alertmanager=config)


def at_merge_base(
    here: Path, revision: str, patterns: Iterable[str], alertmanager: Path | None
) -> RuleFiles:
    """Read the same files at the merge base of a revision and HEAD.

    Raises:
        RevisionError: the revision is unknown, or the folder is not in a Git repository.
    """
    repository = GitRepository.containing(here)
    tip = repository.commit(revision)
    commit = repository.merge_base(tip) or tip
    prefix = repository.prefix(here)
    entries = {
        PurePosixPath(entry.path).relative_to(prefix): entry.object
        for entry in repository.tree(commit, prefix)
        if entry.kind == "blob" and entry.mode != SYMLINK
    }

    matching = [_matching(pattern, here) for pattern in patterns]
    chosen = [path for path in entries if any(matches(path) for matches in matching)]
    contents = repository.contents(entries[path] for path in chosen)
    files = dict(zip(chosen, contents, strict=True))
    config = None
    if alertmanager is not None:
        path = PurePosixPath(os.path.relpath(alertmanager, here))
        if path in entries:
            [config] = repository.contents([entries[path]])

    return RuleFiles(files=files, commit=commit, alertmanager=config)


def routes(
    path: Path | None,
    config: bytes | None,
    mapped: EffectMapping,
    *,
    version: Version = Version.NEWER,
) -> RuleRoutes:
    """Read the routes of an Alertmanager configuration; without one, severity decides.

    Raises:
        ReliabilityError: Alertmanager would refuse the configuration.
    """
    if path is None or config is None:
        return RuleRoutes(routing=by_severity(), mapping=mapped, version=version)
    parsed = parse_merging(PurePosixPath(path.as_posix()), config)
    for fault in parsed.faults:
        if not parsed.documents:
            raise ReliabilityError(f"--alertmanager: {fault.location.text}: {fault.message}")

    values = mapping(parsed.documents[0].values) if parsed.documents else {}
    try:
        return RuleRoutes(
            routing=parse(values),
            intervals=time_intervals(values),
            mapping=mapped,
            version=version,
        )
    except RoutingRefusedError as refusal:
        raise ReliabilityError(f"--alertmanager: {path}: {refusal}") from None


def _walk(here: Path) -> Iterator[PurePosixPath]:
    """Yield all files below a folder but for hidden folders, in order."""
    for folder, names, files in os.walk(here):
        names[:] = sorted(name for name in names if not name.startswith("."))
        below = PurePosixPath(Path(folder).relative_to(here).as_posix())
        yield from (below / name for name in sorted(files))


def _matching(pattern: str, here: Path) -> Matches:
    """Whether a path below a folder matches a pattern; `**/` is any number of folders."""
    relative = os.path.relpath(pattern, here) if Path(pattern).is_absolute() else pattern
    relative = relative.removeprefix("./").rstrip("/")
    if (here / relative).is_dir():
        relative = "**/*" if relative in ("", ".") else f"{relative}/**/*"
    parts = re.split(r"(\*\*/|\*|\?)", relative)
    meanings = {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
    whole = re.compile("".join(meanings.get(part, re.escape(part)) for part in parts))
    return lambda path: whole.fullmatch(path.as_posix()) is not None
