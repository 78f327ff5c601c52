"""What is run on any bytes: reader, models, rules and reports; they end with findings."""

from datetime import date
from pathlib import PurePosixPath
from typing import Final

from reliability.check.engine.run import BUG, Context, run
from reliability.check.report.checked import Checked
from reliability.check.report.json import json_report
from reliability.check.rules import RULES
from reliability.load.loader import load
from tests.check.examples import minimal_files

FILES: Final = {
    PurePosixPath(path): text.encode()
    for path, text in minimal_files().items()
    if path.endswith(".yaml")
}
PLACES: Final = tuple(sorted(FILES))
TODAY: Final = date(2026, 11, 25)


class FoundError(Exception):
    """A rule crashed, or a finding stands on a line that is not there."""


def check_bytes(data: bytes) -> int:
    """Check a repository in which one file holds these bytes; the first says which.

    Gives the number of findings.

    Raises:
        FoundError: see there; anything else that is raised is a find, too.
    """
    path = PLACES[data[0] % len(PLACES)] if data else PLACES[0]
    content = data[1:]
    catalog, said = load({**FILES, path: content}.items(), frozenset(FILES))
    found = list(run(RULES, Context(today=TODAY, catalog=catalog, base=None), said))
    lines = len(content.decode("utf-8-sig", "replace").splitlines()) + 2
    for finding in found:
        if finding.rule == BUG:
            raise FoundError(finding.problem.message)
        if finding.problem.at.path == path and finding.problem.at.span.line > lines:
            raise FoundError(f"{finding.rule} on line {finding.problem.at.span.line} of {lines}")
    json_report(Checked(findings=found, texts=catalog.texts))
    return len(found)
