"""Files that somebody has today -> originals: documents of YAML files, and CODEOWNERS."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reliability.convert.converter import Matter, Original, PlainFile, Remark
from reliability.convert.merging import MERGED, parse_merging
from reliability.finding import Problem
from reliability.load.document import Fault
from reliability.load.files import documents_in, read_files
from reliability.load.trouble import UNREADABLE, YAML11

CODEOWNERS: Final = "CODEOWNERS"
RULES: Final = ".rules"
MATTERS: Final = {YAML11: Matter.DECIDE, MERGED: Matter.CHANGED}


@dataclass(frozen=True, slots=True)
class Read:
    """The originals of some files, a remark for what cannot be read of them, how many there are.

    `doubtful` is what was read, and other readers of YAML take otherwise.
    """

    originals: tuple[Original, ...]
    unreadable: tuple[Remark, ...]
    doubtful: tuple[Remark, ...]
    files: int


def read_originals(here: Path, paths: Iterable[Path]) -> Read:
    """Every original in files and folders; paths are shown relative to `here`, if below it."""
    files, unread = read_files(here, dict.fromkeys(each for path in paths for each in _files(path)))
    unreadable = [Remark(Matter.LEFT_OUT, finding.problem) for finding in unread]
    doubtful: list[Remark] = []
    originals: list[Original] = []
    for path, data in files:
        if path.name == CODEOWNERS:
            originals.append(PlainFile(path, data.decode("utf-8", "replace")))
            continue
        parsed = parse_merging(path, data)
        originals.extend(parsed.documents)
        for fault in parsed.faults:
            (doubtful if fault.rule in (YAML11, MERGED) else unreadable).append(_fault(fault))
    return Read(tuple(originals), tuple(unreadable), tuple(doubtful), len(files))


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    yield from documents_in(path)
    for parent, folders, names in os.walk(path):
        folders[:] = [each for each in folders if not each.startswith(".") or each == ".github"]
        yield from (Path(parent) / each for each in sorted(names) if _is_named(each))


def _is_named(name: str) -> bool:
    """Whether a file of another ending is read in a folder: Prometheus' rule files of old."""
    return name == CODEOWNERS or name.endswith(RULES)


def _fault(fault: Fault) -> Remark:
    message = fault.message
    if fault.rule == UNREADABLE:
        message += ", so the document is left out"
    matter = MATTERS.get(fault.rule, Matter.LEFT_OUT)
    return Remark(matter, Problem(fault.location, message, fault.help))
