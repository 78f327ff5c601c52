"""Null and empty text in OpenSLO documents, read as a missing value."""

from __future__ import annotations

from typing import Any

from pydantic import BeforeValidator


def empty_as(instead: Any) -> BeforeValidator:
    """Read null as a default, as OpenSLO's Go reference does with every optional field."""
    return BeforeValidator(lambda value: instead if value is None else value)


def _none_if_blank(value: Any) -> Any:
    return None if value == "" else value


BLANK_IS_ABSENT = BeforeValidator(_none_if_blank)
"""Reads an empty text as a missing field, as OpenSLO's Go reference does (`omitempty`)."""
