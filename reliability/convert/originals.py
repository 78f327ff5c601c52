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
from reliability.load.trouble import YAML11

CODEOWNERS: Final = "CODEOWNERS"


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
        parsed = parse(path, data)
        originals.extend(parsed.documents)
        for fault in parsed.faults:
            (doubtful if fault.rule == YAML11 else unreadable).append(_fault(fault))
    return Read(tuple(originals), tuple(unreadable), tuple(doubtful), len(files))


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
    matter = Matter.DECIDE if fault.rule == YAML11 else Matter.LEFT_OUT
    return Remark(matter, Problem(fault.location, fault.message, fault.help))
