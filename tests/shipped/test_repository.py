"""The shipped services and policies: clean, complete, and true in what their comments say."""

import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from reliability.load.catalog import Catalog
from reliability.model.alert_policy import AlertPolicy
from reliability.model.history import HistorySources, SyntheticSource
from reliability.model.incidents import Incidents
from reliability.model.kinds import API_VERSION, KINDS
from reliability.model.openslo.slo import Slo
from reliability.model.ownership import Ownership
from reliability.model.slo_policy import BurnRateWindows
from reliability.onboarding.shipped import DAY
from reliability.pipeline import Repository, check, compile_catalog, load_repository
from reliability.resolve.objectives import objectives
from tests.project.repository import ROOT


@pytest.fixture(scope="module")
def repository() -> Repository:
    return load_repository(ROOT)


@pytest.fixture(scope="module")
def catalog(repository: Repository) -> Catalog:
    return repository.catalog


def test_it_is_clean_on_its_day_and_everything_compiles(repository: Repository) -> None:
    assert check(repository, DAY) == []
    resources, problems = compile_catalog(repository.catalog)
    assert problems == []
    assert {each.id.target for each in resources} == {
        "prometheus",
        "prometheus-operator",
        "alertmanager",
    }


def runbooks(catalog: Catalog) -> set[str]:
    named: set[str | None] = set()
    for policy in catalog.documents(AlertPolicy):
        named |= {entry.runbook for entry in policy.value.spec.objectives}
        named |= {signal.runbook for signal in policy.value.spec.signals}
    return {runbook for runbook in named if runbook}


def test_every_kind_that_is_asked_for_is_shown_once(catalog: Catalog) -> None:
    shown = {kind.__name__ for kind in catalog.located}
    ours = {kind.__name__ for (version, _), kind in KINDS.items() if version == API_VERSION}
    # The shipped repository has one environment, and belongs to no day that could be corrected.
    assert {"Slo", *ours} - {"Corrections", "Environments"} <= shown


def test_there_is_a_user_facing_a_provisional_a_quiet_and_a_batch_service(
    catalog: Catalog,
) -> None:
    slos = {slo.value.metadata.name: slo.value for slo in catalog.documents(Slo)}
    attendance = [slo for slo in slos.values() if slo.spec.service == "attendance"]
    assert len(attendance) == 2
    assert slos["payslips-view"].review.status == "provisional"
    floors = {
        o.slo_name: [alert.minimum_failures for alert in o.alerts] for o in objectives(catalog)
    }
    assert floors["exports-csv"] == [5]
    assert "payroll_items_total" in str(slos["payroll-batch-items"])


def test_a_provisional_promise_wakes_nobody(catalog: Catalog) -> None:
    provisional = [o for o in objectives(catalog) if o.slo.value.review.status == "provisional"]
    assert [[alert.tier for alert in o.alerts] for o in provisional] == [["ticket"]]


def test_every_tier_is_in_use_and_a_heartbeat_watches_the_monitoring(catalog: Catalog) -> None:
    signals = [
        each for policy in catalog.documents(AlertPolicy) for each in policy.value.spec.signals
    ]
    tiers = {signal.tier for signal in signals}
    assert tiers == {"alert", "ticket", "log"}
    assert [s.name for s in signals if s.tier == "alert"] == ["MonitoringHeartbeat"]


def test_every_service_says_who_answers(catalog: Catalog) -> None:
    owned = {each.value.service for each in catalog.documents(Ownership)}
    assert owned == set(catalog.services)


def test_every_objective_has_alerts_a_runbook_and_a_team(catalog: Catalog) -> None:
    bare = [o.identity for o in objectives(catalog) if not (o.alerts and o.runbook and o.team)]
    assert bare == []


def test_the_factors_in_the_comments_of_burn_rates_are_those_that_are_computed(
    catalog: Catalog,
) -> None:
    text = (ROOT / "policies" / "burn-rates.yaml").read_text(encoding="utf-8")
    written = [float(number) for number in re.findall(r"\}\s+# (?:factor )?([\d.]+)$", text, re.M)]
    computed = [
        round(window.pair.factor(each.value.spec.period), 2)
        for each in catalog.documents(BurnRateWindows)
        for window in (*each.value.spec.fast, *each.value.spec.slow)
    ]
    assert written == computed
    assert min(computed) >= 0.9


def test_every_runbook_exists_and_none_is_left_over(catalog: Catalog) -> None:
    folder = ROOT / "docs" / "runbooks"
    assert runbooks(catalog) == {f"docs/runbooks/{path.name}" for path in folder.iterdir()}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "docs" / "runbooks").iterdir()), ids=lambda path: path.stem
)
def test_a_runbook_says_what_to_look_at_what_to_do_and_who(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for part in ("**First look.**", "**First action.**", "**Who.**"):
        assert part in text
    assert len(text.splitlines()) < 40, "a woken person reads one screen"


def test_every_incident_lies_within_the_history_that_is_replayed(catalog: Catalog) -> None:
    end = datetime.combine(DAY, time(), UTC)
    span = next(catalog.documents(HistorySources)).value.spec.span
    assert span == timedelta(days=90)
    incidents = [each for of in catalog.documents(Incidents) for each in of.value.spec.incidents]
    assert len(incidents) >= 5
    outside = [i.name for i in incidents if not (end - span < i.start < i.end < end)]
    assert outside == []


def test_history_is_made_for_every_promise_and_for_nothing_else(catalog: Catalog) -> None:
    source = next(catalog.documents(HistorySources)).value.spec.source
    assert isinstance(source, SyntheticSource)
    assert set(source.traffic) == {slo.value.metadata.name for slo in catalog.documents(Slo)}
    hurt = {
        impact.slo
        for of in catalog.documents(Incidents)
        for incident in of.value.spec.incidents
        for impact in incident.slos
    }
    assert hurt <= set(source.traffic)
