"""The model of required checks does what GitHub documents, so that stories may rest on it."""

import pytest

from tests.forge.checks import CheckRun, Checks, Conclusion

REPO, COMMIT, NAME = "dev/shop", "a" * 40, "reliability/review"


def test_the_newest_status_of_a_context_counts() -> None:
    checks = Checks()
    assert checks.hindrances(REPO, COMMIT, [NAME]) == [
        f"{NAME}: expected, waiting for status to be reported"
    ]
    for state in ("pending", "failure", "success"):
        status = {"state": state, "context": NAME.upper(), "description": ""}
        assert checks.write(f"/repos/{REPO}", COMMIT, status).status == 201
    assert checks.hindrances(REPO, COMMIT, [NAME]) == []
    assert checks.hindrances(REPO, "b" * 40, [NAME]) != []


@pytest.mark.parametrize(
    ("conclusion", "passes"),
    [("success", True), ("skipped", True), ("neutral", True), ("failure", False)],
)
def test_what_a_check_may_conclude(conclusion: Conclusion, passes: bool) -> None:
    checks = Checks(runs=[CheckRun(COMMIT, "suite 1", "job", conclusion)])
    assert (checks.hindrances(REPO, COMMIT, ["job"]) == []) is passes


def test_a_green_suite_does_not_take_a_red_one_away() -> None:
    checks = Checks(
        runs=[
            CheckRun(COMMIT, "suite 1 (pull_request)", "review", "failure"),
            CheckRun(COMMIT, "suite 2 (pull_request_review)", "review", "success"),
        ]
    )
    assert checks.hindrances(REPO, COMMIT, ["review"]) == [
        "review: failure in suite 1 (pull_request)"
    ]


def test_of_a_check_and_a_status_with_one_name_both_are_required() -> None:
    checks = Checks(runs=[CheckRun(COMMIT, "suite 1", NAME, "failure")])
    checks.write(f"/repos/{REPO}", COMMIT, {"state": "success", "context": NAME})
    assert checks.hindrances(REPO, COMMIT, [NAME]) == [f"{NAME}: failure in suite 1"]


def test_github_refuses_what_is_too_long_or_unknown() -> None:
    checks = Checks()
    path = f"/repos/{REPO}"
    assert checks.write(path, COMMIT, {"state": "red"}).status == 422
    assert checks.write(path, COMMIT, {"state": "error", "description": "x" * 141}).status == 422
