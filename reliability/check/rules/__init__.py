"""RULES: every rule, the one list; each has a file of its own that is also its page."""

from __future__ import annotations

from typing import Final

from reliability.check.rule import Rule
from reliability.check.rules.absence_of_several import absence_of_several
from reliability.check.rules.absence_without_for import absence_without_for
from reliability.check.rules.alert_condition_inverted import alert_condition_inverted
from reliability.check.rules.alert_flapping import alert_flapping
from reliability.check.rules.alert_for_cause import alert_for_cause
from reliability.check.rules.alert_muted import alert_muted
from reliability.check.rules.alert_on_one_sample import alert_on_one_sample
from reliability.check.rules.alert_policy_silent import alert_policy_silent
from reliability.check.rules.alert_precision_low import alert_precision_low
from reliability.check.rules.alert_target_duplicate import alert_target_duplicate
from reliability.check.rules.alert_without_oncall import alert_without_oncall
from reliability.check.rules.alert_without_runbook import alert_without_runbook
from reliability.check.rules.alert_without_slo import alert_without_slo
from reliability.check.rules.baseline_grown import baseline_grown
from reliability.check.rules.baseline_stale import baseline_stale
from reliability.check.rules.burn_alert_impossible import burn_alert_impossible
from reliability.check.rules.burn_factor_low import burn_factor_low
from reliability.check.rules.burn_factor_mismatch import burn_factor_mismatch
from reliability.check.rules.burn_period_mismatch import burn_period_mismatch
from reliability.check.rules.calendar_window_runs_out import calendar_window_runs_out
from reliability.check.rules.codeowners_gap import codeowners_gap
from reliability.check.rules.codeowners_stale import codeowners_stale
from reliability.check.rules.composite_incomplete import composite_incomplete
from reliability.check.rules.correction_outdated import correction_outdated
from reliability.check.rules.correction_retroactive import correction_retroactive
from reliability.check.rules.custom_rule_invalid import custom_rule_invalid
from reliability.check.rules.custom_rule_unfinished import custom_rule_unfinished
from reliability.check.rules.document_key_duplicate import document_key_duplicate
from reliability.check.rules.document_key_missing import document_key_missing
from reliability.check.rules.document_key_unknown import document_key_unknown
from reliability.check.rules.document_unreadable import document_unreadable
from reliability.check.rules.document_value import document_value
from reliability.check.rules.document_yaml11 import document_yaml11
from reliability.check.rules.evidence_stale import evidence_stale
from reliability.check.rules.for_never_matures import for_never_matures
from reliability.check.rules.heartbeat_missing import heartbeat_missing
from reliability.check.rules.hierarchy_skipped import hierarchy_skipped
from reliability.check.rules.incident_missed import incident_missed
from reliability.check.rules.inhibition_silences_alert import inhibition_silences_alert
from reliability.check.rules.label_overwritten import label_overwritten
from reliability.check.rules.mention_outside_alert_tier import mention_outside_alert_tier
from reliability.check.rules.name_differs import name_differs
from reliability.check.rules.name_duplicate import name_duplicate
from reliability.check.rules.notification_not_compiled import notification_not_compiled
from reliability.check.rules.openslo_duration_loose import openslo_duration_loose
from reliability.check.rules.openslo_duration_zero import openslo_duration_zero
from reliability.check.rules.openslo_field_unused import openslo_field_unused
from reliability.check.rules.ownership_missing import ownership_missing
from reliability.check.rules.page_budget_exceeded import page_budget_exceeded
from reliability.check.rules.policy_loosened import policy_loosened
from reliability.check.rules.query_counter_as_gauge import query_counter_as_gauge
from reliability.check.rules.query_gauge_as_counter import query_gauge_as_counter
from reliability.check.rules.query_label_lost import query_label_lost
from reliability.check.rules.query_never_matches import query_never_matches
from reliability.check.rules.query_rate_of_sum import query_rate_of_sum
from reliability.check.rules.query_ratio_above_one import query_ratio_above_one
from reliability.check.rules.query_regexp_plain import query_regexp_plain
from reliability.check.rules.query_window_short import query_window_short
from reliability.check.rules.reference_missing import reference_missing
from reliability.check.rules.route_unreachable import route_unreachable
from reliability.check.rules.routing_refused import routing_refused
from reliability.check.rules.secret_plain import secret_plain
from reliability.check.rules.signal_always_fires import signal_always_fires
from reliability.check.rules.signal_deleted import signal_deleted
from reliability.check.rules.signal_duplicate import signal_duplicate
from reliability.check.rules.signal_label_unstable import signal_label_unstable
from reliability.check.rules.signal_never_fires import signal_never_fires
from reliability.check.rules.signal_query_invalid import signal_query_invalid
from reliability.check.rules.signal_sampled import signal_sampled
from reliability.check.rules.signal_tier_missing import signal_tier_missing
from reliability.check.rules.sli_good_not_in_total import sli_good_not_in_total
from reliability.check.rules.sli_group_lost import sli_group_lost
from reliability.check.rules.sli_le_literal import sli_le_literal
from reliability.check.rules.sli_query_invalid import sli_query_invalid
from reliability.check.rules.sli_source_missing import sli_source_missing
from reliability.check.rules.sli_window_fixed import sli_window_fixed
from reliability.check.rules.slice_longer_than_window import slice_longer_than_window
from reliability.check.rules.slice_too_short import slice_too_short
from reliability.check.rules.slo_agreement_missing import slo_agreement_missing
from reliability.check.rules.slo_deleted import slo_deleted
from reliability.check.rules.slo_journey_missing import slo_journey_missing
from reliability.check.rules.slo_labels_changed import slo_labels_changed
from reliability.check.rules.slo_loosened import slo_loosened
from reliability.check.rules.slo_low_traffic import slo_low_traffic
from reliability.check.rules.slo_not_compiled import slo_not_compiled
from reliability.check.rules.slo_objective_100 import slo_objective_100
from reliability.check.rules.slo_objective_unreachable import slo_objective_unreachable
from reliability.check.rules.slo_outside_policy import slo_outside_policy
from reliability.check.rules.slo_percent_as_ratio import slo_percent_as_ratio
from reliability.check.rules.slo_provisional_too_long import slo_provisional_too_long
from reliability.check.rules.slo_renamed import slo_renamed
from reliability.check.rules.slo_review_overdue import slo_review_overdue
from reliability.check.rules.slo_review_too_rare import slo_review_too_rare
from reliability.check.rules.slo_target_zero import slo_target_zero
from reliability.check.rules.slo_window_in_minutes import slo_window_in_minutes
from reliability.check.rules.slo_without_objective import slo_without_objective
from reliability.check.rules.slo_zero_traffic import slo_zero_traffic
from reliability.check.rules.team_channel_missing import team_channel_missing
from reliability.check.rules.team_unknown import team_unknown
from reliability.check.rules.template_label_lost import template_label_lost
from reliability.check.rules.threshold_with_several import threshold_with_several
from reliability.check.rules.tier_changed import tier_changed
from reliability.check.rules.tier_receiver_mismatch import tier_receiver_mismatch
from reliability.check.rules.waiver_expired import waiver_expired
from reliability.check.rules.waiver_unused import waiver_unused
from reliability.check.rules.window_beyond_retention import window_beyond_retention

