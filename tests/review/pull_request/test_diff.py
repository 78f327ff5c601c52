"""What a change touches, and what becomes of promises."""

from pathlib import Path

from reliability.review.pull_request.measured import NotMeasured
from tests.review.pull_request.scene import LOOSER, SLO, reviewed, scene

OWNERS = ".github/CODEOWNERS"


def test_code_owners_that_nobody_changes_are_no_part_of_the_change(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.write(OWNERS, "/services/exports/ @example-hr/platform\n")
    base = of.commit()
    of.change(LOOSER)
    found, _ = reviewed(of.root, base)
    assert (found.touched.services, found.touched.policies) == (("attendance",), ())
    assert "codeowners-gap" not in {finding.rule for _, finding in found.finding_changes.counted}


def test_code_owners_that_change_are_shown(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.write(OWNERS, "* @example-hr/platform\n")
    base = of.commit()
    of.write(OWNERS, "* @me\n")
    of.commit()
    found, _ = reviewed(of.root, base)
    assert found.touched.policies == (OWNERS,)


def test_a_promise_that_is_gone_needs_approval(tmp_path: Path) -> None:
    of = scene(tmp_path)
    path = of.root / SLO
    first, _, rest = path.read_text().partition("---\n")
    assert rest
    path.write_text(first)
    of.commit()
    found, _ = reviewed(of.root, of.base)
    gone = [each for each in found.slo_changes if each.what == "gone"]
    assert [each.name for each in gone] == ["attendance-clock-in-latency-within-500ms"]
    assert found.verdict.missing


def test_a_renamed_promise_is_one_promise(tmp_path: Path) -> None:
    of = scene(tmp_path)
    path = of.root / SLO
    path.write_text(path.read_text().replace("name: attendance-clock-in\n", "name: clock-in\n"))
    of.commit()
    found, _ = reviewed(of.root, of.base)
    assert [(each.name, each.what) for each in found.slo_changes] == [
        ("clock-in-succeeded", "renamed")
    ]


def test_a_change_without_an_slo_is_not_measured(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.write("README.md", "nothing of ours\n")
    of.commit()
    assert reviewed(of.root, of.base)[0].measured == NotMeasured("")
    text = (of.root / "services/exports/ownership.yaml").read_text(encoding="utf-8")
    of.write("services/another/ownership.yaml", text.replace("exports", "another"))
    of.commit()
    found, _ = reviewed(of.root, of.base)
    assert (found.touched.services, found.measured) == (("another",), NotMeasured(""))
