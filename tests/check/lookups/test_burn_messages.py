"""The numbers in the messages about burn rates can be acted on as they stand."""

from decimal import Decimal

import pytest

from reliability.burnrate import can_fire
from tests.check.examples import laid_over
from tests.check.repository import checked

SLO = "# services/attendance/slo.yaml\nkind: SLO\nspec:\n  objectives:\n    - {}\n"


def problem(objective: str) -> tuple[str, str | None]:
    """What is said of an objective, beside that a target of 0 promises nothing."""
    found = checked(laid_over(SLO.format(objective)))
    [said] = [each.problem for each in found if each.rule != "openslo-value-implausible"]
    return said.message, said.help


def test_an_impossible_alert_is_said_as_on_the_architecture_page() -> None:
    assert problem("target: 0.90") == (
        "target 0.90 makes the fast burn alert need an error ratio of 1.44, "
        "and a ratio cannot exceed 1",
        "use a window set whose largest factor is under 10, or raise target above 0.9306",
    )


def test_a_percentage_is_answered_in_percent() -> None:
    message, help_text = problem("targetPercent: 92.5")
    assert message.startswith("targetPercent 92.5 makes the fast burn alert need")
    assert help_text == (
        "use a window set whose largest factor is under 13.33, or raise targetPercent above 93.06"
    )


@pytest.mark.parametrize("target", ["0", "0.5", "0.75", "0.9", "0.93"])
def test_the_factor_and_the_target_of_the_help_would_do(target: str) -> None:
    _, help_text = problem(f"target: {target}")
    words = (help_text or "").replace(",", "").split()
    factor, lowest = float(words[words.index("under") + 1]), Decimal(words[-1])
    assert can_fire(factor * 0.999, Decimal(target))
    assert can_fire(14.4, lowest + Decimal("0.0001"))


def test_an_unreachable_objective_says_how_long_its_budget_is() -> None:
    assert problem("target: 0.99999") == (
        "target 0.99999 leaves 25.9 s of error budget in 30 days, "
        "and the on-call engineer needs at least a minute to react",
        "lower target to 0.99997, or lengthen the SLO period",
    )
    assert problem("targetPercent: 99.999")[1] == (
        "lower targetPercent to 99.997, or lengthen the SLO period"
    )
