"""Files in memory become a repository that is checked through the real loader."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Final

from reliability.check.engine.run import Context, run
from reliability.check.facts.evidence import BacktestEvidence
from reliability.check.facts.live import MetricServer, look
from reliability.check.rules import RULES
from reliability.finding import Finding
from reliability.load.catalog import Catalog
from reliability.load.loader import load

TODAY: Final = date(2026, 11, 25)


def loaded(files: Mapping[str, str]) -> tuple[Catalog, list[Finding]]:
    """The catalog of files given by path and text, and what the loader says."""
    read = [
        (PurePosixPath(path), text.encode())
        for path, text in files.items()
        if path.endswith((".yaml", ".yml", "CODEOWNERS"))
    ]
    return load(read, frozenset(map(PurePosixPath, files)))


def checked(
    files: Mapping[str, str],
    today: date = TODAY,
    base: Mapping[str, str] | None = None,
    *,
    approved: Iterable[str] = (),
    evidence: BacktestEvidence | None = None,
    server: MetricServer | None = None,
) -> list[Finding]:
    """Every finding, in the order of the files; each must have a fingerprint of its own."""
    catalog, findings = loaded(files)
    before = loaded(base)[0] if base is not None else None
    context = Context(
        today=today, catalog=catalog, base=before, approved=frozenset(approved), evidence=evidence
    )
    if server is not None:
        context = replace(context, live=look(context, server))
    results = sorted(run(RULES, context, findings), key=lambda finding: finding.sort_key)
    assert confused(results) == []
    assert all(type(finding.problem.subject) is str for finding in results)
    return results


def confused(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """Each two messages of one fingerprint: their problems need a subject that tells them apart.

    Findings that also share their message are equal; the counter in `fingerprints` is for those.
    """
    first: dict[str, str] = {}
    return [
        (first[finding.fingerprint], finding.problem.message)
        for finding in findings
        if first.setdefault(finding.fingerprint, finding.problem.message) != finding.problem.message
    ]


def found(findings: list[Finding]) -> list[tuple[str, str, int]]:
    """Rule, path and line of each finding that no waiver excuses."""
    return [
        (each.rule, each.problem.at.path.as_posix(), each.problem.at.span.line)
        for each in findings
        if each.waiver is None
    ]


def write(files: Mapping[str, str], folder: Path) -> Path:
    """The files on disk, below a folder."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder
