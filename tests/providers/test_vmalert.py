"""What a real vmalert refuses, explained by its own `-dryRun`; a rule that fires reaches people."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reliability.plan.held import Owner
from reliability.plan.options import PlanOptions
from reliability.plan.plan import plan
from reliability.plan.sync import ChangeFailed, sync
from tests.providers.worlds import BAD, TARGET, World, real_vmalert, rules
from tests.servers.generation import Unavailable
from tests.servers.victoria import find_victoria

pytestmark = pytest.mark.servers


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    program = find_victoria()
    if isinstance(program, Unavailable):
        pytest.skip(program.reason)
    with real_vmalert(tmp_path, program) as made:
        yield made


def test_a_refusal_has_the_reason_of_the_program(world: World) -> None:
    provider = world.open(True)
    [outcome] = sync(plan(TARGET, [BAD], provider.read()), provider)
    assert isinstance(outcome, ChangeFailed)
    assert outcome.why.startswith(
        'refused: invalid group "payroll-alerts": invalid expression for rule "ErrorBudgetBurn": '
        'bad prometheus expr: "sum("'
    )


def test_an_active_alert_holds_the_change_that_would_end_it(world: World) -> None:
    firing = rules("shop", expr="vector(1)")
    provider = world.open(True)
    options = PlanOptions(owner=Owner("0123456789abcdef"))
    assert not [
        outcome
        for outcome in sync(plan(TARGET, [firing], provider.read(), options), provider)
        if isinstance(outcome, ChangeFailed)
    ]
    held = world.open(False).read()
    assert {alert.state for alert in held.active} == {"pending"}
    [postponed] = plan(TARGET, [], held).postponed
    assert postponed.id == firing.id
