"""`ReportView`: the input of every section of a review, and what the sections share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from reliability.location import Location
from reliability.render.markdown import code
from reliability.render.words import Words
from reliability.review.pull_request.phrases import some
from reliability.review.pull_request.reviewed import Reviewed

MAX_ROWS: Final = 30
"""The maximum number of rows of a table in a comment; a full report has all rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """A review, its language, and the maximum number of rows of a table; None for all rows.

    `report` is the URL of the workflow run that has the full report, and `files` that of the folder
    with the files of the change; both are empty without one.
    """

    reviewed: Reviewed
    words: Words
    rows: int | None = MAX_ROWS
    report: str = ""
    files: str = ""

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
        """Yield a table; the rows beyond the limit are counted below it."""
        yield f"| {' | '.join(heads)} |"
        yield "|" + "---|" * len(heads)
        yield from (f"| {' | '.join(row)} |" for row in rows[: self.rows])
        yield from self.left_out(len(rows) - len(rows[: self.rows]))

    def some(self, texts: Sequence[str], joint: str = "<br>") -> str:
        """Return a few of several texts and the number of the others; all in a full report."""
        return joint.join(texts) if self.rows is None else some(texts, self.words, joint)

    def left_out(self, count: int) -> Iterator[str]:
        """Yield how many items were left out, and where they are."""
        if count:
            text = self.words.many(
                "{count} more is in the full report.", "{count} more are in the full report.", count
            )
            yield from ("", f"{text}{self.link}")

    def place(self, at: Location) -> str:
        """Return a file and its line, as a link if there is a URL of the files."""
        path = at.path.as_posix()
        text = code(f"{path}:{at.span.line}")
        # GitHub shows some files, such as Markdown, without lines unless `plain` asks for them.
        url = f"{self.files}/{quote(path)}?plain=1#L{at.span.line}"
        return f"[{text}]({url})" if self.files else text

    def workflow(self, name: str) -> str:
        """Return the file of a workflow, as a link if the report is in a run of GitHub Actions."""
        actions, found, _ = self.report.partition("/actions/runs/")
        return f"[{code(name)}]({actions}/actions/workflows/{quote(name)})" if found else code(name)

    @property
    def link(self) -> str:
        """A link to the full report, after a space; empty if there is no URL."""
        name = self.words("Full report")
        return f" [{name}]({self.report})" if self.report else ""


def folded(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield lines that are folded until a click; `title` is already escaped."""
    yield f"<details><summary>{title}</summary>"
    yield ""
    yield from lines
    yield ""
    yield "</details>"
