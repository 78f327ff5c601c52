"""All kinds of documents, by apiVersion and kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reliability.model.alert_policy import AlertPolicy
from reliability.model.baseline import Baseline
from reliability.model.corrections import Corrections
from reliability.model.environments import Environments
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
API_VERSION: Final = "reliability/v1"

KINDS: Final[Mapping[tuple[str, str], type[Model]]] = {
    (OPENSLO, "SLO"): Slo,
    (OPENSLO, "SLI"): Sli,
    (OPENSLO, "Service"): Service,
    (OPENSLO, "DataSource"): DataSource,
    (OPENSLO, "AlertPolicy"): OpenSloAlertPolicy,
    (OPENSLO, "AlertCondition"): AlertCondition,
    (OPENSLO, "AlertNotificationTarget"): AlertNotificationTarget,
    (API_VERSION, "AlertPolicy"): AlertPolicy,
    (API_VERSION, "Ownership"): Ownership,
    (API_VERSION, "Incidents"): Incidents,
    (API_VERSION, "Corrections"): Corrections,
    (API_VERSION, "Team"): Team,
    (API_VERSION, "NotificationPolicy"): NotificationPolicy,
    (API_VERSION, "BurnRateWindows"): BurnRateWindows,
    (API_VERSION, "SloPolicy"): SloPolicy,
    (API_VERSION, "ErrorBudgetPolicy"): ErrorBudgetPolicy,
    (API_VERSION, "RulePolicy"): RulePolicy,
    (API_VERSION, "Waivers"): Waivers,
    (API_VERSION, "Baseline"): Baseline,
    (API_VERSION, "HistorySources"): HistorySources,
    (API_VERSION, "SyncTargets"): SyncTargets,
    (API_VERSION, "Environments"): Environments,
}
