"""Colors and queries of boards, at the limits of their values."""

import pytest

from reliability.compile.boards.queries import SloQueries, burn_colors, counted


@pytest.mark.parametrize(
    ("factor", "steps"),
    [
        (None, [(None, "good"), (1, "warning")]),
        (0.5, [(None, "good"), (1, "warning")]),
        (1, [(None, "good"), (1, "warning")]),
        (1.5, [(None, "good"), (1, "warning"), (1.5, "bad")]),
    ],
)
def test_colors_of_a_burn_rate(factor: float | None, steps: list[tuple[float | None, str]]) -> None:
    assert [(step.value, step.color) for step in burn_colors(factor)] == steps


def test_queries_with_and_without_places() -> None:
    every = SloQueries("")
    assert every.select("a") == "a"
    assert every.select("a", 'team="b"') == 'a{team="b"}'
    here = SloQueries('env="x"', ("env",))
    assert here.select("a", 'team="b"') == 'a{env="x", team="b"}'
    assert here.keys == "sloth_service, sloth_slo, env"
    assert here.among("x", 'team="b"') == (
        '(x and on (sloth_service, sloth_slo, env) sloth_slo_info{env="x", team="b"})'
    )
    assert counted("up") == "count(up) or vector(0)"