RULES: Final[tuple[Rule, ...]] = (
    document_key_duplicate,
    document_key_missing,
    document_key_unknown,
    document_unreadable,
    document_value,
    document_yaml11,
    reference_missing,
    name_differs,
    name_duplicate,
    signal_query_invalid,
    signal_tier_missing,
    alert_condition_inverted,
    alert_for_cause,
    alert_without_oncall,
    alert_without_runbook,
    alert_without_slo,
    heartbeat_missing,
    mention_outside_alert_tier,
    tier_receiver_mismatch,
    alert_muted,
    inhibition_silences_alert,
    notification_not_compiled,
    routing_refused,
    route_unreachable,
    secret_plain,
    slo_agreement_missing,
    slo_journey_missing,
    slo_not_compiled,
    slo_without_objective,
    slo_target_zero,
    slo_percent_as_ratio,
    slo_window_in_minutes,
    openslo_duration_zero,
    openslo_duration_loose,
    openslo_field_unused,
    slice_longer_than_window,
    slice_too_short,
    alert_policy_silent,
    alert_target_duplicate,
    sli_source_missing,
    composite_incomplete,
    threshold_with_several,
    slo_objective_100,
    slo_objective_unreachable,
    slo_outside_policy,
    slo_provisional_too_long,
    slo_review_overdue,
    burn_alert_impossible,
    burn_factor_low,
    burn_factor_mismatch,
    burn_period_mismatch,
    calendar_window_runs_out,
    correction_outdated,
    correction_retroactive,
    sli_le_literal,
    sli_query_invalid,
    sli_window_fixed,
    label_overwritten,
    ownership_missing,
    team_channel_missing,
    team_unknown,
    tier_changed,
    slo_loosened,
    slo_labels_changed,
    slo_renamed,
    slo_deleted,
    signal_deleted,
    policy_loosened,
    slo_low_traffic,
    alert_precision_low,
    alert_flapping,
    page_budget_exceeded,
    incident_missed,
    evidence_stale,
    query_rate_of_sum,
    query_gauge_as_counter,
    query_counter_as_gauge,
    query_regexp_plain,
    query_never_matches,
    query_label_lost,
    query_window_short,
    query_ratio_above_one,
    sli_good_not_in_total,
    slo_zero_traffic,
    sli_group_lost,
    signal_always_fires,
    signal_never_fires,
    alert_on_one_sample,
    absence_without_for,
    absence_of_several,
    for_never_matures,
    signal_label_unstable,
    template_label_lost,
    signal_duplicate,
    signal_sampled,
    window_beyond_retention,
    hierarchy_skipped,
    codeowners_gap,
    codeowners_stale,
    slo_review_too_rare,
    waiver_expired,
    waiver_unused,
    baseline_stale,
    baseline_grown,
    custom_rule_invalid,
    custom_rule_unfinished,
)
