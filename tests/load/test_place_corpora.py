"""On real files every key and value stands where ruamel.yaml, an independent reader, sees it."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from reliability.load.document import EntryPart, FileLimits, parse
from reliability.location import Pointer
from tests.load.test_document_corpora import yaml_files

ROOM = FileLimits(bytes=50_000_000, nodes=5_000_000)
Place = tuple[Pointer, EntryPart, int, int]


def places(node: Any, pointer: Pointer, seen: set[int]) -> Iterator[Place]:
    """Where each key and value begins, line and column from 1; what an alias stands for once."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if node.anchor is None and node.start_mark.index < node.end_mark.index:
        yield pointer, EntryPart.VALUE, node.start_mark.line + 1, node.start_mark.column + 1
    if node.id == "mapping":
        keys = [key.value for key, _ in node.value]
        for key, value in node.value:
            if isinstance(key.value, str) and keys.count(key.value) == 1:
                inner = (*pointer, key.value)
                yield inner, EntryPart.KEY, key.start_mark.line + 1, key.start_mark.column + 1
                yield from places(value, inner, seen)
    elif node.id == "sequence":
        for index, value in enumerate(node.value):
            yield from places(value, (*pointer, index), seen)


def differences(path: Path) -> Iterator[str]:
    data = path.read_bytes()
    found = parse(PurePosixPath(path.name), data, ROOM)
    if any(each.rule == "document-unreadable" for each in found.faults):
        return
    try:
        roots = list(YAML(pure=True).compose_all(data.decode("utf-8-sig")))
    except YAMLError:
        return
    for document in found.documents:
        root = roots[document.index]
        for pointer, part, line, column in places(root, (), set()):
            span = document.locate(pointer, part).span
            if (span.line, span.column) != (line, column):
                yield f"{path.name}: {pointer} {part}: {span.line}:{span.column}, {line}:{column}"


def test_every_key_and_value_of_the_corpora_is_where_ruamel_sees_it(corpora: Path) -> None:
    files = yaml_files(corpora)
    assert {path.relative_to(corpora).parts[0] for path in files} >= {"prometheus-rules", "sloth"}
    assert [said for path in files for said in differences(path)] == []
