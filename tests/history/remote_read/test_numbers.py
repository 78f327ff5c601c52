"""Numbers as Protocol Buffers write them."""

import pytest

from reliability.history.sources.remote_read.protobuf import signed, zigzag


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (0, 0),
        (1, 1),
        (2**63 - 1, 2**63 - 1),
        (2**63, -(2**63)),
        (2**64 - 1, -1),
        (2**64 - 86_400_000, -86_400_000),
    ],
)
def test_an_int64_may_be_below_zero(written: int, number: int) -> None:
    assert signed(written) == number


@pytest.mark.parametrize(
    ("written", "number"), [(0, 0), (1, -1), (2, 1), (3, -2), (2**64 - 1, -(2**63))]
)
def test_a_sint64_is_written_in_zigzag(written: int, number: int) -> None:
    assert zigzag(written) == number
