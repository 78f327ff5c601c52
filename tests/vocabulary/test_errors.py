"""Errors that end a command: their exit codes, their texts, and how to install what is missing."""

import re

import pytest

from reliability import errors
from reliability.errors import (
    MissingExtraError,
    ReliabilityError,
    UnsafePlanError,
    install_command,
    reason_of,
)
from reliability.message import Message


def test_only_a_plan_over_its_limits_exits_with_1() -> None:
    codes = {
        kind: kind.exit_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, ReliabilityError)
    }
    assert {kind for kind, code in codes.items() if code != 2} == {UnsafePlanError}
    assert codes[UnsafePlanError] == 1


def test_a_message_keeps_its_template() -> None:
    error = ReliabilityError(Message("{n} rules", n=3))
    assert isinstance(error.message, Message)
    assert (error.message, error.message.template) == ("3 rules", "{n} rules")
    assert ReliabilityError().message == ""


@pytest.mark.parametrize(
    ("extra", "packages"),
    [
        ("history", r"'jinja2>=[\d.]+' 'numpy>=[\d.]+' 'pyarrow>=[\d.]+'"),
        ("github", r"'pygithub>=[\d.]+'"),
        ("fleet", r"'distributed>=[\d.]+'"),
        ("nothing", r"'\.\[nothing\]'"),
    ],
)
def test_the_packages_of_an_extra_are_installed_by_their_names(extra: str, packages: str) -> None:
    command = install_command(extra)
    assert re.fullmatch(f"pip install {packages}", command)
    needed = MissingExtraError("reliability x", extra)
    assert str(needed) == f"`reliability x` needs the extra '{extra}'; run `{command}`"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(2, "No such file or directory", "x"), "no such file or directory"),
        (PermissionError(), "permissionerror"),
        (OSError("text alone"), "oserror"),
    ],
)
def test_the_reason_of_the_system_is_in_lower_case(error: OSError, reason: str) -> None:
    assert reason_of(error) == reason
