"""Examples of rule pages and case files: fragments of documents, laid over a minimal repository.

A fragment begins with the line `# <path>`; comments before the first are for the reader. What it
does not write comes from the file at that path in `minimal/`, or else from a file of the same
kind; with an `apiVersion` it stands alone. `# <- rule-id` marks a line on which that rule, and no
other, finds something.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from reliability.load.document import Document, parse

MINIMAL: Final = Path(__file__).parent / "minimal"
PATH: Final = re.compile(r"^# ((?:services|policies|docs|\.github|\.gitlab)/\S+)\n", re.MULTILINE)
MARK: Final = re.compile(r"# <- ([a-z0-9-]+(?:, [a-z0-9-]+)*)\s*$")
DOCUMENT: Final = re.compile(r"^---\n", re.MULTILINE)
BLOCK: Final = re.compile(
    r"^```(?:yaml|json) (bad|good|base|live|evidence(?: good)?)\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
INSTEAD: Final = {"indicator": "indicatorRef"}

Files = dict[str, str]
Found = tuple[str, str, int]
"""Rule, path, line."""


def page_examples(page: str) -> dict[str, str]:
    """The examples of a page: bad and good, and the base, evidence or live server it needs."""
    return dict(BLOCK.findall(page))


def minimal_files() -> Files:
    """The files of the minimal repository by their paths."""
    return {
        path.relative_to(MINIMAL).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(MINIMAL.rglob("*"))
        if path.is_file()
    }


def laid_over(example: str) -> Files:
    """The minimal repository with the fragments of an example in it."""
    files = minimal_files()
    for path, fragment in fragments(example):
        files[path] = "---\n".join(
            composed(path, part, minimal_files())
            for part in re.split(r"^---\n", fragment, flags=re.M)
        )
    return files


def fragments(example: str) -> Iterator[tuple[str, str]]:
    """The path and the text of each fragment."""
    parts = PATH.split(example)
    assert all(line.startswith("#") for line in parts[0].splitlines()), parts[0]
    yield from zip(parts[1::2], parts[2::2], strict=True)


def composed(path: str, fragment: str, minimal: Mapping[str, str]) -> str:
    """A fragment with what it leaves out."""
    if re.search(r"^apiVersion:", fragment, re.MULTILINE) or not path.endswith(".yaml"):
        return fragment
    [document] = parse(PurePosixPath(path), fragment.encode()).documents
    template = template_of(path, document.values["kind"], minimal)
    missing = {key: value for key, value in template.items() if key not in document.values}
    for key in ("spec", "metadata"):
        inner = document.values.get(key)
        if inner is not None and isinstance(template.get(key), dict):
            fragment = filled(fragment, key, template[key])
    return fragment + "".join(f"{key}: {json.dumps(value)}\n" for key, value in missing.items())


def template_of(path: str, kind: str, minimal: Mapping[str, str]) -> dict[str, Any]:
    """The document that a fragment is laid over: of its path if the kind is right, of its kind."""
    candidates = [path, *minimal] if path in minimal else list(minimal)
    for candidate in candidates:
        for document in documents(candidate, minimal[candidate]):
            if document.values["kind"] == kind:
                values: dict[str, Any] = document.values
                return values
    name = PurePosixPath(path).stem
    return {"apiVersion": "reliability/v1", "kind": kind, "metadata": {"name": name}, "spec": {}}


def documents(path: str, text: str) -> tuple[Document, ...]:
    return parse(PurePosixPath(path), text.encode()).documents if path.endswith(".yaml") else ()


def filled(fragment: str, key: str, template: Mapping[str, Any]) -> str:
    """A fragment with the missing keys of one of its mappings, behind the keys that it has."""
    [document] = parse(PurePosixPath("fragment.yaml"), fragment.encode()).documents
    written = document.values[key]
    missing = {
        name: value
        for name, value in template.items()
        if name not in written and INSTEAD.get(name, name) not in written
    }
    lines = fragment.splitlines(keepends=True)
    span = document.locate((key,)).span
    if lines[span.line - 1][span.column - 1] == "{":
        more = "".join(f", {name}: {json.dumps(value)}" for name, value in missing.items())
        line = lines[span.end_line - 1]
        lines[span.end_line - 1] = line[: span.end_column - 2] + more + line[span.end_column - 2 :]
    else:
        lines[span.end_line :] = [
            *(f"  {name}: {json.dumps(value)}\n" for name, value in missing.items()),
            *lines[span.end_line :],
        ]
    return "".join(lines)


def marked_lines(files: Mapping[str, str]) -> set[Found]:
    """Where the marks say that something must be found."""
    return {
        (rule, path, number)
        for path, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        for mark in MARK.findall(line)
        for rule in mark.split(", ")
    }
