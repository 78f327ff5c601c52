"""The first page of several environments: what it shows, writes, and leaves alone."""

import json
from pathlib import Path
from typing import Final

import pytest

from reliability.backtest.burn_state import WORST_FIRST
from reliability.site.environments import EnvironmentEntry, ensure_first_page, write_environments
from reliability.site.output import LIST, SiteFolder, SiteFolderError, WrittenSite
from reliability.site.pages.overview import GroupSummary
from reliability.site.rendering import SiteFrame
from tests.golden import Golden
from tests.site.worlds import NOW, contents, site_text

GOLDEN: Final = Path(__file__).parent / "golden/worlds/environments.txt"


def entry(name: str, *states: int, exhausted: int = 0) -> EnvironmentEntry:
    summary = GroupSummary(
        name=name,
        services=len(states),
        slos=sum(states),
        exhausted=exhausted,
        not_known=0,
        states=dict(zip(WORST_FIRST, states, strict=True)),
        pages_per_week=None,
    )
    frame = SiteFrame(
        source=f"source of {name}", is_made_up=True, at=NOW, revision="", environment=name
    )
    return EnvironmentEntry(name, summary, frame)


ENTRIES: Final = (
    entry("production", 1, 2, 3, 4, 1_000, exhausted=5),
    entry("staging", 0, 0, 0, 0, 0),
)


def test_the_page_counts_the_states_of_each_environment(golden: Golden, tmp_path: Path) -> None:
    folder = SiteFolder(tmp_path, None)
    assert write_environments(folder, ENTRIES, "ja") == WrittenSite(6, 6, 0)
    golden.check(GOLDEN, site_text(tmp_path, "en/index.html", "ja/index.html", "index.html"))
    names = sorted(contents(tmp_path))
    assert names == [
        *("assets/icon.svg", "assets/site.css", "assets/uplot.css"),
        *("en/index.html", "index.html", "ja/index.html", LIST),
    ]
    start = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "ja/index.html" in start
    ensure_first_page(folder)
    assert write_environments(folder, ENTRIES, "ja") == WrittenSite(6, 0, 0)
    (tmp_path / LIST).write_text(json.dumps({"files": [*names[:-1], "old.html"]}))
    (tmp_path / "old.html").write_text("old")
    assert write_environments(folder, ENTRIES[:1], "en") == WrittenSite(6, 3, 1)


def test_a_page_of_somebody_else_is_not_replaced(tmp_path: Path) -> None:
    folder = SiteFolder(tmp_path, None)
    ensure_first_page(folder)
    (tmp_path / "other.html").write_text("mine")
    ensure_first_page(folder)
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(SiteFolderError) as error:
        ensure_first_page(folder)
    assert str(error.value) == (
        f"{tmp_path}/index.html was not written by this command; pass another folder to --out"
    )
    (tmp_path / LIST).write_text('{"files": ["index.html"]}')
    ensure_first_page(folder)
    with pytest.raises(SiteFolderError, match=r"other\.html is not of this site"):
        write_environments(folder, ENTRIES, "en")
