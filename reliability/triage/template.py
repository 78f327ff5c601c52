"""What of a message stays the same each time: numbers, ids, addresses and hosts are folded.

A template depends on its message alone, so that it is the same in the next run, and a decision
about it still fits. Miners that learn (Drain) change their templates with what they read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from reliability.triage.message import State

LONGEST: Final = 160
READ: Final = 600
"""Characters of a message that are looked at; what is told apart stands in front."""

LEAD: Final = re.compile(
    r"^(?:\s|:[a-z0-9_+-]+:|<[@!][^>]*>[,:]?"
    r"|[*_~`>•\u2600-\u27bf\U0001f300-\U0001faff\ufe0f])+"
)
"""What stands in front of what is said: emoji, marks of style, who is called."""

ON: Final = "firing|re-triggered|triggered|alerting|problem|warn|no data|escalated"
OFF: Final = "resolved|recovered|recovery|ok|closed"
BRACKET: Final = re.compile(
    rf"^\[(?:(?P<on>{ON})|(?P<off>{OFF}))(?::\d+(?:,[^\]]*)?|\s+on\s+[^\]]*)?\]\s*", re.IGNORECASE
)
COLON: Final = re.compile(
    rf"^(?:(?P<on>{ON})|(?P<off>{OFF}))(?:\s+(?:incident\s+)?#\d+)?\s*:\s+", re.IGNORECASE
)
NAMED: Final = re.compile(
    r"^\(?(?:(?P<name>[A-Za-z_]\w*)(?=\s*(?:\(|$))|(?P<words>[A-Z]\w*[a-z]\w*[A-Z_]\w*)(?![\w.]))"
)
"""An alert's name: all there is but for labels in parentheses, or several words in one."""

LEVEL: Final = re.compile(
    r"(?<![\w.])(critical|fatal|emergency|error|warning|warn|notice|info|debug|p[1-5]|sev-?[0-4])(?![\w.])",
    re.IGNORECASE,
)

FOLDED: Final = re.compile(
    r"""
    (?P<url><(?:https?|mailto|tel):[^>]*>|https?://[^\s>)\]]+)
    |(?P<gone><[@!\#][^>]*>|@(?:here|channel|everyone)\b)
    |(?P<status>(?:\bstatus(?:\s?code)?|\bHTTP(?:/\d(?:\.\d)?)?|\bcode|\breturned)[\s:=]+[1-5]\d\d\b)
    |(?P<id>
        [\w.+-]+@[\w-]+\.[\w.]+
        |\b\d{4}-\d\d-\d\d(?:[T\s]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?
        |\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b
        |\b\d{1,3}(?:\.\d{1,3}){3}(?:[:/]\d+)?\b
        |\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b
        |\b0x[0-9a-f]+\b
        |\b(?:[a-z0-9-]+\.)+(?:com|net|org|io|dev|internal|local|svc|cloud|lan|example|jp|test)(?::\d+)?\b
        |\b[a-z][a-z0-9]*(?:-[a-z0-9]+)*-(?=[a-f0-9]*\d)[a-f0-9]{6,10}-[a-z0-9]{5}\b
        |\b[a-z][a-z0-9]*(?:-[a-z0-9]+)*-\d+[a-z]?\b
        |(?<![\w.-])[a-z]{2,}\d{2,}\b
        |\b(?=[a-f]*\d)[0-9a-f]{7,}\b
        |\b(?=[A-Za-z]*\d)[A-Za-z0-9]{16,}\b
        |\b[a-z]{2,6}_(?=[A-Za-z]*\d)[A-Za-z0-9]{8,}\b
    )
    |(?P<n>(?<![A-Za-z_\d])[-+]?\d+(?:[.,:]\d+)*
        \s?(?:%|ms|us|[smhd]|[kKMGT]i?B|bytes|sec(?:onds)?)?
        (?:\d+(?:ms|us|[smh]))*(?![A-Za-z_\d])
    )
    """,
    re.VERBOSE,
)
LINKS: Final = re.compile(r"<[^>]*>|https?://\S+")
SPACES: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Template:
    """What a message is one of: the alert's name where it has one, else its folded text.

    `line` tells apart which of them it is: the text as it stands, without the state in front.
    """

    name: str
    is_alert: bool
    state: State
    severity: str
    line: str


@lru_cache(maxsize=8192)
def template_of(text: str) -> Template:
    """The template of a message's first line that says something."""
    line = _first_line(text)
    state, rest = _state(line)
    named = NAMED.match(rest) if state is not State.SAID else None
    level = LEVEL.search(rest[:LONGEST] if named else rest[:40])
    severity = level[0].lower() if level else ""
    if named is not None:
        return Template(named["name"] or named["words"], True, state, severity, rest)
    return Template(folded(rest) or "(no text)", False, state, severity, rest)


def folded(line: str) -> str:
    """A line with what changes from one message to the next as `<n>`, `<id>` and `<url>`."""
    return SPACES.sub(" ", FOLDED.sub(_fold, line[:READ])).strip(" -:|")[:LONGEST].rstrip()


def _fold(found: re.Match[str]) -> str:
    kind = found.lastgroup
    if kind == "gone":
        return ""
    if kind == "status":
        return found[0][:-2] + "xx"
    return f"<{kind}>"


def _first_line(text: str) -> str:
    for line in text[: READ * 4].splitlines():
        said = LEAD.sub("", line[:READ]).strip()
        if any(map(str.isalnum, LINKS.sub("", said))):
            return said
    return ""


def _state(line: str) -> tuple[State, str]:
    found = BRACKET.match(line) or COLON.match(line)
    if found is None:
        return State.SAID, line
    state = State.FIRING if found["on"] else State.RESOLVED
    return state, LEAD.sub("", line[found.end() :])
