"""Values of an Alertmanager configuration: what Alertmanager takes them for, and refusals."""

from datetime import timedelta
from typing import Any

import pytest

from reliability.alertmanager.configuration import (
    RoutingRefusedError,
    duration,
    entries,
    inner,
    mapping,
    text,
    texts,
)

AT = ("route", "routes", 0)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("5m", timedelta(minutes=5)),
        ("7ms", timedelta(milliseconds=7)),
        (
            "1y2w3d4h5m6s7ms",
            timedelta(days=382, hours=4, minutes=5, seconds=6, milliseconds=7),
        ),
        (None, HOUR),
        ("106751d23h47m16s854ms", timedelta(days=106_751, seconds=85_636, milliseconds=854)),
    ],
)
def test_a_duration_is_read_as_prometheus_writes_it(written: Any, length: timedelta) -> None:
    assert duration({"repeat_interval": written}, "repeat_interval", HOUR, AT) == length


def test_only_a_group_wait_may_be_zero() -> None:
    for written in ("0", "0s", 0):
        assert duration({"group_wait": written}, "group_wait", HOUR, AT) == timedelta()
    assert duration({}, "group_wait", HOUR, AT) == HOUR


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("0s", "repeat_interval is 0, and must be greater than 0"),
        ("", "not a valid duration: ''"),
        ("5", "not a valid duration: '5'"),
        ("1m1h", "not a valid duration: '1m1h'"),
        (
            "106751d23h47m16s855ms",
            "106751d23h47m16s855ms is too long; the longest duration of Alertmanager is 292 years",
        ),
    ],
)
def test_a_duration_that_alertmanager_refuses_is_refused_on_its_key(
    written: str, message: str
) -> None:
    with pytest.raises(RoutingRefusedError) as refused:
        duration({"repeat_interval": written}, "repeat_interval", HOUR, AT)
    assert (str(refused.value), refused.value.pointer) == (message, (*AT, "repeat_interval"))


def test_a_scalar_is_the_text_that_alertmanager_takes_it_for() -> None:
    assert [text(each) for each in (None, True, False, 5, "True")] == [
        *("", "true", "false", "5", "True")
    ]
    assert texts({"k": ["a", 1, True]}, "k", AT) == ("a", "1", "true")


def test_what_is_not_there_is_empty() -> None:
    assert (inner({}, "k", AT), entries({"k": None}, "k", AT), texts({}, "k", AT)) == ({}, (), ())


@pytest.mark.parametrize(
    ("read", "pointer", "message"),
    [
        (lambda: mapping(None, AT), AT, "missing key /route/routes/0"),
        (lambda: mapping([1], AT), AT, "/route/routes/0 must be a mapping"),
        (lambda: inner({"k": ""}, "k", AT), (*AT, "k"), "/route/routes/0/k must be a mapping"),
        (lambda: entries({"k": ""}, "k", AT), (*AT, "k"), "/route/routes/0/k must be a list"),
        (lambda: entries({"k": {}}, "k", AT), (*AT, "k"), "/route/routes/0/k must be a list"),
        (
            lambda: texts({"k": [1, None]}, "k", AT),
            (*AT, "k", 1),
            "/route/routes/0/k/1 must be text",
        ),
        (lambda: texts({"k": [[]]}, "k", AT), (*AT, "k", 0), "/route/routes/0/k/0 must be text"),
        (lambda: texts({"k": [{}]}, "k", AT), (*AT, "k", 0), "/route/routes/0/k/0 must be text"),
    ],
)
def test_a_value_of_another_kind_is_refused_on_its_place(
    read: Any, pointer: tuple[str | int, ...], message: str
) -> None:
    with pytest.raises(RoutingRefusedError) as refused:
        read()
    assert (str(refused.value), refused.value.pointer) == (message, pointer)
