"""All kinds of documents, by apiVersion and kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reliability.model.alert_policy import AlertPolicy
from reliability.model.baseline import Baseline
from reliability.model.corrections import Corrections
from reliability.model.error_budget import ErrorBudgetPolicy
from reliability.model.history import HistorySources
from reliability.model.incidents import Incidents
from reliability.model.kind import Model
from reliability.model.notification import NotificationPolicy
from reliability.model.openslo.alerting import (
    AlertCondition,
    AlertNotificationTarget,
    OpenSloAlertPolicy,
)
from reliability.model.openslo.service import DataSource, Service
from reliability.model.openslo.sli import Sli
from reliability.model.openslo.slo import Slo
from reliability.model.ownership import Ownership
from reliability.model.rule_policy import RulePolicy, Waivers
from reliability.model.slo_policy import BurnRateWindows, SloPolicy
from reliability.model.targets import SyncTargets
from reliability.model.team import Team

OPENSLO: Final = "openslo/v1"
OURS: Final = "reliability/v1"

KINDS: Final[Mapping[tuple[str, str], type[Model]]] = {
    (OPENSLO, "SLO"): Slo,
    (OPENSLO, "SLI"): Sli,
    (OPENSLO, "Service"): Service,
    (OPENSLO, "DataSource"): DataSource,
    (OPENSLO, "AlertPolicy"): OpenSloAlertPolicy,
    (OPENSLO, "AlertCondition"): AlertCondition,
    (OPENSLO, "AlertNotificationTarget"): AlertNotificationTarget,
    (OURS, "AlertPolicy"): AlertPolicy,
    (OURS, "Ownership"): Ownership,
    (OURS, "Incidents"): Incidents,
    (OURS, "Corrections"): Corrections,
    (OURS, "Team"): Team,
    (OURS, "NotificationPolicy"): NotificationPolicy,
    (OURS, "BurnRateWindows"): BurnRateWindows,
    (OURS, "SloPolicy"): SloPolicy,
    (OURS, "ErrorBudgetPolicy"): ErrorBudgetPolicy,
    (OURS, "RulePolicy"): RulePolicy,
    (OURS, "Waivers"): Waivers,
    (OURS, "Baseline"): Baseline,
    (OURS, "HistorySources"): HistorySources,
    (OURS, "SyncTargets"): SyncTargets,
}
