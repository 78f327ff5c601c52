"""`drift` and `plan` after one value of a written file changed outside the repository, as digests.

`pytest tests/cli/sync/test_variations.py --update-golden` rewrites the golden file.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.cli.program import in_process
from tests.golden import Golden
from tests.live.repository import Repository, make_repository
from tests.variations import documents, variations

GOLDEN: Final = Path(__file__).parent / "golden" / "variations.txt"
FILES: Final[dict[str, object]] = {"name": "files", "provider": "files", "folder": "out"}
COMMANDS: Final = (
    ("drift", "--detailed-exitcode"),
    ("drift", "--format", "json"),
    ("plan", "--brief", "--format", "markdown"),
    ("plan", "--overwrite", "rules/exports"),
    ("plan", "--format", "json"),
)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = make_repository(tmp_path, FILES)
    made.keep_services("exports", "monitoring")
    assert in_process("sync", "--yes", folder=made.root).code == 0
    return made


def written(text: str) -> Iterator[tuple[str, str]]:
    """The file, then the file as people and programs may leave it."""
    head = "".join(f"{line}\n" for line in text.splitlines() if line.startswith("#"))
    yield "", text
    yield "no mark", text.removeprefix(head)
    yield "a line above", f"# mine\n{text}"
    yield "far below", f"{'# mine' * 400}\n{text}"
    yield "another owner", text.replace("owner=0", "owner=1")
    yield "another name", text.replace("rules exports", "rules other", 1)
    yield "no YAML", f"{head}a: [\n"
    yield "empty", ""
    given = documents(text)
    yield "in another layout", head + yaml.safe_dump(given[0])
    for name, changed in list(variations(given))[::8]:
        yield name, head + yaml.safe_dump(changed[0], sort_keys=False)


def test_one_other_value(golden: Golden, repository: Repository) -> None:
    [file] = repository.root.glob("out/**/exports.yml")
    lines = []
    for name, text in written(file.read_text()):
        file.write_text(text)
        ended = [in_process(*command, folder=repository.root) for command in COMMANDS]
        shown = " ".join(f"{each.code}:{digest(each.out + each.err, repository)}" for each in ended)
        lines.append(f"{shown}  {name[:70]}".rstrip())
    golden.check(GOLDEN, "".join(f"{line}\n" for line in lines))


def digest(text: str, repository: Repository) -> str:
    text = text.replace(str(repository.root), "FOLDER")
    return hashlib.sha256(text.encode()).hexdigest()[:6]
