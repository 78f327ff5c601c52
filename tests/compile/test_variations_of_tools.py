"""Documents for Datadog, PagerDuty and environments with one value changed, as digests.

The last two digests of a line are those of the objects of Datadog and PagerDuty.

`pytest tests/compile/test_variations_of_tools.py --update-golden` rewrites the golden files. The
digests of a line are explained in `tests/check/varied.py`.
"""

from pathlib import Path
from typing import Any, Final

import pytest

from reliability.compile.compilers import compilers_of
from reliability.compile.datadog.compiler import DatadogCompiler
from reliability.compile.pagerduty.compiler import PagerDutyCompiler
from tests.check.varied import text_of, varied
from tests.compile.datadog_shop import BAD, HOURS, TARGETS, TEAM, TOTAL, datadog_slo, entry, ratio
from tests.compile.environments import environment, environments, server
from tests.compile.repositories import GOOGLE_30D, OWNERSHIP, Document, ours, policy, slo
from tests.compile.test_datadog import MAINTENANCE
from tests.compile.test_environments import WEEK
from tests.compile.test_pagerduty import target, team
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden" / "variations"
TOOLS: Final = (
    *compilers_of(tests=True, compatible=None),
    DatadogCompiler(),
    PagerDutyCompiler(),
)
PATH: Final = "services/shop/shop.yaml"
SLICES: Final[dict[str, Any]] = {
    "indicator": ratio(bad=BAD, total=TOTAL),
    "budgetingMethod": "Timeslices",
    "objectives": [{"target": 0.99, "timeSliceWindow": "5m", "timeSliceTarget": 0.95}],
}
OVERRIDDEN: Final = slo(annotations={"target.staging": "0.95", "period.staging": "7d"})
POLICY: Final = policy(
    {
        "slo": "shop-checkout",
        "runbook": "docs/runbooks/checkout.md",
        "environments": {
            "staging": {"windows": "7d", "tiers": {"fast": "ticket", "slow": "log"}},
        },
    },
    signals=(
        {
            "name": "QueueFull",
            "tier": "ticket",
            "kind": "cause",
            "expr": "max(queue_length) > 100",
            "for": "10m",
            "summary": "The queue is full",
            "environments": {"staging": {"tier": "log"}},
        },
    ),
)
PLACES: Final = environments(
    environment(
        "production",
        series="unlabeled",
        externalLabels={"region": "eu"},
        servers=[server("one", "prometheus")],
    ),
    environment(
        "staging",
        highestTier="ticket",
        approvals="none",
        servers=[server("staging-1", "prometheus-staging"), server("staging-2", "other")],
    ),
)
OWNER: Final = ours(
    "Ownership",
    "shop",
    team="sales",
    criticality="critical",
    environments={"production": None, "staging": {"notify": "sales"}},
)
CASES: Final[dict[str, tuple[Document, ...]]] = {
    "datadog": (GOOGLE_30D, HOURS, OWNERSHIP, TEAM, TARGETS, datadog_slo(), entry(), MAINTENANCE),
    "datadog-slices": (HOURS, OWNERSHIP, TEAM, TARGETS, datadog_slo(**SLICES), entry()),
    "pagerduty": (GOOGLE_30D, OWNERSHIP, team(), target(services="team"), slo(), policy()),
    "environments": (GOOGLE_30D, WEEK, OWNER, team(), OVERRIDDEN, POLICY, PLACES),
}


@pytest.mark.parametrize("name", CASES)
def test_one_other_value(golden: Golden, name: str) -> None:
    text = varied({PATH: text_of(CASES[name])}, PATH, TOOLS)
    # An unknown provider is answered with the names of all providers.
    lines = [line for line in text.splitlines(keepends=True) if ".provider: " not in line]
    golden.check(GOLDEN / f"{name}.txt", "".join(lines))
