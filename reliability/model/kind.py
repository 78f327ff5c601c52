"""The parts that every kind shares: the model's settings, metadata and scalar types."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from reliability.model import shapes
from reliability.scalars import (
    ScalarError,
    exact,
    read_day,
    read_duration,
    read_share,
    shown,
)
from reliability.tuning import share_written_keys

IN_PLAIN_TEXT = "stands here in plain text"
ONLY_FILES = "this secret is read by the tool itself, which only reads files"
IN_ADDRESS = "the address holds a user or a password"
ABOUT_SECRETS = (IN_PLAIN_TEXT, ONLY_FILES, IN_ADDRESS)
"""Words of messages at whose places a secret may stand."""

LARGEST_AMOUNT = 1e12
MOST = 10**12
"""The largest whole number of anything that is counted."""


class Model(BaseModel):
    """Frozen, no unknown keys, camelCase as people write it; built on first use."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        defer_build=True,
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=True,
        arbitrary_types_allowed=True,
    )

    def model_post_init(self, _context: object) -> None:
        """Share the set of the written keys, which nobody changes."""
        share_written_keys(self)


def refuse(
    message: str,
    way_out: str = "",
    rule: str = "document-value",
    *,
    inside: tuple[str | int, ...] = (),
) -> PydanticCustomError:
    """An error whose text is ours to the letter; `way_out` becomes the finding's help.

    `inside` leads from the object that is validated to the part of it that is at fault.
    """
    context = {"message": message, "help": way_out, "rule": rule, "inside": inside}
    return PydanticCustomError("value", "{message}", context)


def parse_duration(text: object) -> timedelta:
    """`90s`, `5m`, `1h`, `30d`, `4w` or a sum such as `1h30m`, longest unit first."""
    if isinstance(text, timedelta):
        return text
    try:
        return _duration(text if isinstance(text, str) else str(text))
    except ScalarError as error:
        raise refuse(str(error), "write a number and a unit: 90s, 5m, 1h, 30d or 4w") from None


_duration = lru_cache(maxsize=1024)(read_duration)
"""A thousand services write a handful of lengths."""


def parse_percent(value: object) -> Fraction:
    """`2%` or a ratio such as 0.02, exactly as written in decimals."""
    if isinstance(value, Fraction):
        return value
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            raise ScalarError(f"not a valid share: {shown(value)}")
        share = read_share(value) if isinstance(value, str) else Fraction(exact(value))
    except ScalarError as error:
        way_out = "write a percentage such as 2%, or a ratio such as 0.02"
        raise refuse(str(error), way_out) from None

    if not 0 <= share <= 1:
        raise refuse(f"{shown(value)} lies outside 0 % to 100 %", "write a share such as 2%")
    return share


def parse_decimal(value: object) -> Decimal:
    """A number as it was written, so that 0.999 is nine hundred ninety-nine thousandths."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise refuse(f"not a number: {shown(value)}", "write a plain number")
    try:
        return exact(value)
    except ScalarError as error:
        raise refuse(str(error), "write a plain number") from None


def parse_amount(value: object) -> float:
    """A number of things that need not be whole."""
    number = parse_decimal(value)
    if abs(number) > LARGEST_AMOUNT:
        raise refuse(f"{shown(value)} is larger than the limit of {LARGEST_AMOUNT:.0e}")
    return float(number)


def parse_date(value: object) -> date:
    """A day as YYYY-MM-DD."""
    if isinstance(value, date):
        return value
    try:
        return read_day(value if isinstance(value, str) else str(value))
    except ScalarError as error:
        raise refuse(str(error), "write it as YYYY-MM-DD") from None


def check_secret(text: str) -> str:
    """A secret is referred to, never written: `env:NAME` or `file:PATH`."""
    if not re.fullmatch(r"env:[A-Za-z_][A-Za-z0-9_]*|file:\S+", text):
        raise refuse(f"a secret {IN_PLAIN_TEXT}", "refer to it: env:NAME or file:/path")
    return text


def check_file_secret(text: str) -> str:
    """A secret that the tool itself reads from a file on its own machine."""
    if not re.fullmatch(r"file:/\S+", text):
        raise refuse(
            ONLY_FILES,
            "refer to it by the path that the tool sees: file:/etc/alertmanager/secrets/name",
        )
    return text


def check_safe_path(text: str) -> str:
    """A path inside the repository: relative, no `..`, no backslash."""
    parts = text.split("/")
    if text.startswith("/") or "\\" in text or ".." in parts or "" in parts[:-1] or "\0" in text:
        raise refuse(f"{text!r} leads out of the repository", "write a path relative to its root")
    return text


def check_url(text: str) -> str:
    """An http or https address without a user or password in it."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise refuse(f"{text!r} is no address", "write http:// or https:// and a host")
    if parts.username or parts.password:
        raise refuse(IN_ADDRESS, "refer to a credential instead")
    return text


def check_runbook(text: str) -> str:
    """A runbook is an address or a path inside the repository."""
    return check_url(text) if "://" in text else check_safe_path(text)


Name = Annotated[str, StringConstraints(strict=True, pattern=shapes.NAME)]
Text = Annotated[str, StringConstraints(strict=True, min_length=1)]
Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Share = Annotated[Fraction, BeforeValidator(parse_percent)]
Number = Annotated[Decimal, BeforeValidator(parse_decimal)]
Amount = Annotated[float, BeforeValidator(parse_amount)]
Day = Annotated[date, BeforeValidator(parse_date)]
SecretReference = Annotated[str, AfterValidator(check_secret)]
FileSecret = Annotated[str, AfterValidator(check_file_secret)]
SafePath = Annotated[str, AfterValidator(check_safe_path)]
Url = Annotated[str, AfterValidator(check_url)]
Runbook = Annotated[Text, AfterValidator(check_runbook)]
Handle = Annotated[str, StringConstraints(strict=True, pattern=shapes.HANDLE)]
LabelName = Annotated[str, StringConstraints(strict=True, pattern=shapes.LABEL)]
Tier = Literal["alert", "ticket", "log"]


class Metadata(Model):
    """A document's name and labels; the name is one safe path segment."""

    name: Name
    display_name: str | None = Field(default=None, max_length=63)
    labels: Mapping[str, str | tuple[str, ...]] = Field(default_factory=dict)
    annotations: Mapping[str, str] = Field(default_factory=dict)


class Kind(Model):
    """What every document has: apiVersion, kind, metadata."""

    api_version: str
    kind: str
    metadata: Metadata


def drop_none(value: Any) -> Any:
    """An empty value (`key:` with nothing behind it) reads as an empty mapping."""
    return {} if value is None else value
