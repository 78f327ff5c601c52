"""Everything that is resolved of an objective, a signal and an alert, in each environment.

`pytest tests/resolve/test_resolved.py --update-golden` rewrites the golden file.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from reliability.load.catalog import Catalog
from reliability.model.alert_policy import AlertPolicy
from reliability.resolve.alerts import DeclaredAlert, alerts, policy_alerts
from reliability.resolve.environments.derived import catalogs_in
from reliability.resolve.environments.measured import measured_catalogs
from reliability.resolve.objectives import Objective, objectives
from reliability.resolve.signals import signals
from reliability.scalars import duration_text
from tests.compile.alertmanager_cases import Files, catalog_at, ownership, signal, team
from tests.compile.environments import environment, environments, server
from tests.compile.repositories import policy, slo, windows
from tests.golden import Golden
from tests.resolve.test_alerts import ALL_FORMS, openslo

GOLDEN: Final = Path(__file__).parent / "golden" / "resolved.txt"
OVERRIDES: Final[dict[str, Any]] = {
    "staging": {"windows": "short", "tiers": {"fast": "log"}, "noData": {"tier": "ticket"}},
    "production": {"tiers": {"slow": "alert"}},
}
PLACES: Final[Files] = {
    **ALL_FORMS,
    "policies/short.yaml": windows("short", "30d", [("1h", "5m", "1%")], []),
    "policies/teams/night.yaml": team("night"),
    "policies/environments.yaml": environments(
        environment("staging", highestTier="ticket", series="unlabeled", selectorLabels={"a": "s"}),
        environment(
            "production",
            selectorLabels={"env": "prod"},
            externalLabels={"cluster": "p"},
            servers=[server("eu", "one", externalLabels={"area": "eu"}), server("us", "two")],
            ruler={"target": "mimir"},
        ),
        environment("quiet", highestTier="log"),
    ),
    "services/shop/ownership.yaml": {
        **ownership("shop", "web"),
        "spec": {
            "team": "web",
            "criticality": "critical",
            "environments": {
                "staging": {"notify": "night"},
                "production": {"servers": ["eu"]},
                "quiet": None,
            },
        },
    },
    "services/shop/slo.yaml": slo(
        alertPolicies=[openslo("burns", tier="alert")],
        objectives=[{"targetPercent": 99}, {"displayName": "nearly all", "target": 0.999}],
        annotations={
            "target.staging.nearly-all": "0.95",
            "target.quiet": "0.5",
            "period.staging": "7d",
            "period.nowhere": "1d",
            "group-by": "region",
        },
    ),
    "services/shop/alert-policy.yaml": policy(
        {"slo": "shop-checkout", "environments": OVERRIDES, "runbook": "docs/a.md"},
        {"slo": "shop-checkout", "objective": "nearly-all", "minimumFailures": 5},
        {"slo": "shop-checkout", "objective": "nothing", "windows": "none"},
        {"slo": "search", "windows": "none"},
        signals=(
            signal("Beat", "alert", "heartbeat"),
            {
                **signal("Full", "ticket", "saturation"),
                "expr": 'queue{job="a"} > sum(limit)',
                "environments": {"production": {"tier": "alert"}, "staging": {"tier": "log"}},
                "slo": "search",
                "labels": {"service": "other", "region": "eu"},
                "alertName": "QueueFull",
            },
        ),
    ),
}


def shown(objective: Objective) -> Iterator[str]:
    """Yield what is resolved of an objective."""
    calendar, source = objective.calendar, objective.source
    yield (
        f"objective {objective.service}/{objective.identity} of {objective.team or '-'}: "
        f"{objective.target} over {duration_text(objective.period)}, "
        f"calendar {calendar.unit if calendar else '-'}, runbook {objective.runbook}, "
        f"groups {objective.group_by}, no data {objective.no_data.tier} "
        f"{objective.alerts_on_no_data}, entry {source.index if source else '-'}"
    )
    yield f"  {objective.sli}"
    yield from (f"  {alert}" for alert in objective.alerts)


def shown_alert(alert: DeclaredAlert) -> str:
    declared = alert.declared
    return (
        f"{alert.name} of {alert.service}, {alert.team or '-'}: {alert.what}, tier {alert.tier} at "
        f"{declared.tier_at.path}:{declared.tier_at.span.line} {declared.tier_pointer}, route "
        f"{tuple(alert.route)}, every {alert.every}, runbook {declared.runbook}, {alert.labels}"
    )


def resolved(catalog: Catalog) -> Iterator[str]:
    for derived in catalogs_in(catalog):
        yield f"== {derived.placement}"
        of_objectives, of_signals = [*objectives(derived)], [*signals(derived)]
        for objective in of_objectives:
            yield from shown(objective)
        for each in of_signals:
            written = each.signal
            yield f"signal {written.name} of {each.team or '-'}: {written.tier}, {written.expr}"
        yield from map(shown_alert, alerts(of_objectives, of_signals))
        for located in derived.documents(AlertPolicy):
            yield f"policy {located.value.spec.service}"
            for alert in policy_alerts(located):
                yield f"  {alert.what}: {alert.tier} {alert.tier_pointer}"


def test_what_is_resolved(golden: Golden) -> None:
    lines = [*resolved(catalog_at(ALL_FORMS)), *resolved(catalog_at(PLACES))]
    golden.check(GOLDEN, "".join(f"{line}\n" for line in lines))


def test_names_of_a_derived_catalog_are_those_of_its_documents() -> None:
    for derived in catalogs_in(catalog_at(PLACES)):
        names = {
            (type(located.value), located.value.metadata.name): located
            for located in reversed([*derived.everything()])
        }
        assert {key: derived.names[key].value for key in derived.names} == {
            key: located.value for key, located in names.items()
        }
        assert len(derived.names) == len(names)
        assert len(derived.located) == len({kind for kind, _ in derived.names} | {*derived.located})


def test_queries_of_a_global_store_select_external_labels() -> None:
    history = {"source": {"type": "store"}, "externalLabels": True}
    files = {
        **PLACES,
        "policies/environments.yaml": environments(
            environment("staging", externalLabels={"cluster": "s"}, history=history),
            environment("production", externalLabels={"cluster": "p"}),
        ),
    }
    staging, production = measured_catalogs(catalog_at(files))
    first = [next(iter(objectives(derived))) for derived in (staging, production)]
    assert ['cluster="s"' in str(first[0].sli), "cluster=" in str(first[1].sli)] == [True, False]
    assert staging.placement.series[-1] == ("cluster", "s")
    assert ("cluster", "p") not in production.placement.series
