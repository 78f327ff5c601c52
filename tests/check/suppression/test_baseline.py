"""The baseline: what it excuses, that it only shrinks, and what it cannot hold."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reliability.check.rules import RULES
from reliability.check.suppression.baseline import (
    baseline_text,
    can_hold,
    entries,
    first_entries,
    kept,
)
from reliability.finding import Finding, fingerprints
from reliability.model.baseline import KnownFinding
from tests.check.examples import Files, laid_over, minimal_files
from tests.check.repository import checked, found, loaded
from tests.check.suppression.test_waivers import BOTH, POLICY, WAIVERS

BASELINE = "policies/baseline.yaml"
BY_ID = {rule.id: rule for rule in RULES}
FILES = laid_over(POLICY)
PATH = "services/attendance/alert-policy.yaml"


def known(findings: Iterable[Finding]) -> dict[str, str]:
    """The baseline that is written of these findings, as a file."""
    return {BASELINE: baseline_text(first_entries(list(findings), BY_ID, frozenset()))}


def test_what_is_in_the_baseline_is_excused_and_says_where() -> None:
    findings = checked(FILES | known(checked(FILES)))
    assert found(findings) == []
    assert [each.waiver for each in findings] == [
        "in the baseline (policies/baseline.yaml:9)",
        "in the baseline (policies/baseline.yaml:8)",
    ]


def test_a_finding_whose_lines_move_is_still_known() -> None:
    moved = {**FILES, PATH: "# one line more\n\n" + FILES[PATH]}
    assert found(checked(moved | known(checked(FILES)))) == []


def test_a_finding_whose_neighbours_change_is_still_known() -> None:
    """Items of lists are known by their names, so that one more above them moves nothing."""
    more = "  signals:\n    - {name: First, kind: cause, tier: log, expr: up == 0}\n"
    moved = {**FILES, PATH: FILES[PATH].replace("  signals:\n", more)}
    assert moved != FILES
    assert found(checked(moved | known(checked(FILES)))) == []


ONE = "kind: SLO\nmetadata: {name: one, annotations: {}}\n"
OTHER = "kind: SLO\nmetadata: {name: other, annotations: {}}\n"


def test_documents_of_one_file_may_change_places() -> None:
    slos = "# services/attendance/slo.yaml\n"
    there, back = (laid_over(f"{slos}{a}---\n{b}") for a, b in ((ONE, OTHER), (OTHER, ONE)))
    assert there != back
    findings = [checked(files) for files in (there, back)]
    prints = [{each.fingerprint for each in of} for of in findings]
    assert len(prints[0]) == len(findings[0]) > 3
    assert prints[0] == prints[1]


def test_what_is_new_is_found() -> None:
    baseline = known(checked(FILES)[:1])
    assert found(checked(FILES | baseline)) == BOTH[1:]


def test_an_entry_of_what_is_mended_is_stale() -> None:
    baseline = known(checked(FILES))
    mended = {**FILES, PATH: FILES[PATH].replace("by (team) (queue", "(queue")}
    [finding] = [each for each in checked(mended | baseline) if each.waiver is None]
    assert (finding.rule, finding.problem.at.span.line) == ("baseline-stale", 9)
    assert finding.problem.message == f"label-overwritten no longer finds this in {PATH}"


def test_shrinking_takes_out_what_is_mended_and_puts_nothing_in() -> None:
    baseline = known(checked(FILES)[:1])
    mended = {**FILES, PATH: FILES[PATH].replace("by (team) (queue", "(queue")} | baseline
    left = kept(checked(mended), loaded(mended)[0])
    assert left == []
    assert found(checked(mended | {BASELINE: baseline_text(left)})) == [BOTH[1]]


def test_an_entry_is_not_stale_while_its_file_cannot_be_read() -> None:
    baseline = known(checked(FILES))
    broken = {**FILES, PATH: FILES[PATH] + "more: [\n"}
    assert [rule for rule, _, _ in found(checked(broken | baseline))] == ["document-unreadable"]


def test_a_file_of_another_service_that_cannot_be_read_hides_nothing() -> None:
    baseline = known(checked(FILES))
    fixed = {**minimal_files(), **baseline, "services/monitoring/more.yaml": "a: [\n"}
    assert {rule for rule, _, _ in found(checked(fixed))} == {
        "baseline-stale",
        "document-unreadable",
    }
    hidden = {**minimal_files(), **baseline, "services/attendance/more.yaml": "a: [\n"}
    assert {rule for rule, _, _ in found(checked(hidden))} == {"document-unreadable"}


def test_an_entry_of_policies_is_not_stale_while_any_file_cannot_be_read() -> None:
    [entry, *_] = first_entries(checked(FILES), BY_ID, frozenset())
    of_policies = entry.model_copy(update={"path": "policies/slo.yaml"})
    files = minimal_files() | {BASELINE: baseline_text([of_policies])}
    [finding] = checked(files)
    assert finding.problem.message == "label-overwritten no longer finds this in policies/slo.yaml"
    broken = checked(files | {"services/monitoring/broken.yaml": "a: [\n"})
    assert [finding.rule for finding in broken] == ["document-unreadable"]


def test_nobody_is_excused_from_a_locked_rule() -> None:
    rules = "# policies/rules.yaml\nkind: RulePolicy\nspec:\n  rules:\n"
    files = laid_over(POLICY + rules + "    label-overwritten: {locked: true}\n")
    findings = checked(files | known(checked(FILES)))
    assert found(findings) == [
        ("baseline-stale", BASELINE, 8),
        ("baseline-stale", BASELINE, 9),
        *BOTH,
    ]
    assert findings[0].problem.message == (
        "label-overwritten is locked, so its findings cannot be in a baseline"
    )
    assert first_entries(checked(files), BY_ID, {"label-overwritten"}) == []


def test_a_waiver_goes_first_and_both_are_of_use() -> None:
    waivers = WAIVERS.format(rule="label-overwritten", service="attendance", object="")
    both = laid_over(POLICY + waivers) | known(checked(FILES))
    findings = checked(both)
    assert found(findings) == []
    assert all((each.waiver or "").startswith("until 2026-12-31") for each in findings)


@pytest.mark.parametrize(
    ("rule", "is_held"),
    [
        ("label-overwritten", True),
        ("document-yaml11", True),
        ("document-value", True),
        ("waiver-unused", False),
        ("baseline-stale", False),
        ("slo-review-overdue", False),
        ("slo-loosened", False),
        ("alert-flapping", False),
        ("metric-missing", False),
        ("no-such-rule", False),
    ],
)
def test_a_baseline_holds_what_stays_the_same_tomorrow(rule: str, is_held: bool) -> None:
    assert can_hold(BY_ID.get(rule)) is is_held


def test_what_a_waiver_excuses_is_not_written_into_a_baseline() -> None:
    waivers = WAIVERS.format(rule="label-overwritten", service="attendance", object="")
    assert first_entries(checked(laid_over(POLICY + waivers)), BY_ID, frozenset()) == []


def test_a_finding_in_a_file_whose_name_is_not_text_is_not_written_into_a_baseline() -> None:
    [finding, *_] = checked(FILES)
    at = replace(finding.problem.at, path=PurePosixPath("services/\udcff.yaml"))
    other = replace(finding, problem=replace(finding.problem, at=at))
    entries_of = first_entries([other, finding], BY_ID, frozenset())
    assert [entry.path for entry in entries_of] == [PATH]


def test_a_baseline_that_grew_is_an_error_on_each_new_entry() -> None:
    findings = checked(FILES)
    head, base = FILES | known(findings), FILES | known(findings[:1])
    assert found(checked(head, base=base)) == [("baseline-grown", BASELINE, 8)]
    assert found(checked(base, base=head)) == BOTH[1:]
    assert found(checked(head, base=head)) == []


def test_an_empty_baseline_stays_empty_and_a_first_one_needs_approval() -> None:
    head = FILES | known(checked(FILES))
    empty = FILES | {BASELINE: baseline_text([])}
    assert found(checked(head, base=empty)) == [
        ("baseline-grown", BASELINE, 8),
        ("baseline-grown", BASELINE, 9),
    ]
    assert found(checked(head, base=FILES)) == [("policy-changed", BASELINE, 8)]
    assert found(checked(head, base=FILES, approved=["@lead-workforce"])) == []


@pytest.mark.parametrize(
    "rule",
    [each for each in RULES if each.needs or each.by_date],
    ids=lambda rule: rule.id,
)
def test_no_entry_excuses_from_what_depends_on_the_day_or_on_a_change(rule: object) -> None:
    name = getattr(rule, "id", "")
    entry = KnownFinding(fingerprint="0" * 16, rule=name, path=PATH, message="so it was")
    [finding] = checked(laid_over("") | {BASELINE: baseline_text([entry])})
    assert finding.problem.message == f"findings of {name} cannot be added to a baseline"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
KNOWN = st.builds(
    KnownFinding,
    fingerprint=st.text("0123456789abcdef", min_size=16, max_size=16),
    rule=st.sampled_from(sorted(BY_ID)),
    path=TEXTS,
    location=TEXTS,
    message=TEXTS,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(KNOWN, max_size=5))
def test_what_is_written_is_read_again_whatever_is_in_it(findings: list[KnownFinding]) -> None:
    files: Files = {BASELINE: baseline_text(findings)}
    catalog, said = loaded(files)
    assert said == []
    read = [entry.known for entry in entries(catalog)]
    assert sorted(read, key=repr) == sorted(findings, key=repr)
    assert baseline_text(reversed(read)) == files[BASELINE]


def test_a_document_that_comes_before_another_in_its_file_makes_nothing_new() -> None:
    path = "services/attendance/slo.yaml"
    files = minimal_files()
    files[path] = files[path].replace("target: 0.999", "target: 0.99999")
    alone = fingerprints(checked(files))
    incidents = "apiVersion: reliability/v1\nkind: Incidents\nmetadata: {name: attendance}\n"
    files[path] = f"{incidents}spec: {{service: attendance, incidents: []}}\n---\n{files[path]}"
    assert len(alone) == 1
    assert fingerprints(checked(files)) == alone
