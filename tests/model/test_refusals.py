"""What is said of a scalar that is refused, and the values at the limits."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from reliability.model import kind
from reliability.model.openslo.window import StartTime, Window

AMOUNT, SHARE = "write a plain number", "write a share such as 2%"
FORM = "write a percentage such as 2%, or a ratio such as 0.02"
DAY, ROOT = "write it as YYYY-MM-DD", "write a path relative to the root of the repository"
LENGTH = "write a number and a unit: 90s, 5m, 1h, 30d or 4w"
WINDOW = "write a whole number and one of the units m, h, d, w, M, Q, Y"
SECRET = ("the secret is in plain text", "refer to it: env:NAME or file:/path")
FILE = (
    "the tool reads this secret itself, and only from a file",
    "write the path on the machine of the tool: file:/etc/alertmanager/secrets/name",
)
USER = ("the URL contains a user name or password", "refer to a credential instead")
HOST = "write http:// or https:// and a host"
START, ZONE = (
    "write a date and a time: 2026-01-01 00:00:00",
    "write a time zone such as Asia/Tokyo or UTC",
)
SCALARS: Mapping[str, Any] = {
    "Share": kind.Share,
    "Number": kind.Number,
    "Amount": kind.Amount,
    "Day": kind.Day,
    "Duration": kind.Duration,
    "SecretReference": kind.SecretReference,
    "FileSecret": kind.FileSecret,
    "SafePath": kind.SafePath,
    "Url": kind.Url,
    "Runbook": kind.Runbook,
    "Window": Window,
    "StartTime": StartTime,
    "Zone": kind.Zone,
}


@pytest.mark.parametrize(
    ("scalar", "value", "message", "help_text"),
    [
        ("Share", "101%", "'101%' is outside of 0% to 100%", SHARE),
        ("Share", -0.01, "-0.01 is outside of 0% to 100%", SHARE),
        ("Share", True, "not a valid share: True", FORM),
        ("Share", "two", "not a valid share: 'two'", FORM),
        ("Number", True, "not a number: True", AMOUNT),
        ("Number", "1", "not a number: '1'", AMOUNT),
        ("Amount", 1e308, "1e+308 is larger than the limit of 1e+30", AMOUNT),
        ("Amount", 2e12, "2000000000000.0 is larger than the limit of 1e+12", ""),
        ("Amount", -2e12, "-2000000000000.0 is larger than the limit of 1e+12", ""),
        ("Day", "2026-02-30", "not a valid date: '2026-02-30'", DAY),
        ("Day", 20260228, "not a valid date: '20260228'", DAY),
        ("Duration", "5x", "not a valid duration: '5x'", LENGTH),
        ("Duration", 5, "not a valid duration: '5'", LENGTH),
        ("SecretReference", "env:1", *SECRET),
        ("SecretReference", "file:", *SECRET),
        ("FileSecret", "file:a", *FILE),
        ("FileSecret", "env:A", *FILE),
        ("SafePath", "/a", "'/a' is outside of the repository", ROOT),
        ("SafePath", "a/../b", "'a/../b' is outside of the repository", ROOT),
        ("SafePath", "a//b", "'a//b' is outside of the repository", ROOT),
        ("SafePath", "a\\b", "'a\\\\b' is outside of the repository", ROOT),
        ("SafePath", "a\0", "'a\\x00' is outside of the repository", ROOT),
        ("Url", "ftp://a", "not a valid URL: 'ftp://a'", HOST),
        ("Url", "http://", "not a valid URL: 'http://'", HOST),
        ("Url", "http://u@a", *USER),
        ("Url", "http://:p@a", *USER),
        ("Runbook", "ftp://a", "not a valid URL: 'ftp://a'", HOST),
        ("Runbook", "../a", "'../a' is outside of the repository", ROOT),
        ("Window", "36501d", "'36501d' is longer than the limit of 36500 days", ""),
        ("Window", f"{'9' * 18}Y", f"'{'9' * 18}Y' is longer than the limit of 36500 days", ""),
        ("Window", "-1d", "not a valid OpenSLO duration: '-1d'", WINDOW),
        (
            "StartTime",
            "2026-02-29 00:00:00",
            "not a valid date and time: '2026-02-29 00:00:00'",
            START,
        ),
        (
            "StartTime",
            "2026-01-01T00:00:00",
            "not a valid date and time: '2026-01-01T00:00:00'",
            START,
        ),
        ("Zone", "Mars", "not an IANA time zone: 'Mars'", ZONE),
    ],
)
def test_a_refused_scalar_says_why_and_what_to_write(
    scalar: str, value: object, message: str, help_text: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(SCALARS[scalar]).validate_python(value)
    [error] = refused.value.errors()
    assert (error["msg"], error["ctx"]["help"]) == (message, help_text)


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("Share", "100%"),
        ("Share", 0),
        ("Amount", 1e12),
        ("Amount", -1e12),
        ("SecretReference", "file:a"),
        ("FileSecret", "file:/a"),
        ("SafePath", "a/"),
        ("Url", "https://a/b"),
        ("Runbook", "a/b"),
        ("Window", "36500d"),
        ("Window", "100Y"),
        ("StartTime", "0000-02-29 00:00:00"),
        ("StartTime", "2026-01-01 0:00:00.5"),
        ("Zone", "Asia/Tokyo"),
    ],
)
def test_a_scalar_at_its_limit_is_taken(scalar: str, value: object) -> None:
    assert TypeAdapter(SCALARS[scalar]).validate_python(value) is not None
