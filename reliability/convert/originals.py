"""Files that somebody has today -> originals: documents of YAML files, and CODEOWNERS."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reliability.convert.converter import Matter, Original, PlainFile, Remark
from reliability.finding import Problem
from reliability.load.document import Fault, parse
from reliability.load.files import documents_in, read_files

CODEOWNERS: Final = "CODEOWNERS"


@dataclass(frozen=True, slots=True)
class Read:
    """The originals of some files, a remark for what cannot be read of them, how many there are."""

    originals: tuple[Original, ...]
    unreadable: tuple[Remark, ...]
    files: int


def read_originals(here: Path, paths: Iterable[Path]) -> Read:
    """Every original in files and folders; paths are shown relative to `here`, if below it."""
    files, unread = read_files(here, dict.fromkeys(each for path in paths for each in _files(path)))
    remarks = [Remark(Matter.LEFT_OUT, finding.problem) for finding in unread]
    originals: list[Original] = []
    for path, data in files:
        if path.name == CODEOWNERS:
            originals.append(PlainFile(path, data.decode("utf-8", "replace")))
            continue
        parsed = parse(path, data)
        originals.extend(parsed.documents)
        remarks.extend(_fault(fault) for fault in parsed.faults)
    return Read(tuple(originals), tuple(remarks), len(files))


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    yield from documents_in(path)
    for parent, folders, names in os.walk(path):
        folders[:] = [each for each in folders if not each.startswith(".") or each == ".github"]
        if CODEOWNERS in names:
            yield Path(parent) / CODEOWNERS


def _fault(fault: Fault) -> Remark:
    return Remark(Matter.LEFT_OUT, Problem(fault.location, fault.message, fault.help))
