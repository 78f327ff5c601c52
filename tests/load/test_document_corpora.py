"""On real files the values are those of ruamel.yaml, an independent reader of YAML 1.2."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ruamel.yaml.error import YAMLError

from reliability.load.document import FileLimits, parse
from tests.load.second_reader import agree, read_all

ROOM = FileLimits(bytes=50_000_000, nodes=5_000_000)


def yaml_files(folder: Path) -> list[Path]:
    return sorted(path for suffix in ("*.yaml", "*.yml") for path in folder.rglob(suffix))


def differences(folder: Path) -> Iterator[str]:
    for path in yaml_files(folder):
        name = path.relative_to(folder).as_posix()
        data = path.read_bytes()
        found = parse(PurePosixPath(name), data, ROOM)
        refusals = [each.message for each in found.faults if each.rule != "document-yaml11"]
        try:
            expected = read_all(data)
        except YAMLError as error:
            if not refusals:
                yield f"{name}: only ruamel refuses it: {error}"
            continue
        if refusals:
            yield f"{name}: only we refuse it: {refusals[0]}"
        elif not agree([each.values for each in found.documents], expected):
            yield f"{name}: the values differ"


def test_every_file_of_the_corpora_has_the_values_that_ruamel_reads(corpora: Path) -> None:
    assert len(yaml_files(corpora)) > 100
    assert list(differences(corpora)) == []
