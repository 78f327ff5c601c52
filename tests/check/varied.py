"""What is found in files and compiled from them, as digests, with each value changed."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from reliability.compile.compiler import Compiler
from reliability.compile.compilers import COMPILERS, TESTS
from reliability.finding import Problem
from reliability.resource import Resource
from tests.check.repository import checked, loaded
from tests.check.test_messages import written
from tests.variations import documents, variations


def varied(
    files: Mapping[str, str], path: str, compilers: Sequence[Compiler] = (*COMPILERS, TESTS)
) -> str:
    """A line for each change of a file: the number of findings, and digests of what is made.

    The digests are of all that the findings say, also of the change, and of what each compiler
    makes: of the rules, of the Alertmanager configuration and of the tests of the rules if not
    said otherwise; `-` if one is as without the change.
    """
    given = documents(files[path])
    base = {**files, path: text_of(given)}
    before = outcome(base, base, compilers)
    lines = [" ".join(before)]
    for name, changed in variations(given):
        after = outcome({**files, path: text_of(changed)}, base, compilers)
        shown = (new if new != old else "-" for old, new in zip(before, after, strict=True))
        lines.append(f"{' '.join(shown)}  {name[:90]}")
    return "".join(f"{line}\n" for line in lines)


def text_of(given: Iterable[object]) -> str:
    """One key a line, so that locations differ."""
    return "---\n".join(json.dumps(each, indent=1, default=str) + "\n" for each in given)


def outcome(
    files: Mapping[str, str], base: Mapping[str, str], compilers: Sequence[Compiler]
) -> tuple[str, ...]:
    findings = checked(files, base=base)
    catalog, _ = loaded(files)
    said = [line for finding in findings for line in written(finding)]
    made = [
        digest(line for each in compiler.compile(catalog) for line in compiled(each))
        for compiler in compilers
    ]
    return (f"{len(findings)}", digest(said), *made)


def compiled(made: Resource | Problem) -> Iterator[str]:
    if isinstance(made, Resource):
        yield f"{made.id} {json.dumps(made.body)}"
    else:
        yield f"{made.at}: {made.message}: {made.help}"


def digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:6]
