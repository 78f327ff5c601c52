"""Values in messages: as they were written, and as placeholders."""

from __future__ import annotations

import re
from typing import Any, Final

from reliability.load.document import Located
from reliability.load.value_message import shortened
from reliability.message import Message

UNDECIDED: Final = "undecided"
"""The team that `import` writes if a person has to name it; the rule team-unknown reports it."""

NOBODY: Final = "@undecided"
"""The person that `init`, `new` and `import` write if nobody has named one."""

LATER: Final = r"(?i:todo|tbd|tba|fixme|xxx+)"
NOT_SAID: Final = r"(?i:@?undecided|@me|@todo|decide(?:\s*:.*)?|n/?a|none)"
UNRENDERED: Final = re.compile(r"\[\[-? *[.$]|<%")
"""Templates that neither Prometheus nor a build fills in: Helm's with other brackets, and ERB."""
PLACEHOLDER: Final = re.compile(rf"{LATER}(?:\s*[:;,.!?(].*)?|{NOT_SAID}|\W*", re.DOTALL)


def as_written(located: Located[Any], *route: str | int) -> str:
    """Return a value as it is written in the file, such as `0.90`, without quotes."""
    at = located.at(*route)
    source = located.document.source
    start = source.lines[at.span.line - 1]
    line = source.text[slice(*source.first_line((start, len(source.text))))]
    end = at.span.end_column - 1 if at.span.end_line == at.span.line else len(line)
    return line[at.span.column - 1 : end].strip("'\"")


def is_placeholder(text: str | None) -> bool:
    """Return whether a text is a placeholder: None, empty, `TODO`, `decide`, `@me`, `-`."""
    return text is None or PLACEHOLDER.fullmatch(text.strip()) is not None


def is_placeholder_path(path: str) -> bool:
    """Return whether a path or URL is a placeholder or contains one: `TODO`, `docs/todo.md`."""
    steps = (step.partition(".")[0] for step in path.split("/"))
    return is_placeholder(path) or any(re.fullmatch(LATER, step) for step in steps)


def runbook_advice(runbook: str) -> tuple[Message, Message] | None:
    """Return why a runbook is neither an address nor a path, and a help; None if it may be one."""
    name = shortened(runbook)
    if UNRENDERED.search(runbook):
        message = Message("the runbook {runbook} is a template that was not rendered", runbook=name)
        return message, Message("render the template, or write the URL")
    if "://" in runbook or not re.search(r"\s", _without(runbook.strip(), "{{", "}}")):
        return None
    message = Message("the runbook is a text, and not an address: {runbook}", runbook=name)
    return message, Message("move the text to a file, and write its path or URL")


def has_no_content(text: str) -> bool:
    """Return whether a page is empty, or each line (a heading, a list item) is a placeholder."""
    lines = _without(text, "<!--", "-->").splitlines()
    return all(is_placeholder(line.strip().lstrip("#>*+- ")) for line in lines)


def _without(text: str, begin: str, end: str) -> str:
    """Remove each part from `begin` to the next `end`, in linear time; `.*?` is quadratic here."""
    parts: list[str] = []
    at = 0
    while (start := text.find(begin, at)) >= 0:
        after = text.find(end, start + len(begin))
        if after < 0:
            break
        parts.append(text[at:start])
        at = after + len(end)
    return "".join((*parts, text[at:]))
