"""A review links the pages of the services that it touches, or names the artifact with them."""

from pathlib import Path

import pytest

from reliability.render.words import Language
from reliability.review.pull_request.report import full_report
from tests.cli.copied import edit
from tests.cli.environments.declared import declare
from tests.review.pull_request.scene import LOOSER, Scene, reviewed, scene, shown

NOTIFICATION = "policies/notification.yaml"


def line(of: Scene, base: str, language: Language = "en") -> str:
    """The line of a review that names the pages; empty without one."""
    report = full_report(shown(reviewed(of.root, base)[0], language))
    words = {"en": ("Pages ",), "ja": ("最後に作成された", "これらのサービスのページ")}[language]
    lines = [
        one for one in report.splitlines() if one.startswith(tuple(f"<sub>{w}" for w in words))
    ]
    return lines[0] if lines else ""


def with_pages_base(of: Scene, address: str) -> str:
    """Declare the address of the pages; the commit."""
    edit(of.root / NOTIFICATION, "  language: en ", f"  pagesBase: {address}\n  language: en ")
    return of.commit()


def test_published_pages_are_linked_in_the_language_of_the_base(tmp_path: Path) -> None:
    changed = scene(tmp_path)
    base = with_pages_base(changed, "https://slo.example.com/(a)/")
    edit(changed.root / NOTIFICATION, "pagesBase: https://slo", "pagesBase: https://evil")
    changed.change(LOOSER)
    page = "https://slo.example.com/%28a%29/en/services/attendance.html"
    assert line(changed, base) == f"<sub>Pages as of their last build: [attendance]({page})</sub>"
    assert "最後に作成されたページ: [attendance]" in line(changed, base, "ja")


def test_unpublished_pages_are_an_artifact_of_the_workflow_that_keeps_it(tmp_path: Path) -> None:
    changed = scene(tmp_path)
    base = changed.base
    changed.change(LOOSER)
    for path in (changed.root / ".github/workflows").glob("*"):
        path.unlink()
    assert line(changed, base) == ""
    changed.write(".github/workflows/nightly.yaml", "with: {artifact: reliability-pages}\n")
    assert line(changed, base) == (
        "<sub>Pages about these services are in the artifact `reliability-pages` of the latest run "
        "of `nightly.yaml`.</sub>"
    )
    assert "アーティファクト `reliability-pages`" in line(changed, base, "ja")


def test_each_environment_in_which_a_service_runs_is_linked(tmp_path: Path) -> None:
    changed = scene(tmp_path)
    declare(changed.root)
    base = with_pages_base(changed, "https://slo.example.com")
    changed.change(LOOSER)
    pages = ", ".join(
        f"[attendance \\({name}\\)](https://slo.example.com/{name}/en/services/attendance.html)"
        for name in ("production", "staging")
    )
    assert line(changed, base) == f"<sub>Pages as of their last build: {pages}</sub>"


@pytest.mark.parametrize("published", [True, False])
def test_a_new_service_has_no_pages_yet(tmp_path: Path, published: bool) -> None:
    changed = scene(tmp_path)
    base = with_pages_base(changed, "https://slo.example.com") if published else changed.base
    text = (changed.root / "services/exports/ownership.yaml").read_text(encoding="utf-8")
    changed.write("services/another/ownership.yaml", text.replace("exports", "another"))
    changed.commit()
    assert line(changed, base) == ""
