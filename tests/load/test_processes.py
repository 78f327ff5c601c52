"""What several processes parse is what one parses, piece by piece."""

from pathlib import PurePosixPath
from typing import Any

import pytest

from reliability.load.document import Parsed
from reliability.load.loader import SourceFile, parse_all
from reliability.load.processes import own_share, parse_in_processes

FORMS = (b"a: 1\n---\n---\nb: [2]\n", b"a: \xff\n", b"a: yes\na: 2\n", b"", b"a: [\n")
FILES: list[SourceFile] = [
    (PurePosixPath(f"services/{number:02}.yaml"), FORMS[number % len(FORMS)])
    for number in range(33)
]


def shown(parsed: Parsed) -> tuple[Any, ...]:
    documents = [
        (each.path, each.index, each.values, each.text, each.locate(()))
        for each in parsed.documents
    ]
    return documents, parsed.faults


@pytest.mark.parametrize("jobs", [2, 3])
@pytest.mark.parametrize("at_once", [1, 4, 100])
def test_documents_and_faults_come_in_the_order_of_the_files(jobs: int, at_once: int) -> None:
    found = [shown(each) for each in parse_in_processes(FILES, jobs, at_once)]
    assert found == [shown(each) for each in parse_all(FILES)]


@pytest.mark.parametrize(("others", "share"), [(1, 0.2), (2, 0.0), (3, 0.0), (15, 0.0)])
def test_this_process_parses_less_than_the_others(others: int, share: float) -> None:
    assert own_share(others) == pytest.approx(share)
