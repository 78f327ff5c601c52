"""The parts of a tool's configuration that a report may show; other values are masked.

Reports go into comments, job summaries and logs, and a file that was edited by hand may contain
unexpected values. Below receivers, in `global` and in any `http_config`, a value is masked unless
its key is known to be harmless. Elsewhere a value is shown unless its key or its text says that it
is a secret.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final, cast

from reliability.check.masking.secrets import is_secret_key, redacted_addresses
from reliability.resource import Json

MASK: Final = "***"

OPEN_SECTIONS: Final = frozenset(
    (
        *("route", "inhibit_rules", "mute_time_intervals", "time_intervals", "templates"),
        "template",  # the text of a generated template file
        *("groups", "rule_files", "tests", "evaluation_interval", "group_eval_order"),
        *("apiVersion", "kind", "metadata", "spec"),
        # of Datadog's SLOs, monitors and corrections, which hold no credential
        *("query", "thresholds", "sli_specification", "slo", "monitors", "options"),
        *("category", "start", "end", "timezone"),
        # of PagerDuty's services and their event rules
        *("escalation_policy", "urgency", "rules", "sets", "catch_all"),
        "lines",  # of CODEOWNERS
        # of Grafana's folders and dashboards
        *("folder", "panels", "templating", "links", "annotations", "time", "refresh"),
    )
)
"""Top-level keys below which no key is meant for a credential: routes, rules, tests, SLOs."""

CONFIG_MAP: Final = ("data", "alertmanager.yml")
"""Keys of a ConfigMap below which there is a whole configuration of Alertmanager."""

HARMLESS: Final = frozenset(
    (
        # of every receiver
        *("name", "send_resolved", "max_alerts", "timeout", "retry", "expire", "priority"),
        # texts that people are sent
        *("text", "title", "html", "subject", "message", "description", "summary"),
        *("fallback", "pretext", "footer", "short", "state_message", "entity_display_name"),
        *("alias", "note", "parse_mode", "message_type", "msg_type"),
        # what they look like, and what they are about
        *("color", "icon_emoji", "emoji", "style", "sound", "mrkdwn_in"),
        *("short_fields", "link_names", "disable_notifications", "update_message", "severity"),
        *("class", "component", "group", "source", "client", "tags", "entity"),
        *("issue_type", "project", "labels", "resolve_transition", "reopen_transition"),
        *("reopen_duration", "wont_fix_resolution", "monitoring_tool", "update_alerts"),
        # who gets them
        *("channel", "to", "from", "smarthost", "hello", "require_tls"),
        *("force_implicit_tls", "threading", "enabled", "thread_by_date"),
        # how they are sent
        *("follow_redirects", "enable_http2", "proxy_from_environment", "insecure_skip_verify"),
        *("min_version", "max_version", "server_name", "resolve_timeout", "region", "profile"),
        *("smtp_from", "smtp_smarthost", "smtp_hello", "smtp_require_tls", "scopes"),
        *("smtp_force_implicit_tls",),
    )
)
"""Keys of receivers and of `global` whose values are shown; URLs still lose secrets."""

ROUTE_KEYS: Final = frozenset(
    (
        *("route", "routes", "receiver", "receivers", "group_by", "group_wait", "group_interval"),
        *("repeat_interval", "continue", "match", "match_re", "matchers", "inhibit_rules"),
        *("source_match", "source_match_re", "source_matchers", "target_match", "equal"),
        *("target_match_re", "target_matchers", "mute_time_intervals", "active_time_intervals"),
        *("time_intervals", "times", "start_time", "end_time", "weekdays", "days_of_month"),
        *("months", "years", "location", "templates", "global"),
    )
)
OF_PEOPLE: Final = frozenset(("details", "custom_fields", "fields", "headers"))
"""Mappings with keys of a person's choice."""
SHOWN_HEADERS: Final = frozenset(("subject", "from", "to", "cc", "bcc", "reply-to"))
KEY: Final = re.compile(r"""(?<![\w-])([\w-]{1,64})["']?[ \t]{0,9}:(?=[ \t]|$)""")
FILE: Final = re.compile(r"(?:file:)?/[\w./-]*")
FILLED_IN: Final = re.compile(
    r"\$\{[A-Z_][A-Z0-9_]*\}|env:[A-Z_][A-Z0-9_]*|file:/[\w./-]*|<secret>"
    r"|\{\{-?\s*[.$][\w.$]*\s*-?\}\}"
    r"|removed-by-import|"
)
"""Text that is certainly only a reference to a secret; `$ecret` or `{{ "secret" }}` may be one."""


WORD: Final = re.compile(r"""[^\s"'`]+""")


def masked_words(text: str, values: Mapping[str, Json]) -> str:
    """Mask the words in another program's message that a report of its input would mask.

    The message may quote any value, and yaml.v2 cuts values off after seven characters.
    """
    whole, shown = (json.dumps(side, ensure_ascii=False) for side in (values, masked((), values)))

    def replaced(word: re.Match[str]) -> str:
        part = word[0].rstrip(".,:;)")
        return MASK if len(part) > 3 and part in whole and part not in shown else word[0]

    return WORD.sub(replaced, text)


def masked(keys: Sequence[str], value: Json | Mapping[str, Json]) -> Json:
    """Mask everything in a value that may be a credential; `keys` lead to it from the top."""
    match value:
        case Mapping():
            return {key: masked((*keys, key), inner) for key, inner in value.items()}
        case list() | tuple():
            return cast("Json", [masked((*keys, ""), inner) for inner in value])
        case str():
            return redacted(value, strict=is_closed(keys)) if is_shown(keys, value) else MASK
        case bool() | None:
            return value
        case _:
            return value if is_shown(keys, str(value)) else MASK


def is_closed(keys: Sequence[str]) -> bool:
    """Return whether only values with harmless keys are shown there."""
    inner = keys[2:] if tuple(keys[:2]) == CONFIG_MAP else keys
    return "http_config" in inner or not inner or inner[0] not in OPEN_SECTIONS


def is_shown(keys: Sequence[str], value: str) -> bool:
    """Return whether a text may be shown; URLs in it may still contain a secret."""
    named = [key for key in keys if key]
    key = named[-1] if named else ""
    if FILLED_IN.fullmatch(value):
        return True
    if key.endswith("_file"):
        return FILE.fullmatch(value) is not None
    if is_secret_key(key):
        return False
    if not is_closed(keys):
        return True

    above = named[-2] if len(named) > 1 else ""
    if above == "headers":
        return key.lower() in SHOWN_HEADERS
    if above in OF_PEOPLE:
        return "{{" in value

    return key in HARMLESS


def redacted(text: str, *, strict: bool = False) -> str:
    """Mask the user, password, secret parameters and secret path of each URL in a text.

    With `strict`, the value of every parameter is masked.
    """
    return redacted_addresses(text, MASK, strict=strict)


def may_show_line(line: str, pointer: Sequence[str | int]) -> bool:
    """Return whether a line of `alertmanager.base.yml` may be shown for the value at a pointer."""
    keys = KEY.findall(line)
    if not keys:
        return bool(pointer) and str(pointer[0]) in OPEN_SECTIONS
    return all(key in HARMLESS or key in ROUTE_KEYS or key.endswith("_configs") for key in keys)
