"""Base model, metadata and scalar types that all kinds share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

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

from reliability.message import Message
from reliability.model import shapes
from reliability.scalars import (
    ScalarError,
    exact,
    read_day,
    read_duration,
    read_share,
    shown,
    too_large,
)
from reliability.tuning import share_written_keys

IN_PLAIN_TEXT = "is in plain text"
ONLY_FILES = Message("the tool reads this secret itself, and only from a file")
IN_ADDRESS = Message("the URL contains a user name or password")
ABOUT_SECRETS = (IN_PLAIN_TEXT, str(ONLY_FILES), str(IN_ADDRESS))
"""Parts of messages of findings whose line may show a secret, so that no report quotes the line."""

LARGEST_AMOUNT = 1e12
MAX_COUNT = 10**12
"""Largest integer for any count."""


class Model(BaseModel):
    """A frozen model with camelCase keys that forbids unknown ones.

    `defer_build` builds its validator on first use, because most commands read only a few kinds.
    """

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
        """Share the sets of written keys between objects; they are never changed."""
        share_written_keys(self)


def refuse(
    message: Message,
    help_text: Message | None = None,
    rule: str = "document-value",
    *,
    inside: tuple[str | int, ...] = (),
) -> PydanticCustomError:
    """Return a validation error that becomes a finding of `rule` with this message and help.

    `inside` is the route from the validated object to the part of it that is wrong. pydantic keeps
    the values of the context as they are, so both texts stay `Message` values.
    """
    context = {"message": message, "help": help_text or "", "rule": rule, "inside": inside}
    return PydanticCustomError("value", "{message}", context)


def parse_duration(text: object) -> timedelta:
    """Parse `90s`, `5m`, `1h`, `30d`, `4w` or a sum such as `1h30m`, the longest unit first."""
    if isinstance(text, timedelta):
        return text

    try:
        return _duration(text if isinstance(text, str) else str(text))
    except ScalarError as error:
        help_text = Message("write a number and a unit: 90s, 5m, 1h, 30d or 4w")
        raise refuse(error.message, help_text) from None


_duration = lru_cache(maxsize=1024)(read_duration)
"""Cached, because a thousand services use a handful of different durations."""


def parse_percent(value: object) -> Fraction:
    """Parse `2%`, or a ratio such as 0.02, to the exact decimal fraction as written."""
    if isinstance(value, Fraction):
        return value

    try:
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            raise ScalarError(Message("not a valid share: {value}", value=shown(value)))
        share = read_share(value) if isinstance(value, str) else Fraction(exact(value))
    except ScalarError as error:
        help_text = Message("write a percentage such as 2%, or a ratio such as 0.02")
        raise refuse(error.message, help_text) from None

    if not 0 <= share <= 1:
        raise refuse(
            Message("{value} is outside of 0% to 100%", value=shown(value)),
            Message("write a share such as 2%"),
        )

    return share


def parse_decimal(value: object) -> Decimal:
    """Convert a number to the exact decimal as written: 0.999 is 999/1000."""
    help_text = Message("write a plain number")
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise refuse(Message("not a number: {value}", value=shown(value)), help_text)

    try:
        return exact(value)
    except ScalarError as error:
        raise refuse(error.message, help_text) from None


def parse_amount(value: object) -> float:
    """Convert a number of at most 1e12, which may have decimals."""
    number = parse_decimal(value)
    if abs(number) > LARGEST_AMOUNT:
        raise refuse(too_large(value, LARGEST_AMOUNT))
    return float(number)


def parse_date(value: object) -> date:
    """Parse a date YYYY-MM-DD."""
    if isinstance(value, date):
        return value
    try:
        return read_day(value if isinstance(value, str) else str(value))
    except ScalarError as error:
        raise refuse(error.message, Message("write it as YYYY-MM-DD")) from None


def check_secret(text: str) -> str:
    """Require a reference to a secret, `env:NAME` or `file:PATH`, in place of the secret."""
    if not re.fullmatch(r"env:[A-Za-z_][A-Za-z0-9_]*|file:\S+", text):
        raise refuse(
            Message("the secret is in plain text"), Message("refer to it: env:NAME or file:/path")
        )
    return text


def check_file_secret(text: str) -> str:
    """Require an absolute path for a secret that the tool reads from a file on its own machine.

    Alertmanager has `*_file` keys for secrets and reads no environment variables.
    """
    if not re.fullmatch(r"file:/\S+", text):
        raise refuse(
            ONLY_FILES,
            Message(
                "write the path on the machine of the tool: file:/etc/alertmanager/secrets/name"
            ),
        )
    return text


def check_safe_path(text: str) -> str:
    """Require a path inside the repository: relative, without `..` and backslashes."""
    parts = text.split("/")
    if text.startswith("/") or "\\" in text or ".." in parts or "" in parts[:-1] or "\0" in text:
        raise refuse(
            Message("{path} is outside of the repository", path=repr(text)),
            Message("write a path relative to the root of the repository"),
        )
    return text


def check_url(text: str) -> str:
    """Require an http or https URL without a user name and password."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise refuse(
            Message("not a valid URL: {value}", value=repr(text)),
            Message("write http:// or https:// and a host"),
        )
    if parts.username or parts.password:
        raise refuse(IN_ADDRESS, Message("refer to a credential instead"))
    return text


def check_runbook(text: str) -> str:
    """Require a URL or a path inside the repository."""
    return check_url(text) if "://" in text else check_safe_path(text)


def check_zone(name: str) -> str:
    """Require a time zone of the database, which the package tzdata has on every machine."""
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise refuse(
            Message("not an IANA time zone: {value}", value=repr(name)),
            Message("write a time zone such as Asia/Tokyo or UTC"),
        ) from None
    return name


Name = Annotated[str, StringConstraints(pattern=shapes.NAME)]
Text = Annotated[str, StringConstraints(min_length=1)]
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
Zone = Annotated[Text, AfterValidator(check_zone)]
Handle = Annotated[str, StringConstraints(pattern=shapes.HANDLE)]
LabelName = Annotated[str, StringConstraints(pattern=shapes.LABEL)]
Tier = Literal["alert", "ticket", "log"]
TIERS: Final[tuple[Tier, ...]] = get_args(Tier)
"""Tiers from the highest to the lowest."""


class Metadata(Model):
    """The document's name and labels."""

    name: Name
    display_name: str | None = Field(default=None, max_length=63)
    labels: Mapping[str, str | tuple[str, ...]] = Field(default_factory=dict)
    annotations: Mapping[str, str] = Field(default_factory=dict)


class Kind(Model):
    """A document: apiVersion, kind and metadata."""

    api_version: str
    kind: str
    metadata: Metadata


def drop_none(value: Any) -> Any:
    """Read an empty value, as after a bare `key:`, as an empty mapping."""
    return {} if value is None else value
