"""Reads single answers; what cannot be one is told as a ValueError, in words for who typed it."""

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
    """A service or team: one safe path segment."""
    if re.fullmatch(shapes.NAME, text) is None:
        raise ValueError(f"{text!r} is no name; use small letters, digits and hyphens: shop-api")
    return text


def handle(text: str) -> str:
    """A person or group: `@name`."""
    if re.fullmatch(HANDLE, text) is None:
        raise ValueError(f"{text!r} is no handle; write one such as @tech-lead")
    return text


def channel(text: str) -> str:
    """A Slack channel, or nothing."""
    if text and re.fullmatch(r"#[^\s#@]+", text) is None:
        raise ValueError(f"{text!r} is no channel; write one such as #shop-alerts")
    return text


def address(text: str) -> str:
    """A server's address, or nothing; no user and no password may stand in it."""
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError(f"{text!r} is no address; write one such as http://localhost:9090")
    if parts.username or parts.password:
        raise ValueError("the address holds a user or a password; name a secret: env:NAME")
    return text.rstrip("/")


def sentence(text: str) -> str:
    """Some words."""
    if len(text.split()) < 2:
        raise ValueError("write a sentence: who does what, as a user would say it")
    return " ".join(text.split())


def target(text: str) -> Decimal:
    """A ratio such as 0.999, also written 99.9 %."""
    written = text.replace(" ", "")
    try:
        share = read_share(written)
    except ScalarError:
        raise ValueError(f"{shown(text)} is no target; write 0.999 or 99.9 %") from None
    ratio = Decimal(share.numerator) / share.denominator
    if not Decimal("0.5") <= ratio <= HIGHEST:
        raise ValueError(f"{text} is no target; it lies between 50 % and 99.999 %")
    return ratio.normalize()


def query(text: str) -> str:
    """PromQL in a form that an SLI can have."""
    read = read_query(text)
    if isinstance(read, QueryFault):
        raise ValueError(f"{read.message}; {read.help}")
    return text


def datadog_query(text: str) -> str:
    """A query of Datadog that counts events."""
    if not text.rstrip().endswith(".as_count()"):
        raise ValueError(f"{text!r} counts no events; end it with .as_count()")
    return text


def one_of(*words: str) -> Callable[[str], str]:
    """A reader of one of some words."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"{text!r} is none of {', '.join(words)}")
        return text

    return read
