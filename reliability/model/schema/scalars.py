"""Validator functions of the models -> what JSON Schema can say of the same values."""

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
"""What is written, in place of the type that a function before it makes of it."""

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
}
"""What a function after the type adds to it."""

UNSAID: Final[frozenset[Callable[..., Any]]] = frozenset(
    {
        kind.check_runbook,
        history.check_zone,
        metadata.check_prefix,
        window.check_start,
        window.check_time_zone,
    }
)
"""Functions that ask what no schema can: `check` does."""


def before(function: Callable[..., Any], inner: Schema) -> Schema:
    """The schema of a value that a function reads before its type does.

    Raises:
        KeyError: nobody has said what the function takes.
    """
    if function in INSTEAD:
        return dict(INSTEAD[function])
    if function is incidents.check_written:
        return inner  # the pattern of a moment refuses numbers as well
    if function is kind.drop_none or function.__qualname__.startswith("empty_as."):
        return {"anyOf": [inner, {"type": "null"}]}
    if function is absent.BLANK_IS_ABSENT.func:
        return {"anyOf": [inner, {"const": ""}]}

    raise KeyError(function.__qualname__)


def after(function: Callable[..., Any], inner: Schema) -> Schema:
    """The schema of a value that a function looks at once it has its type.

    Raises:
        KeyError: nobody has said what the function asks for.
    """
    if function in BESIDES:
        return {**inner, **BESIDES[function]}
    is_bound_of_pydantic = isinstance(function, partial)  # such as ge=0, which it tells itself
    if is_bound_of_pydantic or function in UNSAID or "." in function.__qualname__:
        return inner

    raise KeyError(function.__qualname__)
