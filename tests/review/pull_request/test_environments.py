"""Reviews of changes whose effects differ between environments, in both languages."""

from pathlib import Path
from typing import Final, get_args

import pytest

from reliability.backtest.outcome import Backtest
from reliability.render.words import Language
from reliability.review.pull_request.measured import MeasuredChange
from reliability.review.pull_request.report import full_report
from reliability.review.pull_request.reviewed import Reviewed
from tests.cli.copied import edit
from tests.cli.environments.declared import ENVIRONMENTS, override_in_staging
from tests.golden import Golden
from tests.japanese import english_in
from tests.review.pull_request.scene import (
    LOOSER,
    POLICY,
    QUIETER,
    SLO,
    Edit,
    Scene,
    reviewed,
    scene,
    shown,
    without_details,
)

FOLDER: Final = Path(__file__).parent / "golden"
CASES: Final[dict[str, tuple[Edit, ...]]] = {
    "environments-differ": (
        (SLO, "target: 0.99\n", "target: 0.997\n"),
        (SLO, "target: 0.999 ", "target: 0.998 "),
    ),
    "environments-production-only": (
        (POLICY, "tiers: {fast: alert, slow: ticket}", "tiers: {fast: ticket, slow: log}"),
        LOOSER,
    ),
    "environments-staging-only": (
        (SLO, 'reliability/target.staging: "0.95"', 'reliability/target.staging: "0.9999"'),
        (POLICY, "{windows: 7d, tiers: {fast: ticket, slow: log}}", "{windows: 7d}"),
    ),
    "environments-alike": (QUIETER,),
}


@pytest.fixture
def of(tmp_path: Path) -> Scene:
    of = scene(tmp_path)
    of.write("policies/environments.yaml", ENVIRONMENTS)
    override_in_staging(of.root)
    return of


def review_of(of: Scene, *edits: Edit) -> Reviewed:
    base = of.commit()
    of.change(*edits)
    return reviewed(of.root, base)[0]


def results(found: Reviewed) -> dict[str, Backtest]:
    assert isinstance(found.measured, MeasuredChange)
    return {result.environment: result for result in found.measured.results}


@pytest.mark.parametrize("name", CASES)
def test_a_review_shows_each_environment(name: str, of: Scene, golden: Golden) -> None:
    found = review_of(of, *CASES[name])
    for language in get_args(Language):
        text = full_report(shown(found, language))
        golden.check(FOLDER / f"{name}.{language}.md", without_details(text))
        if language == "ja":
            assert english_in(text) - {"production", "staging"} == set()


def test_a_change_of_staging_says_so(of: Scene) -> None:
    found = review_of(of, *CASES["environments-staging-only"])
    assert found.environments == ("production", "staging")
    assert found.affected == ("staging",)
    heading, *_ = full_report(shown(found)).splitlines()
    assert heading.endswith(" · affects only `staging`")


def test_a_change_of_environments_is_measured_by_those_of_the_base(of: Scene) -> None:
    found = review_of(
        of,
        ("policies/environments.yaml", "{env: staging}", "{env: other}"),
        ("policies/environments.yaml", "name: staging\n", "name: other\n"),
        LOOSER,
    )
    assert set(results(found)) == {"production", "staging"}
    assert found.affects_only == ()


def test_a_change_that_declares_the_first_environments(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.write("policies/environments.yaml", ENVIRONMENTS)
    edit(of.root / SLO, *LOOSER[1:])
    of.commit()
    found, _ = reviewed(of.root, of.base)
    assert set(results(found)) == {""}
    assert (found.environments, found.affects_only) == ((), ())
