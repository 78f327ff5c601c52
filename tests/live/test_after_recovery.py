"""Once an outage is over nobody is called again: one alert for all window pairs, not one for each.

The other shape, one alert a pair and the slower silenced by the faster, is run too, so that the
check is known to find it: when the faster one ends, Alertmanager sends the slower one.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reliability.burnrate import BurnRateAlert
from reliability.expression import AnyOf
from reliability.render.yaml_text import yaml_text
from reliability.resolve.objectives import objectives
from tests.live.outage import OUTAGE, Firing, firing, hurried, live_through
from tests.live.recorder import Recorder, Said, run_recorder
from tests.live.shop import PROMISE, alertmanager_config, catalog
from tests.servers.alertmanager import run_alertmanager
from tests.servers.generation import Generation
from tests.servers.process import wait_for

LOUD = {"alert": {"mention": True, "page": True}}


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with run_recorder() as running:
        yield running


@pytest.fixture
def alert(recorder: Recorder, tmp_path: Path) -> BurnRateAlert:
    """The alert of the shop's one objective, 99.9 % over 30 days."""
    [objective] = objectives(catalog(recorder, tmp_path, LOUD))
    [alert] = [each for each in objective.alerts if each.tier == "alert"]
    assert alert.target == Decimal("0.999")
    return alert


def one_for_all_pairs(alert: BurnRateAlert) -> list[Firing]:
    return [firing(PROMISE | {"tier": "alert"}, alert.condition)]


def one_a_pair(alert: BurnRateAlert) -> list[Firing]:
    assert isinstance(alert.condition, AnyOf)
    return [
        firing(PROMISE | {"tier": "alert", "window": window}, pair)
        for window, pair in zip(("1h", "6h"), alert.condition.conditions, strict=True)
    ]


SLOWER_SILENCED = {
    "source_matchers": ['tier="alert"', 'window="1h"'],
    "target_matchers": ['tier="alert"', 'window="6h"'],
    "equal": ["service", "slo"],
}


def calls(
    generation: Generation,
    folder: Path,
    recorder: Recorder,
    config: dict[str, Any],
    alerts: Sequence[Firing],
) -> tuple[list[Said], float]:
    """Every call of a human over the outage, and when the outage ended."""
    text = yaml_text(hurried(config))
    with run_alertmanager(generation, folder / "alertmanager", text) as alertmanager:
        recovered = live_through(alertmanager, alerts)
        wait_for(
            lambda: [e for e in recorder.said("/pager") if e.body["event_action"] == "resolve"],
            within=10,
            what="the end of the incident",
        )
    return [each for each in recorder.said() if each.is_call], recovered


def check_nobody_is_called_after(called: Sequence[Said], recovered: float) -> None:
    during = [each.path for each in called if each.at <= recovered]
    after = [each.path for each in called if each.at > recovered]
    assert sorted(during) == ["/pager", "/slack"], "an outage calls once"
    assert after == [], "a call after the recovery"


def test_the_pairs_end_at_different_times(alert: BurnRateAlert) -> None:
    fast, slow = one_a_pair(alert)
    assert (fast.minutes.stop - OUTAGE.start, slow.minutes.stop - OUTAGE.start) == (14, 39)
    [whole] = one_for_all_pairs(alert)
    assert whole.minutes == range(fast.minutes.start, slow.minutes.stop)


@pytest.mark.servers
def test_nobody_is_called_after_the_recovery(
    generation: Generation, tmp_path: Path, recorder: Recorder, alert: BurnRateAlert
) -> None:
    config = alertmanager_config(recorder, tmp_path, tiers=LOUD)
    called, recovered = calls(generation, tmp_path, recorder, config, one_for_all_pairs(alert))
    check_nobody_is_called_after(called, recovered)


@pytest.mark.servers
def test_one_alert_a_pair_would_call_again_and_is_caught(
    generation: Generation, tmp_path: Path, recorder: Recorder, alert: BurnRateAlert
) -> None:
    config = alertmanager_config(recorder, tmp_path, tiers=LOUD)
    config["inhibit_rules"] = [*config["inhibit_rules"], SLOWER_SILENCED]
    called, recovered = calls(generation, tmp_path, recorder, config, one_a_pair(alert))
    with pytest.raises(AssertionError, match="a call after the recovery"):
        check_nobody_is_called_after(called, recovered)
