"""JSON Schemas of values that the models' validator functions parse and check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from reliability.model import error_budget, history, incidents, kind, team
from reliability.model.openslo import absent, metadata, slo, window

Schema = dict[str, Any]

DURATION: Final = (
    r"^(?=[0-9])([0-9]{1,18}w)?([0-9]{1,18}d)?([0-9]{1,18}h)?([0-9]{1,18}m)?([0-9]{1,18}s)?$"
)
OPENSLO_DURATION: Final = (
    r"^[^\S\n]*(\+?|-(?=0+[^\S\n]*[mhdwMQY]))[0-9]{1,18}[^\S\n]*[mhdwMQY](\s|$)"
)
SHARE: Final = (
    r"^(100(\.0{1,40})?|[0-9]{1,2}(\.[0-9]{1,40})?)%$|^(0(\.[0-9]{1,40})?|1(\.0{1,40})?)$"
)
DAY: Final = r"^(19[7-9][0-9]|2[01][0-9]{2})-[0-9]{2}-[0-9]{2}$"
MOMENT: Final = (
    r"^(19[7-9][0-9]|2[01][0-9]{2})-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}"
    r"(:[0-9]{2})?([.,][0-9]{1,9})? ?([Zz]|[-+][0-9]{2}:?[0-9]{2})$"
)
ADDRESS: Final = r"^[hH][tT][tT][pP][sS]?://[^/?#]"
INSIDE: Final = r"^(?!/)(?!.*(^|/)\.\.(/|$))(?!.*//)[^\\\0]*$"

INSTEAD: Final[Mapping[Callable[..., Any], Schema]] = {
    kind.parse_duration: {"type": "string", "pattern": DURATION},
    kind.parse_percent: {
        "anyOf": [
            {"type": "string", "pattern": SHARE},
            {"type": "number", "minimum": 0, "maximum": 1},
        ]
    },
    kind.parse_decimal: {"type": "number"},
    kind.parse_amount: {"type": "number", "maximum": kind.LARGEST_AMOUNT},
    kind.parse_date: {"type": "string", "pattern": DAY},
    window.parse_window: {"type": "string", "pattern": OPENSLO_DURATION},
}
"""Schema of the written value, not of the parsed type, by the function that parses it."""

BESIDES: Final[Mapping[Callable[..., Any], Schema]] = {
    kind.check_secret: {"pattern": r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:\S+)$"},
    kind.check_file_secret: {"pattern": r"^file:/\S+$"},
    kind.check_safe_path: {"pattern": INSIDE},
    kind.check_url: {"pattern": ADDRESS},
    slo.below_one: {"exclusiveMaximum": 1},
    slo.below_a_hundred: {"exclusiveMaximum": 100},
    error_budget.check_remaining: {"maximum": 1},
    incidents.check_zone: {"pattern": MOMENT},
    team.check_zone_name: {"pattern": r"^UTC$|/"},
    history.check_store: {"allOf": [{"pattern": r"^\.reliability/"}]},
}
"""Addition to the schema of the type, by the function that checks a value."""

NOT_IN_JSON_SCHEMA: Final[frozenset[Callable[..., Any]]] = frozenset(
    {
        kind.check_runbook,
        kind.check_zone,
        metadata.check_prefix,
        window.check_start,
    }
)
"""Functions whose conditions JSON Schema cannot express; only `check` reports violations."""


def before(function: Callable[..., Any], inner: Schema) -> Schema:
    """Return the schema of a value that a `BeforeValidator` function parses.

    Raises:
        KeyError: the function is in none of the tables above.
    """
    if function in INSTEAD:
        return dict(INSTEAD[function])
    if function is incidents.check_written:
        return inner  # MOMENT, which check_zone adds, rejects numbers as well
    if function is kind.drop_none or function.__qualname__.startswith("empty_as."):
        return {"anyOf": [inner, {"type": "null"}]}
    if function is absent.BLANK_IS_ABSENT.func:
        return {"anyOf": [inner, {"const": ""}]}

    raise KeyError(function.__qualname__)


def after(function: Callable[..., Any], inner: Schema) -> Schema:
    """Return the schema of a value that an `AfterValidator` function checks.

    Raises:
        KeyError: the function is in none of the tables above.
    """
    if function in BESIDES:
        return {**inner, **BESIDES[function]}
    # pydantic adds partials for bounds such as ge=0 after a function, and writes these itself.
    is_bound_of_pydantic = isinstance(function, partial)
    if is_bound_of_pydantic or function in NOT_IN_JSON_SCHEMA:
        return inner
    if "." in function.__qualname__:  # a method of a model, with a condition across keys
        return inner

    raise KeyError(function.__qualname__)
