"""RULES, the list of all rules. Each rule is one file, whose docstring is its page."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from functools import cached_property
from importlib import import_module
from typing import Final, overload

from reliability.check.rule import Rule


class Listing(Sequence[Rule]):
    """The rules of a package in the order of their names; using one imports all of them."""

    def __init__(self, package: str, names: Sequence[str]) -> None:
        """Take the names of modules, each of which defines the rule of the same name."""
        self.package = package
        self.names = names

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """All rules."""
        return tuple(self.among(self.names))

    def among(self, names: Container[str]) -> Iterator[Rule]:
        """Yield the rules with these names in the order of the list, without importing others."""
        for name in self.names:
            if name in names:
                rule: Rule = getattr(import_module(f"{self.package}.{name}"), name)
                yield rule

    @overload
    def __getitem__(self, index: int) -> Rule: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Rule, ...]: ...

    def __getitem__(self, index: int | slice) -> Rule | tuple[Rule, ...]:
        return self.rules[index]

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.names)


ALONE: Final = (
    "openslo_alert_ineffective",
    "openslo_part_missing",
    "openslo_value_implausible",
    "openslo_not_portable",
    "openslo_field_unused",
)
"""The rules that are `alone`; with --documents-only, no other rule is imported."""

RULES: Final = Listing(
    __name__,
    (
        "document_key_deprecated",
        "document_key_duplicate",
        "document_key_missing",
        "document_key_unknown",
        "document_unreadable",
        "document_value",
        "document_yaml11",
        "reference_missing",
        "record_slo_missing",
        "name_differs",
        "name_duplicate",
        "signal_query_invalid",
        "signal_tier_missing",
        "openslo_alert_ineffective",
        "alert_for_cause",
        "alert_without_oncall",
        "alert_without_runbook",
        "runbook_without_address",
        "alert_without_slo",
        "heartbeat_missing",
        "mention_outside_alert_tier",
        "tier_receiver_mismatch",
        "alert_muted",
        "inhibition_silences_alert",
        "sloth_label_missing",
        "notification_not_compiled",
        "routing_refused",
        "routing_newer",
        "route_unreachable",
        "receiver_end_of_life",
        "secret_plain",
        "slo_agreement_missing",
        "slo_journey_missing",
        "slo_not_compiled",
        "signal_not_compiled",
        "sync_target_inexact",
        "openslo_part_missing",
        "openslo_value_implausible",
        "openslo_not_portable",
        "openslo_field_unused",
        "slice_too_short",
        "slo_shares_sli",
        "slo_objective_100",
        "slo_objective_unreachable",
        "slo_outside_policy",
        "slo_provisional_too_long",
        "slo_review_overdue",
        "burn_alert_impossible",
        "burn_factor_low",
        "burn_factor_mismatch",
        "burn_period_mismatch",
        "calendar_window_runs_out",
        "correction_outdated",
        "correction_retroactive",
        "sli_le_literal",
        "sli_query_invalid",
        "sli_window_fixed",
        "label_overwritten",
        "ownership_missing",
        "team_channel_missing",
        "team_unknown",
        "escalation_unknown",
        "person_undecided",
        "tier_changed",
        "slo_loosened",
        "slo_labels_changed",
        "slo_renamed",
        "slo_deleted",
        "signal_deleted",
        "policy_changed",
        "approvers_changed",
        "incident_changed",
        "signal_loosened",
        "policy_misplaced",
        "slo_spans_servers",
        "environment_selector_conflict",
        "environment_tier_exceeded",
        "environment_override_unused",
        "environment_without_targets",
        "target_without_environment",
        "server_target_duplicate",
        "environments_not_separated",
        "environment_unlabeled_twice",
        "environment_order_cycle",
        "environment_order_not_verified",
        "replica_label_kept",
        "slo_low_traffic",
        "alert_precision_low",
        "alert_flapping",
        "page_budget_exceeded",
        "incident_missed",
        "evidence_stale",
        "query_rate_of_sum",
        "query_gauge_as_counter",
        "query_counter_as_gauge",
        "query_regexp_plain",
        "query_never_matches",
        "query_label_lost",
        "query_window_short",
        "query_ratio_above_one",
        "query_quantile_without_le",
        "selector_excludes_all",
        "sli_good_not_in_total",
        "slo_zero_traffic",
        "sli_group_lost",
        "signal_always_fires",
        "signal_never_fires",
        "alert_on_one_sample",
        "absence_without_for",
        "absence_of_several",
        "for_never_matures",
        "signal_label_unstable",
        "template_label_lost",
        "external_label_queried",
        "signal_duplicate",
        "signal_sampled",
        "window_beyond_retention",
        "metric_missing",
        "selector_empty",
        "retention_short",
        "cardinality_high",
        "scrape_interval_long",
        "scrape_interval_differs",
        "hierarchy_skipped",
        "codeowners_gap",
        "codeowners_stale",
        "slo_review_too_rare",
        "waiver_expired",
        "waiver_unused",
        "baseline_stale",
        "baseline_grown",
        "custom_rule_invalid",
        "custom_rule_unfinished",
    ),
)
