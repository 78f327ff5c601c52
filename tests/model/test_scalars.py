"""The scalars that people write: lengths, shares, numbers, days, names, paths, secrets."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from reliability.model.kind import (
    Day,
    Duration,
    FileSecret,
    Handle,
    Name,
    Number,
    Runbook,
    SafePath,
    SecretReference,
    Share,
    Url,
)
from reliability.scalars import duration_text

lengths = st.integers(min_value=0, max_value=10_000_000).map(lambda s: timedelta(seconds=s))


def read(scalar: Any, value: object) -> object:
    return TypeAdapter(scalar).validate_python(value)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90s", timedelta(seconds=90)),
        ("5m", timedelta(minutes=5)),
        ("1h30m", timedelta(minutes=90)),
        ("30d", timedelta(days=30)),
        ("4w", timedelta(weeks=4)),
        ("0s", timedelta()),
    ],
)
def test_a_duration_is_a_number_and_a_unit_or_a_sum_of_them(text: str, length: timedelta) -> None:
    assert read(Duration, text) == length


@pytest.mark.parametrize("value", ["", "5", "m5", "30m1h", "1.5h", "-5m", " 5m", "5m ", 5, None])
def test_anything_else_is_no_duration(value: object) -> None:
    with pytest.raises(ValidationError):
        read(Duration, value)


@given(lengths)
def test_a_duration_reads_as_it_is_written(length: timedelta) -> None:
    assert read(Duration, duration_text(length)) == length


@pytest.mark.parametrize(
    ("value", "share"),
    [("2%", Fraction(1, 50)), (0.02, Fraction(1, 50)), ("0.1%", Fraction(1, 1000)), (1, 1), (0, 0)],
)
def test_a_share_is_exactly_what_is_written(value: object, share: Fraction) -> None:
    assert read(Share, value) == share


@pytest.mark.parametrize("value", ["101%", -0.1, 1.01, "two", "%", True, "nan", "Infinity", None])
def test_anything_else_is_no_share(value: object) -> None:
    with pytest.raises(ValidationError):
        read(Share, value)


def test_a_number_keeps_its_decimals() -> None:
    assert read(Number, 0.999) == Decimal("0.999")
    assert read(Number, 99) == Decimal(99)


@pytest.mark.parametrize("value", ["1", True, None, float("nan"), float("inf")])
def test_anything_else_is_no_number(value: object) -> None:
    with pytest.raises(ValidationError):
        read(Number, value)


def test_a_day_is_written_the_one_way() -> None:
    assert read(Day, "2026-11-25") == date(2026, 11, 25)


@pytest.mark.parametrize("value", ["2026-02-30", "25.11.2026", "soon", 20261125, None])
def test_anything_else_is_no_day(value: object) -> None:
    with pytest.raises(ValidationError):
        read(Day, value)


@pytest.mark.parametrize("name", ["a", "attendance", "payroll-batch", "7d", "a" * 63])
def test_a_name_is_one_safe_path_segment(name: str) -> None:
    assert read(Name, name) == name


@pytest.mark.parametrize(
    "name", ["", "A", "a_b", "a.b", "a/b", "..", "-a", "a-", "a\n", "a" * 64, "ａ", 7]
)
def test_anything_else_is_no_name(name: object) -> None:
    with pytest.raises(ValidationError):
        read(Name, name)


@pytest.mark.parametrize("path", ["docs/runbooks/a.md", "a.md", "docs/", "a..b/c"])
def test_a_path_stays_in_the_repository(path: str) -> None:
    assert read(SafePath, path) == path
    assert read(Runbook, path) == path


@pytest.mark.parametrize("path", ["/etc/passwd", "../a", "a/../../b", "a\\b", "a//b", "a\0b"])
def test_a_path_that_leads_out_is_refused(path: str) -> None:
    for scalar in (SafePath, Runbook):
        with pytest.raises(ValidationError):
            read(scalar, path)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://a/b", "https://", "https://user:secret@host/", "//host"]
)
def test_an_address_is_http_and_holds_no_password(url: str) -> None:
    with pytest.raises(ValidationError):
        read(Url, url)
    assert read(Url, "https://host/path") == "https://host/path"


def test_a_secret_is_referred_to_and_never_repeated() -> None:
    assert read(SecretReference, "env:TOKEN") == "env:TOKEN"
    assert read(FileSecret, "file:/run/secrets/key") == "file:/run/secrets/key"
    for scalar, text in ((SecretReference, "hunter2"), (FileSecret, "env:TOKEN")):
        with pytest.raises(ValidationError) as caught:
            read(scalar, text)
        assert text not in caught.value.errors()[0]["msg"]


def test_a_handle_has_an_at_sign() -> None:
    assert read(Handle, "@acme/team") == "@acme/team"
    with pytest.raises(ValidationError):
        read(Handle, "acme")
