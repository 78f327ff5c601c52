"""Every notification of the scenarios that were played to real Alertmanagers, as digests.

`test_against_alertmanager.py` compares them with servers, minutes long; here nothing is started.
`pytest tests/alertmanager/simulate/test_answers.py --update-golden` rewrites the golden files.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from reliability.alertmanager.simulate.server import Version
from tests.alertmanager.simulate.generated import generated
from tests.alertmanager.simulate.played import simulated
from tests.alertmanager.simulate.scenarios import SCENARIOS
from tests.alertmanager.simulate.test_against_alertmanager import SEED
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
BEGAN: Final = datetime(2026, 11, 26, 9, 0, 40, tzinfo=UTC)
STARTED: Final = BEGAN - timedelta(seconds=8.5)
TREES: Final = 60


@pytest.mark.parametrize("version", Version)
def test_what_is_sent_in_each_scenario(golden: Golden, version: Version) -> None:
    lines = []
    for scenario in (*SCENARIOS, *generated(SEED, TREES)):
        sent = simulated(BEGAN, STARTED, version, [scenario])
        text = "\n".join(
            f"{each.at:.6f} {each.receiver} {each.group} {each.firing} {each.over}" for each in sent
        )
        digest = hashlib.sha256(text.encode()).hexdigest()[:10]
        lines.append(f"{scenario.name}: {len(sent)} notifications, {digest}\n")
    golden.check(GOLDEN / f"{version.name.lower()}.txt", "".join(lines))
