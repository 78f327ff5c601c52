"""Colors and queries of boards, at the limits of their values."""

from pathlib import Path

import pytest

from reliability.compile.boards.queries import SloQueries, burn_colors, counted
from reliability.compile.prometheus.names import BUDGET_REMAINING, RECORDED
from tests.compile.scenarios import Scenario, Value, play
from tests.servers.generation import Generation


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


@pytest.mark.tools
def test_a_budget_is_marked_unless_nearly_all_of_its_period_is_recorded(
    generation: Generation, tmp_path: Path
) -> None:
    """Of copies of one SLO the least counts, and a share that is absent is not known."""
    shares = {'="a"': "0.98", '="b"': "0.979", '="c", copy="1"': "1", '="c", copy="2"': "0.5"}
    marked = {f'{BUDGET_REMAINING}{{sloth_slo="{slo}", part="so far"}}': 0.25 for slo in "bcd"}
    expected = {f'{BUDGET_REMAINING}{{sloth_slo="a"}}': 0.25} | marked
    scenario = Scenario(
        series={
            **{f'{BUDGET_REMAINING}{{sloth_slo="{slo}"}}': "0.25" for slo in "abcd"},
            **{f"{RECORDED}{{sloth_slo{labels}}}": share for labels, share in shares.items()},
        },
        values=(Value(0, SloQueries("").marked_remaining, expected),),
    )
    said = play(generation, tmp_path, {"groups": []}, [scenario])
    assert said.accepted, said.text
