"""Whose policies judge a change: those of the base, if it has any file of policies."""

from pathlib import PurePosixPath

import pytest

from reliability.load.base import CommitFiles
from reliability.review.pull_request.gather import has_policies
from tests.check.examples import minimal_files


@pytest.mark.parametrize(
    ("files", "has_some"),
    [
        ({}, False),
        ({path: text for path, text in minimal_files().items() if path[:9] == "services/"}, False),
        ({path: text for path, text in minimal_files().items() if path[:9] == "policies/"}, True),
        (minimal_files(), True),
        ({"policies/rules.yaml": "a: ["}, True),
        ({"services/a/slo.yaml": "a: ["}, False),
    ],
    ids=["nothing", "services", "policies", "both", "an unreadable policy", "an unreadable SLO"],
)
def test_a_base_has_policies(files: dict[str, str], has_some: bool) -> None:
    contents = {PurePosixPath(path): text.encode() for path, text in files.items()}
    base = CommitFiles("a" * 40, contents, dict.fromkeys(contents, "b" * 40)).loaded()
    assert has_policies(base) is has_some
