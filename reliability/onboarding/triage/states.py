"""The state in a notification's text: firing, acknowledged or resolved, in the words of each tool.

Forms: Alertmanager's and Grafana's default templates, PagerDuty, Opsgenie, Datadog, New Relic,
CloudWatch in AWS Chatbot, UptimeRobot, Pingdom, Nagios, Zabbix, Dynatrace, Statuspage, Mackerel,
Azure Monitor, Cloud Monitoring, Checkly, Kibana.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from reliability.convert.prometheus_rules.kinds import words_of
from reliability.onboarding.triage.message import State

ON: Final = (
    "firing|fired|re-triggered|triggered|alerting|problem|warn(?:ing)?|no data|escalated"
    "|open(?:ed)?|activated|critical|alarm|investigating"
    "|障害発生|障害|異常発生|異常|警告|注意|緊急|重大|アラート発生|発生中|発生"
)
AGAIN: Final = "acknowledged|acknowledgement|identified|monitoring|対応中|確認中"
OFF: Final = "resolved|recovered|recovery|ok|closed|restored|復旧|回復|解消|解除|収束|復帰|正常"
WORD: Final = rf"(?:(?P<on>{ON})|(?P<again>{AGAIN})|(?P<off>{OFF}))"
BRACKET: Final = re.compile(
    rf"[\[【]{WORD}(?P<more>:\d+(?:,[^\]】]*)?|\s+on\s+[^\]】]*)?[\]】]\s*", re.IGNORECASE
)
PREFIX: Final = re.compile(
    rf"(?:(?:alert|alarm|incident|problem|issue)\s+(?:is\s+)?)?{WORD}"
    r"(?:\s+(?:in|after)\s+[\w. ]{1,20})?(?:\s+(?:incident|problem|alert|issue))?"
    r"(?:\s*\(?#?(?:[A-Z]{1,4}-)?\d+\)?)?(?:\s*:(?:\s+|(?=[a-z]))|\s+-\s+)",
    re.IGNORECASE,
)
NAGIOS: Final = re.compile(
    r"(?:(?P<on>PROBLEM)|(?P<again>ACKNOWLEDGEMENT)|(?P<off>RECOVERY))\s+(?=(?:Service|Host) Alert)"
)
TAG: Final = re.compile(r"(?:\[[^\]\n]{1,40}\]|【[^】\n]{1,40}】)\s*")
UP_DOWN: Final = re.compile(
    r"(?P<head>.{0,160}?)\s(?:is|went)\s(?:now\s|back\s)?"
    r"(?:(?P<on>down|unreachable|offline)|(?P<off>up|reachable|online))\b(?P<tail>.*)",
    re.IGNORECASE,
)
FAILING: Final = re.compile(
    r"(?P<head>.{1,160}?)\s(?:(?P<on>is\s(?:now\s)?failing)|(?P<off>(?:has|is)\s(?:recovered|passing)))"
    r"(?:\sagain|\snow)?[.!]?",
    re.IGNORECASE,
)
RULE: Final = re.compile(
    r"(?P<head>.{0,60}?\b(?:rule|alert|alarm|monitor)\b.{1,120}?)\s(?:is\s|has\s|was\s)?(?:been\s|now\s)?"
    r"(?:(?P<on>active|firing|triggered)|(?P<off>recovered|resolved|closed|cleared|inactive))[.!]?",
    re.IGNORECASE,
)
GRADE: Final = re.compile(
    r"(?P<head>.+?)\sis\s(?:(?P<off>OK)|(?P<on>WARNING|CRITICAL|UNKNOWN))(?:\s+-\s.*|\s*:\s.*)?"
)
DETAIL: Final = re.compile(
    r"(?:^\s*\(|[.;]\s|\s-\s|\s(?:since|again|after|for|because)\b|\breason\b).*",
    re.IGNORECASE | re.DOTALL,
)
RESULT: Final = re.compile(r"\s*\((?:HTTP|status)[^()]*\)$", re.IGNORECASE)
OVER: Final = (":white_check_mark:", ":heavy_check_mark:", ":large_green_circle:", "✅", "🟢")
WATCHED: Final = re.compile(r"\b(?:alarm|alert|monitor|incident)\b|アラート|監視", re.IGNORECASE)
LEVELS: Final = {
    "critical": "critical",
    "warning": "warning",
    "warn": "warning",
    "警告": "warning",
    "緊急": "critical",
    "重大": "critical",
}

OVER_WORDS: Final = frozenset(("closed", "resolved", "recovered", "ended", "restored"))
AGAIN_WORDS: Final = frozenset(("acknowledged", "acked", "updated"))
STATE_WORDS: Final = OVER_WORDS.union(
    AGAIN_WORDS,
    words_of("created open opened activated triggered declared started escalated reopened firing"),
)
NOUNS: Final = frozenset(words_of("alert alarm issue incident problem notification monitor"))
FILLERS: Final = frozenset(
    {
        *("new", "a", "an", "the", "is", "was", "has", "have", "been", "priority", "severity"),
        *("critical", "high", "medium", "low", "moderate", "warning", "urgent"),
        *("p1", "p2", "p3", "p4", "p5", "sev1", "sev2", "sev3", "sev4"),
    }
)
ACTORS: Final = frozenset(("by", "via"))
TOKEN: Final = re.compile(r"[^\s:!.,\u2013-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class StateText:
    """A line without its state.

    `is_named`: the line begins with an alert's name. `is_check`: the line says that something is
    up or down. `is_prefixed`: the state was at the beginning.
    """

    state: State
    rest: str
    severity: str = ""
    is_named: bool = False
    is_check: bool = False
    is_prefixed: bool = False


def read_state(line: str, emoji: str) -> StateText:
    """Read the state of a line; `emoji` is the text before its first word."""
    tags, rest = "", line
    for _ in range(3):
        if match := BRACKET.match(rest) or PREFIX.match(rest) or NAGIOS.match(rest):
            return _prefixed(match, tags, rest[match.end() :])
        tag = TAG.match(rest)
        if tag is None:
            break
        tags, rest = tags + tag[0], rest[tag.end() :]

    if match := UP_DOWN.fullmatch(line):
        line = f"{match['head']} is down{_kept(match)}"
        return StateText(state=_state_of(match), rest=line, is_check=True)

    if match := FAILING.fullmatch(line):
        return StateText(state=_state_of(match), rest=f"{match['head']} is failing")
    if match := RULE.fullmatch(line):
        return StateText(state=_state_of(match), rest=match["head"])
    if any(symbol in emoji for symbol in OVER) and WATCHED.search(line):
        return StateText(state=State.RESOLVED, rest=line)

    is_on = WATCHED.search(line) is not None and ":rotating_light:" in emoji
    return StateText(state=State.FIRING if is_on else State.OTHER, rest=line)


def _prefixed(match: re.Match[str], tags: str, rest: str) -> StateText:
    word = (match["on"] or "").lower()
    is_named = bool(match.groupdict().get("more")) or word == "firing" or match["off"] == "RESOLVED"
    rest = RESULT.sub("", rest.rstrip(" *"))
    if grade := GRADE.fullmatch(rest):
        rest = grade["head"]

    return StateText(
        state=_state_of(match),
        rest=tags + rest,
        severity=LEVELS.get(word, ""),
        is_named=is_named and not tags,
        is_prefixed=True,
    )


def _state_of(match: re.Match[str]) -> State:
    named = match.groupdict()
    if named["on"]:
        return State.FIRING
    return State.ACKNOWLEDGED if named.get("again") else State.RESOLVED


def _kept(match: re.Match[str]) -> str:
    """Return what follows `is down`, without the duration and the reason."""
    return DETAIL.sub("", match["tail"], count=1).rstrip(" .,*")


def announced(line: str) -> StateText | None:
    """Read a line that is only a state, such as `Resolved` or `Priority issue is ACTIVATED`.

    Its subject is in the next line. The result is None if the line says more than a state.
    """
    words = [token.lower() for token in TOKEN.findall(line[:160])]
    end = next((index for index, word in enumerate(words) if word in ACTORS), len(words))
    words = words[:end]
    known = STATE_WORDS | NOUNS | FILLERS
    is_state = len(words) == 1 and words[0] in STATE_WORDS
    is_notice = len(words) > 1 and NOUNS.intersection(words)
    if not (known.issuperset(words) and (is_state or is_notice)):
        return None

    state = State.FIRING
    if OVER_WORDS.intersection(words):
        state = State.RESOLVED
    elif AGAIN_WORDS.intersection(words):
        state = State.ACKNOWLEDGED

    severity = next((LEVELS[word] for word in words if word in LEVELS), "")
    return StateText(state=state, rest="", severity=severity)
