"""Words for fixed values that pages show, as templates of messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reliability.backtest.burn_state import BurnState
from reliability.model.ownership import Level
from reliability.render.words import WEEKDAYS as WEEKDAYS
from reliability.render.words import worded
from reliability.review.slo_review.next_step import LEVELS, STEPS

STATES: Final[Mapping[BurnState, str]] = {
    "critical": worded("critical"),
    "increasing": worded("increasing"),
    "recovering": worded("recovering"),
    "acceptable": worded("acceptable"),
    "unknown": worded("not known"),
}
STATE_HELP: Final[Mapping[BurnState, str]] = {
    "critical": worded("the long and the short window burn faster than the alert allows"),
    "increasing": worded("only the short window burns faster: it began a short time ago"),
    "recovering": worded("only the long window burns faster: it has stopped"),
    "acceptable": worded("neither window burns faster than the alert allows"),
    "unknown": worded("a window has less than 90 % of its data, or the SLO has no alert"),
}
URGENCIES: Final = {
    "exhausted": worded("exhausted"),
    "critical": worded("critical"),
    "increasing": worded("increasing"),
    "unknown": worded("not known"),
    "page-budget": worded("page budget"),
    "review": worded("review"),
    "waiver": worded("waiver"),
}
CRITICALITIES: Final = {
    "critical": worded("critical service"),
    "important": worded("important service"),
    "standard": worded("standard service"),
}
LIFECYCLES: Final = {
    "experimental": worded("experimental"),
    "production": worded("production"),
    "deprecated": worded("deprecated"),
}
LEVEL_STATES: Final = {
    "in-place": worded("in place"),
    "partial": worded("partial"),
    "missing": worded("missing"),
    "undeclared": worded("not declared"),
}
LEVEL_NAMES: Final[Mapping[Level, str]] = {
    "monitoring": worded("monitoring"),
    "incident-response": worded("incident response"),
    "postmortem": worded("postmortems"),
    "testing": worded("testing and release"),
    "capacity": worded("capacity"),
    "development": worded("development"),
    "product": worded("product"),
}
HOW: Final = {
    "page": worded("page"),
    "mention": worded("mention"),
    "channel": worded("message"),
    "webhook": worded("webhook"),
    "issues": worded("issue"),
    "other": worded("other"),
}
TIERS: Final = {
    "alert": worded("alert"),
    "ticket": worded("ticket"),
    "log": worded("log"),
}
DETECTIONS: Final = {
    "caught": worded("caught"),
    "ticket only": worded("ticket only"),
    "missed": worded("missed"),
    "unknown": worded("not known"),
}
NEXT_LEVELS: Final = LEVELS
NEXT_STEPS: Final = STEPS
NOT_DECLARED: Final = {
    "unknown": worded("not known: the clone has no history of that time"),
    "none": worded("not declared yet"),
}
LANGUAGES: Final = {"en": "English", "ja": "日本語"}
"""Name of each language in itself."""
