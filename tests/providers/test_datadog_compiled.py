"""What is compiled for Datadog is accepted by the site, and is found again as it was written."""

from contextlib import ExitStack
from dataclasses import replace

import pytest

from reliability.compile.datadog.compiler import DatadogCompiler
from reliability.plan.held import Owner
from reliability.plan.options import PlanOptions
from reliability.plan.plan import plan
from reliability.plan.sync import ChangeApplied, sync
from reliability.resource import Resource
from tests.check.test_target_gaps import CASES
from tests.compile.datadog_shop import BAD, TOTAL, datadog_shop, datadog_slo, entry, ratio
from tests.compile.repositories import Document
from tests.compile.test_datadog import MAINTENANCE
from tests.compile.test_recurring_corrections import WEEKDAYS, nights
from tests.providers.datadog_world import datadog_provider
from tests.providers.fake_datadog import FakeDatadog
from tests.providers.faulty_server import run_fake
from tests.providers.worlds import TARGET

OWNER = Owner("0123456789abcdef", "git.example.com/acme/slos")
LONG = {"displayName": "x" * 300, "target": 0.99}
FORMS: dict[str, list[Document]] = {
    "counted": [datadog_slo(), entry(), MAINTENANCE],
    "recurring": [datadog_slo(), entry(), nights(WEEKDAYS)],
    "occurrences": [datadog_slo(), entry(), nights("FREQ=MONTHLY;BYMONTHDAY=30;COUNT=4")],
    "failures": [datadog_slo(indicator=ratio(bad=BAD, total=TOTAL)), entry(windows="google-30d")],
    "long names": [datadog_slo(objectives=[LONG, {**LONG, "displayName": "x" * 301}]), entry()],
    **{
        feature: documents
        for feature, (documents, _) in CASES.items()
        if feature not in ("target-100", "composite", "other-queries", "escalation-policy")
    },
}


@pytest.mark.parametrize("form", FORMS)
def test_what_is_compiled_is_accepted_and_settled(form: str) -> None:
    compiled = tuple(
        replace(made, id=replace(made.id, target=TARGET))
        for made in DatadogCompiler().compile(datadog_shop(*FORMS[form]))
        if isinstance(made, Resource)
    )
    with run_fake(FakeDatadog()) as site, ExitStack() as closing:
        provider = datadog_provider(site, closing, owner=OWNER)
        made = provider.validated(plan(TARGET, compiled, provider.read(), PlanOptions(owner=OWNER)))
        assert made.blocked == ()
        outcomes = list(sync(made, provider))
        assert [outcome for outcome in outcomes if not isinstance(outcome, ChangeApplied)] == []
        assert site.found == []

        after = plan(TARGET, compiled, provider.read(), PlanOptions(owner=OWNER))
        assert (after.is_settled, after.owned) == (True, len(compiled))
