"""Readers of answers on a terminal; the text of a ValueError is shown to the user."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit

from reliability.model import shapes
from reliability.promql.query import QueryFault, read_query
from reliability.scalars import ScalarError, read_share, shown

HANDLE: Final = r"@[A-Za-z0-9][-A-Za-z0-9_/.]*"
HIGHEST: Final = Decimal("0.99999")


def name(text: str) -> str:
    """Read the name of a service or team: one safe path segment."""
    if re.fullmatch(shapes.NAME, text) is None:
        raise ValueError(
            f"not a valid name: {text!r}; use lower-case letters, digits and hyphens: shop-api"
        )
    return text


def handle(text: str) -> str:
    """Read the handle of a person or group: `@name`."""
    if re.fullmatch(HANDLE, text) is None:
        raise ValueError(f"not a valid handle: {text!r}; expected one such as @tech-lead")
    return text


def channel(text: str) -> str:
    """Read a Slack channel; empty for none."""
    if text and re.fullmatch(r"#[^\s#@]+", text) is None:
        raise ValueError(f"not a valid channel: {text!r}; expected one such as #shop-alerts")
    return text


def address(text: str) -> str:
    """Read the URL of a server, without user and password; empty for none."""
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError(f"not a valid URL: {text!r}; expected one such as http://localhost:9090")
    if parts.username or parts.password:
        raise ValueError("the URL contains a user or a password; use a reference: env:NAME")
    return text.rstrip("/")


def sentence(text: str) -> str:
    """Read a sentence of at least two words."""
    if len(text.split()) < 2:
        raise ValueError("write a sentence: who does what, in the user's words")
    return " ".join(text.split())


def target(text: str) -> Decimal:
    """Read a target as a ratio such as 0.999, which may be written as 99.9 %."""
    written = text.replace(" ", "")
    try:
        share = read_share(written)
    except ScalarError:
        raise ValueError(f"not a valid target: {shown(text)}; expected 0.999 or 99.9 %") from None
    ratio = Decimal(share.numerator) / share.denominator
    if not Decimal("0.5") <= ratio <= HIGHEST:
        raise ValueError(f"not a valid target: {text}; expected 50 % to 99.999 %")
    return ratio.normalize()


def query(text: str) -> str:
    """Read PromQL in a form that an SLI supports."""
    read = read_query(text)
    if isinstance(read, QueryFault):
        raise ValueError(f"{read.message}; {read.help}")
    return text


def datadog_query(text: str) -> str:
    """Read a Datadog query that counts events."""
    if not text.rstrip().endswith(".as_count()"):
        raise ValueError(f"the query {text!r} does not count events; end it with .as_count()")
    return text


def or_empty(read: Callable[[str], str]) -> Callable[[str], str]:
    """Return a reader that also accepts an empty answer: nobody has decided yet."""
    return lambda text: read(text) if text else ""


def one_of(*words: str) -> Callable[[str], str]:
    """Return a reader that accepts one of the words."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"not a valid answer: {text!r}; expected one of {', '.join(words)}")
        return text

    return read
