"""Templates of messages: numbers, IDs, URLs and hosts are replaced by placeholders.

A template depends on its message alone. So it is the same in the next run, and a decision about it
still applies. Learning log parsers, such as Drain, change templates with the messages they read.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

from reliability.onboarding.triage.message import State
from reliability.onboarding.triage.states import StateText, announced, read_state

LONGEST: Final = 160
MAX_LINES: Final = 30
READ: Final = 600
"""Characters of a message that are compared; what distinguishes messages is at the front."""

LEAD: Final = re.compile(
    r"^(?:\s|:[a-z0-9_+-]+:|<[@!][^>]*>[,:]?"
    r"|[*_~`>•\u2600-\u27bf\U0001f300-\U0001faff\ufe0f])+"
)
"""The part before the text of a message: emoji, formatting, mentions."""

NAMED: Final = re.compile(
    r"^\(?(?:(?P<name>[A-Za-z_]\w*)(?=\s*(?:\(|$))|(?P<words>[A-Z]\w*[a-z]\w*[A-Z_]\w*)(?![\w.]))"
)
"""The name of an alert: all text before labels in parentheses, or a word in CamelCase."""

FIRST: Final = re.compile(r"[^\s()]+(?=\s*(?:\(|$))")
LEVEL: Final = re.compile(
    r"(?<![\w.])(critical|fatal|emergency|error(?! (?:budget|rate|ratio))|warning|warn|notice|info"
    r"|debug|p[1-5]|sev-?[0-4])(?![\w.]|\s?=\s?\d)",
    re.IGNORECASE,
)

FOLDED: Final = re.compile(
    r"""
    (?P<url><(?:https?|mailto|tel):[^>]*>|https?://[^\s>)\]]+)
    |(?P<gone><[@!\#][^>]*>|@(?:here|channel|everyone)\b)
    |(?P<status>
        (?:\b(?:HTTP(?:/\d(?:\.\d)?)?|response)(?:\s?(?:status|code|error))*
        |(?<!exit\s)\bstatus(?:\s?code)?|\b(?:return|answer)(?:s|ed|ing))[\s:=]+[2-5]\d\d\b
    )
    |(?P<id>
        [\w.+-]+@[\w-]+\.[\w.]+
        |\b\d{4}-\d\d-\d\d(?:[T\s]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?
        |\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b
        |\b\d{1,3}(?:\.\d{1,3}){3}(?:[:/]\d+)?\b
        |\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b
        |\b0x[0-9a-f]+\b
        |\b(?:[a-z0-9-]+\.)+(?:com|net|org|io|dev|internal|local|svc|cloud|lan|example|jp|test)(?::\d+)?\b
        |\b[a-z][a-z0-9]*(?:-[a-z0-9]+)*-(?=[a-f0-9]*\d)[a-f0-9]{6,10}-[a-z0-9]{5}\b
        |\b[a-z][a-z0-9]*(?:-[a-z0-9]+)*-(?:\d+[a-z]?|(?=[a-f]*\d)[0-9a-f]{4,}
            |(?=[a-z]*\d)[bcdfghjklmnpqrstvwxz2456789]{5})\b
        |(?<![\w.-])(?:[a-z]{2,}\d{2,}|sd[a-z]\d?|(?:eth|en[ospx]|bond|br|nvme|xvd[a-z]|dm|gpu|cpu
            |node|web|db|app|api|worker|host|server|cache|shard|broker|rack|slot|port|fan|psu)\d)\b
        |\b(?:[A-Z][A-Za-z]*Ethernet|Gi|Te)\d+(?:/\d+)+\b
        |\b(?!(?:defaced|effaced|acceded)\b)[0-9a-f]{7,64}\b
        |\b(?=[A-Za-z]*\d)[A-Za-z0-9]{16,}\b
        |\b[a-z]{2,6}_(?=[A-Za-z]*\d)[A-Za-z0-9]{8,}\b
    )
    |(?P<none>(?<![\w.-])0(?=\s(?:new\s|\w+ed\s|critical\s)?(?:errors?|fail|warning|issues|finding
        |vulnerabil|high|medium|critical|alerts|problems|threats|violations|files)))
    |(?P<zero>(?:\b(?:errors?|fail\w*|warn(?:ings?)?|reject\w*|skip\w*|infected|rc|code|status
        |exit(?:ed)?)[\s:=]{1,3}|(?:終了コード|リターンコード|エラー|失敗)[\s:：]?)0(?![\w.,:])|(?<![\d.])0(?=\s?(?:件|エラー)))
    |(?P<n>(?<![A-Za-z_\d])[-+]?\d+(?:[.,:]\d+)*
        \s?(?:%|ms|us|[smhd]|[kKMGT]i?B|bytes|sec(?:onds)?)?
        (?:\d+(?:ms|us|[smh]))*(?![A-Za-z_\d])
    )
    """,
    re.VERBOSE | re.ASCII,
)
"""ASCII, so that a number or a host ends where a Japanese word begins."""

PROGRAMS: Final = re.compile(r"exit|process|command|script|job|signal", re.IGNORECASE)
"""Words for programs, whose return value is not an HTTP status."""

PUBLIC: Final = re.compile(r"(?:[a-z0-9-]+\.)+(?:com|net|org|io|dev|jp|example)", re.IGNORECASE)
LINKS: Final = re.compile(r"<[^>]*>|https?://\S+")
LABELED: Final = re.compile(r"<(?:https?|mailto|tel):[^>|]*\|([^>]*)>")
BOLD: Final = re.compile(r"\*([^*\n]+)\*")
ALERT_NAME: Final = re.compile(r"[\s*-]*alertname\s*[=:]\s*(?P<name>\S.*)", re.IGNORECASE)
SUMMARY: Final = re.compile(r"-\s*(?:summary|title|message|description)\s*=\s*(?P<text>.*)")
LABEL_LINE: Final = re.compile(r"-\s*\w+\s*=|(?:source|silence|dashboard|panel|labels|value):")
NUMBERED: Final = re.compile(r"\[?#\d+\]?[:\s]+")
SPACES: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The template of a message: the alert's name if it has one, else its text with placeholders.

    `line` is the text without the state, which identifies one alert among those of the template.
    `body` is the rest of the message, where people write about user impact.
    """

    name: str
    is_alert: bool
    state: State
    severity: str
    line: str
    body: str = ""


@lru_cache(maxsize=8192)
def template_of(text: str) -> Template:
    """Return the template of a message, from its first line with a subject."""
    lines = list(islice(_lines(text), MAX_LINES))
    if not lines:
        return Template(name="(no text)", is_alert=False, state=State.OTHER, severity="", line="")
    head = announced(lines[0][1]) if len(lines) > 1 else None
    (emoji, line), *more = lines[1:] if head is not None else lines
    stated = read_state(line, emoji)
    rest = NUMBERED.sub("", LEAD.sub("", stated.rest), count=1)
    state = stated.state
    if head is not None and (head.state is not State.FIRING or state is State.OTHER):
        state = head.state  # the title of a closed incident may still begin with [FIRING:1]

    rest_lines = [line for _, line in more]
    named = None if state is State.OTHER else _alert_name(rest, stated, rest_lines)

    # A summary follows the labels in parentheses; Nagios' reason, its state.
    _, labels, summary = rest.rpartition(") ")
    reason = (labels and summary) if named else "" if line.endswith(rest) else line

    level = LEVEL.search(rest[:LONGEST] if named else rest[:40])
    severity = stated.severity or (head.severity if head is not None else "")
    return Template(
        name=named or folded(rest, keeps_hosts=stated.is_check) or "(no text)",
        is_alert=named is not None,
        state=state,
        severity=severity or (level[0].lower() if level else ""),
        line=rest,
        body="" if state is State.OTHER else "\n".join(_written([reason, *rest_lines])),
    )


def _written(lines: list[str]) -> Iterator[str]:
    """Yield the text of an alert without its labels."""
    for line in lines:
        if match := SUMMARY.match(line):
            yield match["text"]
        elif line and not LABEL_LINE.match(line):
            yield line


def _alert_name(rest: str, stated: StateText, lines: list[str]) -> str | None:
    """Return the alert's name: from the labels that Grafana writes, or from the beginning."""
    for line in lines:
        if match := ALERT_NAME.match(line):
            return match["name"].strip()
    if stated.is_named and (match := FIRST.match(rest)):
        return match[0]
    match = NAMED.match(rest) if stated.is_prefixed else None
    return (match["name"] or match["words"]) if match else None


def folded(line: str, *, keeps_hosts: bool = False) -> str:
    """Return a line with `<n>`, `<id>` and `<url>` for its variable parts.

    Public hosts are kept with `keeps_hosts`, for checks of a website.
    """

    def fold(match: re.Match[str]) -> str:
        if keeps_hosts and (host := PUBLIC.search(match[0])):
            return host[0]
        return _fold(match)

    text = FOLDED.sub(fold, line[:READ])
    return SPACES.sub(" ", text).strip(" -:|")[:LONGEST].rstrip()


def _fold(match: re.Match[str]) -> str:
    kind = match.lastgroup
    if kind in ("gone", "none", "zero"):
        return {"gone": "", "none": "no"}.get(kind, match[0])
    if kind == "status":
        before = match.string[max(match.start() - 60, 0) : match.start()]
        is_program = match[0].startswith("return") and PROGRAMS.search(before)
        return "returned <n>" if is_program else match[0][:-2] + "xx"
    return f"<{kind}>"


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield each line with text: its leading symbols, and the line without them."""
    for line in text[: READ * 4].splitlines():
        plain = html.unescape(BOLD.sub(r"\1", LABELED.sub(r"\1", line[:READ])))
        lead = LEAD.match(plain)
        rest = plain[lead.end() :].strip() if lead else plain.strip()
        if any(map(str.isalnum, LINKS.sub("", rest))):
            yield (lead[0] if lead else ""), rest
