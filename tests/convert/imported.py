"""Texts in memory are imported as files are, and what comes out can be looked at and checked."""

from collections.abc import Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.alert_labels import AlertLabelSet
from reliability.convert.converter import ConversionOptions, Original, PlainFile
from reliability.convert.converters import convert
from reliability.convert.gathering import GatheredFiles, gather
from reliability.finding import Finding
from reliability.load.document import parse
from reliability.load.loader import load
from reliability.onboarding.shipped import shipped_repository
from reliability.onboarding.starting import starting_policies
from reliability.pipeline import Repository, check

TODAY: Final = date(2026, 11, 25)


def originals(files: Mapping[str, str]) -> list[Original]:
    """The originals of files by path and text."""
    found: list[Original] = []
    for name, text in files.items():
        path = PurePosixPath(name)
        if path.name == "CODEOWNERS":
            found.append(PlainFile(path, text))
        else:
            found.extend(parse(path, text.encode()).documents)
    return found


def imported(files: Mapping[str, str], wishes: ConversionOptions | None = None) -> GatheredFiles:
    """What an import of files would write and say."""
    wishes = wishes or ConversionOptions()
    return gather(convert(originals(files), wishes), wishes)


def document(gathered: GatheredFiles, path: str, index: int = 0) -> Any:
    """The values of one document of one new file, as our own reader takes them."""
    parsed = parse(PurePosixPath(path), gathered.files[PurePosixPath(path)].encode())
    assert not parsed.faults
    return parsed.documents[index].values


def said(gathered: GatheredFiles) -> list[str]:
    """Every diagnostic as `path:line: matter: message`."""
    return [
        f"{each.problem.at.path}:{each.problem.at.span.line}: {each.kind.value}: "
        f"{each.problem.message}"
        for each in gathered.diagnostics
    ]


def findings(gathered: GatheredFiles) -> list[Finding]:
    """What check finds in a new repository that holds nothing but an import."""
    shipped = shipped_repository()
    label_set: AlertLabelSet = "prefixed" if gathered.collision else "plain"
    starting = starting_policies(shipped, label_set=label_set)
    files = [(path, text.encode()) for path, text in {**gathered.files, **starting}.items()]
    catalog, unread = load(files, frozenset(path for path, _ in files))
    return check(Repository(root=shipped, catalog=catalog, findings=tuple(unread)), TODAY)


def rules_found(gathered: GatheredFiles) -> set[str]:
    """The rules that check finds broken in what was imported, and not in the shipped policies."""
    return {each.rule for each in findings(gathered) if each.problem.at.path in gathered.files}


__all__ = ["document", "findings", "imported", "originals", "rules_found", "said"]
