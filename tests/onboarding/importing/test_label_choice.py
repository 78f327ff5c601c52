"""Which label names a repository has settled on, and the edit that chooses the other ones."""

from pathlib import PurePosixPath

import pytest

from reliability.alert_labels import PLAIN, PREFIXED, AlertLabelNames
from reliability.errors import ReliabilityError
from reliability.onboarding.importing.label_choice import prefixing, settled_label_names
from reliability.onboarding.shipped import shipped_repository
from tests.check.examples import Files, minimal_files
from tests.check.repository import loaded

POLICY = "policies/notification.yaml"
ATTENDANCE = "services/attendance/alert-policy.yaml"
SIGNALS = "signals:\n    - {name: A, kind: cause, tier: log, expr: up}"


def without(*paths: str, **replaced: str) -> Files:
    files = {path: text for path, text in minimal_files().items() if path not in paths}
    for old, new in replaced.items():
        files[ATTENDANCE] = files[ATTENDANCE].replace(old, new)
    return files


def prefixed(files: Files) -> Files:
    return {**files, POLICY: files[POLICY].replace("spec:", "spec:\n  alertLabels: prefixed", 1)}


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (minimal_files(), PLAIN),
        (prefixed(minimal_files()), PREFIXED),
        # Heartbeats alone settle nothing.
        (without(ATTENDANCE), None),
        (prefixed(without(ATTENDANCE)), PREFIXED),
        (
            {**without(), ATTENDANCE: minimal_files()[ATTENDANCE].replace("signals: []", SIGNALS)},
            PLAIN,
        ),
        ({}, None),
    ],
)
def test_names_are_settled_by_the_first_alert(files: Files, names: AlertLabelNames | None) -> None:
    assert settled_label_names(loaded(files)[0]) == names


def edited(policy: str) -> str:
    new, edits = prefixing(loaded({POLICY: policy})[0], shipped_repository())
    assert new == {}
    [(path, (before, after))] = edits.items()
    assert (path, before) == (PurePosixPath(POLICY), policy)
    return after


TIERS = "{alert: {}, ticket: {}, log: {}}"
HEAD = "apiVersion: reliability/v1\nkind: NotificationPolicy\nmetadata: {name: notification}\n"


@pytest.mark.parametrize(
    ("spec", "after"),
    [
        (
            "spec:\n  tiers: TIERS\n",
            "spec:\n  alertLabels: prefixed\n  tiers: TIERS\n",
        ),
        (
            "spec: {tiers: TIERS}\n",
            "spec: {alertLabels: prefixed, tiers: TIERS}\n",
        ),
        (
            "spec:\n    tiers:\n        TIERS  # nobody\n",
            "spec:\n    alertLabels: prefixed\n    tiers:\n        TIERS  # nobody\n",
        ),
        (
            "spec:\n  tiers: TIERS\n  alertLabels: plain  # as ever\n",
            "spec:\n  tiers: TIERS\n  alertLabels: prefixed  # as ever\n",
        ),
    ],
)
def test_the_policy_is_edited_in_one_place(spec: str, after: str) -> None:
    assert edited(HEAD + spec.replace("TIERS", TIERS)) == HEAD + after.replace("TIERS", TIERS)


def test_a_policy_that_cannot_be_edited_says_what_to_write() -> None:
    with pytest.raises(ReliabilityError) as refused:
        edited(f"{HEAD}spec:\n  ? tiers\n  : {TIERS}\n")
    assert str(refused.value) == (
        "policies/notification.yaml cannot be edited; "
        "write `alertLabels: prefixed` below `spec:` in policies/notification.yaml"
    )


def test_without_a_policy_the_shipped_one_is_taken() -> None:
    new, edits = prefixing(loaded({})[0], shipped_repository())
    assert edits == {}
    [(path, text)] = new.items()
    assert path == PurePosixPath(POLICY)
    assert "alertLabels: prefixed" in text
