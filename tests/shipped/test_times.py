"""Every time that a person reads says its time zone, in all outputs of the shipped repository."""

import re
from html import unescape
from pathlib import Path

import pytest

from tests.cli.copied import copied, edit
from tests.cli.program import in_process as reliability
from tests.project.repository import ROOT
from tests.shipped.zoned import times_without_zone

TAG = re.compile(r"<(?:style|title).*?</(?:style|title)>|<[^>]*>", re.S)
TIP = re.compile(r'data-tip="([^"]*)"')
OUTPUTS = {
    "check": ("check",),
    "backtest": ("backtest",),
    "backtest as Markdown": ("backtest", "--format", "markdown"),
    "backtest as a page": ("backtest", "--format", "html", "--output", "page.html"),
    "suggest": ("suggest", "attendance-clock-in"),
    "status": ("status",),
    "gate": ("gate", "payroll-batch"),
    "revisit": ("revisit",),
    "digest": ("digest", "--no-drift"),
    "dashboard": ("dashboard",),
    "plan": ("plan", "--sync-target", "files"),
}
GOLDEN = sorted(
    path
    for folder in ("backtest", "issues", "review")
    for path in (ROOT / "tests" / folder / "golden").glob("*.*")
    if path.suffix in {".md", ".txt"}
)


@pytest.fixture(scope="module", params=["en", "ja"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copied(tmp_path_factory.mktemp("shipped"))
    edit(folder / "policies/notification.yaml", "language: en", f"language: {request.param}")
    return folder


@pytest.mark.parametrize("name", OUTPUTS)
def test_every_time_in_an_output_names_its_zone(shop: Path, name: str) -> None:
    ended = reliability("--today", "2027-03-01", *OUTPUTS[name], folder=shop)
    assert ended.code in (0, 1), ended
    text = ended.out + ended.err
    if (page := shop / "page.html").exists():
        markup = page.read_text()
        text += "\n\n" + unescape("\n\n".join((*TIP.findall(markup), TAG.sub("\n\n", markup))))
    assert text.strip()
    assert times_without_zone(text) == []


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name)
def test_every_time_in_a_comment_or_issue_names_its_zone(path: Path) -> None:
    assert times_without_zone(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("from 25 November 06:00 until 25 November 09:00 UTC.", 0),
        ("from 25 November 06:00 until 25 November 09:00.", 1),
        ("services/shop/slo.yaml:20:13: error", 0),
        ("2026\\-09\\-16 10\\:00 | 30 min", 1),
        ("2026-09-16T10:00:00Z", 0),
        ("| from (Asia/Tokyo) |\n|---|\n| 25 November 06:00 |", 0),
        ("| from |\n|---|\n| 25 November 06:00 |", 1),
        ("at 12:30 JST\n\nat 12:30", 1),
    ],
)
def test_the_scan_finds_times_without_a_zone(text: str, count: int) -> None:
    assert len(times_without_zone(text)) == count
