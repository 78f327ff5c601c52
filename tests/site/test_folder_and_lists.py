"""Files of a site, the allow-list of public pages, kept replays, shards and blocks of quarters."""

import json
import os
import stat
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from reliability.backtest.episodes import Episode
from reliability.backtest.events import Event
from reliability.backtest.outcome import AlertFirings, Detection, EventVerdict
from reliability.check.context import Context
from reliability.errors import ReliabilityError
from reliability.site.allow_list import read_allow_list
from reliability.site.charts import GAPS, QuarterBlock, quarter_blocks
from reliability.site.days import BudgetDays
from reliability.site.measuring import SiteInputs
from reliability.site.output import LIST, SiteFolder, SiteFolderError, is_below
from reliability.site.replay_text import replay_of_text, replay_text
from reliability.site.search import Entry, shards_of
from reliability.timespan import DAY, TimeSpan
from tests.backtest.repository import Held, catalog, policy, slo
from tests.load.test_git import git
from tests.providers.test_recorded import objective
from tests.site.crafted import NOW, TODAY


def site_folder(path: Path) -> SiteFolder:
    return SiteFolder(path / "out", None)


def written(folder: SiteFolder, **files: str) -> tuple[list[str], int]:
    """Write a site; the names of files that were written, and how many were removed."""
    before = folder.listed()
    named = {name.replace("_", "."): text.encode() for name, text in files.items()}
    folder.begin(before, named)
    changed = [name for name, content in named.items() if folder.put(name, content)]
    return changed, folder.finish(before, named)


def test_a_folder_that_is_missing_or_empty_becomes_a_site(tmp_path: Path) -> None:
    folder = site_folder(tmp_path)
    assert folder.listed() == frozenset()
    folder.folder.mkdir()
    assert folder.listed() == frozenset()
    assert written(folder, b_html="b", a_html="a") == (["b.html", "a.html"], 0)
    assert (folder.folder / LIST).read_text() == (
        '{\n"version": 1,\n"files": [\n"a.html",\n"b.html"\n]\n}'
    )
    assert folder.listed() == {"a.html", "b.html"}


def test_only_files_that_differ_are_written_and_old_ones_removed(tmp_path: Path) -> None:
    folder = site_folder(tmp_path)
    written(folder, a_html="a", b_html="b", c_html="c")
    (folder.folder / "c.html").unlink()
    (folder.folder / f".b.html.{'0' * 16}.tmp").write_text("half")
    assert written(folder, a_html="a", b_html="B", d_html="d") == (["b.html", "d.html"], 1)
    there = sorted(path.name for path in folder.folder.iterdir())
    assert there == ["a.html", "b.html", "d.html", LIST]


STRAY: Final = (
    *(("x.html", True), ("en/x.html", True), ("en/x", True), ("en/.x", True), ("x.txt.html", True)),
    *((".nojekyll", False), (".git/x.html", False), ("CNAME", False), ("robots.txt", False)),
)


@pytest.mark.parametrize(("name", "is_stray"), STRAY)
def test_files_of_others_are_not_published_with_a_site(
    tmp_path: Path, name: str, is_stray: bool
) -> None:
    folder = site_folder(tmp_path)
    written(folder, a_html="a")
    path = folder.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("theirs")
    if is_stray:
        with pytest.raises(SiteFolderError) as error:
            written(folder, a_html="a")
        assert str(error.value) == (
            f"{path} is not of this site and would be published with it; remove it, or pass "
            "another folder to --out"
        )
        assert path.read_text() == "theirs"
    else:
        assert written(folder, b_html="b") == (["b.html"], 1)
        path.unlink()
        path.symlink_to("/etc")
        with pytest.raises(SiteFolderError) if "/" not in name else nullcontext():
            written(folder, b_html="b")


def test_sites_below_a_site_are_theirs(tmp_path: Path) -> None:
    folder = site_folder(tmp_path)
    written(folder, a_html="a")
    below = SiteFolder(folder.folder / "staging", None)
    written(below, b_html="b")
    assert written(folder, a_html="a") == ([], 0)
    (folder.folder / "link").symlink_to("staging")
    with pytest.raises(SiteFolderError, match="link is not of this site"):
        written(folder, a_html="a")


def test_a_build_after_one_that_failed_knows_its_pages(tmp_path: Path) -> None:
    folder = site_folder(tmp_path)
    folder.begin(folder.listed(), ["a.html"])
    folder.put("search/x.js", b"x")
    before = folder.listed()
    folder.put("search/x.js", b"y")
    assert folder.finish(before, ["search/x.js"]) == 1
    assert folder.listed() == {"search/x.js"}


def test_files_that_git_tracks_are_not_published(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    git(tmp_path, "init", "--quiet", str(root))
    folder = SiteFolder(root / "out", root)
    written(folder, a_html="a")
    other = SiteFolder(root / "more", root)
    git(root, "add", "out/a.html")
    assert other.listed() == frozenset()
    for check in (folder.listed, folder.ensure_untracked):
        with pytest.raises(SiteFolderError) as error:
            check()
        assert str(error.value) == (
            "out/a.html is tracked by Git and would be published as well; run "
            "`git rm out/a.html`, or pass another folder to --out"
        )
    # Another working tree, such as one of a branch with pages.
    git(tmp_path, "init", "--quiet", str(root / "more"))
    written(other, a_html="a")
    git(root / "more", "add", "--all")
    assert other.listed() == {"a.html"}


def test_files_are_listed_before_they_are_written(tmp_path: Path) -> None:
    folder = site_folder(tmp_path)
    written(folder, a_html="a")
    folder.begin(folder.listed(), ["b.html"])
    assert folder.listed() == {"a.html", "b.html"}
    folder.begin(folder.listed(), ["a.html"])
    assert folder.listed() == {"a.html", "b.html"}


def test_a_folder_with_other_files_is_not_a_site(tmp_path: Path) -> None:
    folder = site_folder(tmp_path)
    folder.folder.mkdir()
    (folder.folder / "mine.txt").write_text("mine")
    with pytest.raises(SiteFolderError) as error:
        folder.listed()
    assert str(error.value) == (
        f"{folder.folder} is not empty and holds no site; pass an empty folder to --out"
    )


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", '{"files": "a"}', '{"files": [1]}', '{"files": null}', "1"),
        *('{"files": ["a\\u0000b"]}', '{"files": ["\\ud800"]}', "[" * 100_000),
    ],
    ids=lambda text: text[:30],
)
def test_a_list_that_is_damaged_is_an_error(tmp_path: Path, text: str) -> None:
    folder = site_folder(tmp_path)
    folder.folder.mkdir()
    (folder.folder / LIST).write_text(text)
    with pytest.raises(SiteFolderError, match="is not a list of files; remove the folder"):
        folder.listed()


@pytest.mark.parametrize(
    ("name", "below"),
    [
        ("a", True),
        ("a/b.html", True),
        ("a/..b", True),
        ("", False),
        (".", False),
        ("/a", False),
        ("..", False),
        ("a/../b", False),
    ],
)
def test_only_names_below_the_folder_are_of_a_site(tmp_path: Path, name: str, below: bool) -> None:
    assert is_below(name) is below
    folder = site_folder(tmp_path)
    folder.folder.mkdir()
    (folder.folder / LIST).write_text(json.dumps({"files": [name]}))
    assert folder.listed() == ({name} if below else frozenset())


@pytest.mark.parametrize("target", ["/dev/zero", "other", "pipe"])
@pytest.mark.parametrize("is_inside", [False, True])
def test_what_is_no_plain_file_is_neither_read_nor_written_but_replaced(
    tmp_path: Path, target: str, is_inside: bool
) -> None:
    folder = SiteFolder(tmp_path / "out", tmp_path if is_inside else None)
    written(folder, a_html="new")
    path = folder.folder / "a.html"
    path.unlink()
    (tmp_path / "other").write_text("new")
    if target == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(tmp_path / target)
    assert written(folder, a_html="new") == (["a.html"], 0)
    assert (path.is_symlink(), path.read_text()) == (False, "new")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((tmp_path / "other").stat().st_mode)

    (folder.folder / LIST).unlink()
    (folder.folder / LIST).symlink_to("/dev/zero")
    with pytest.raises(SiteFolderError, match="is not a list of files"):
        folder.listed()


def test_no_file_is_removed_through_a_link_of_the_repository(tmp_path: Path) -> None:
    inside = SiteFolder(tmp_path / "out", tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/a.html").write_text("mine")
    inside.folder.mkdir()
    (inside.folder / "en").symlink_to(tmp_path / "mine")
    with pytest.raises(OSError, match="en"):
        inside.finish(["en/a.html"], ())
    assert (tmp_path / "mine/a.html").read_text() == "mine"


TWO: Final = slo("two").replace(
    "objectives: [{displayName: served, target: 0.999}]",
    "objectives: [{displayName: fast, target: 0.9}, {displayName: served, target: 0.99}]",
)


@pytest.fixture(scope="module")
def inputs() -> SiteInputs:
    context = Context(today=TODAY, catalog=catalog(slo("one"), TWO, policy("one")))
    return SiteInputs.of(context, Held({}, {}), 30 * DAY, 30 * DAY)


ENTRY: Final = "{service: shop, slo: one, name: Shop}"


def listed(inputs: SiteInputs, path: Path, text: str) -> list[str]:
    file = path / "status.yaml"
    file.write_text(text)
    made = read_allow_list(file, inputs)
    rows = [f"{row.objective.identity} {row.name!r} {row.description!r}" for row in made.slos]
    return [f"{made.title!r} {made.zone}", *rows]


def test_an_allow_list_names_slos_in_their_order(inputs: SiteInputs, tmp_path: Path) -> None:
    entries = [
        '{service: shop, slo: two, objective: served, name: "B\\u202e"}',
        "{service: shop, slo: one, name: A, description: words}",
        "{service: shop, slo: two, objective: fast, name: C}",
    ]
    assert listed(inputs, tmp_path, f"title: T\nslos: [{', '.join(entries)}]\n") == [
        "'T' UTC",
        "two-served 'B\\\\u202e' ''",
        "one-served 'A' 'words'",
        "two-fast 'C' ''",
    ]
    zoned = listed(inputs, tmp_path, f"title: T\ntimeZone: Asia/Tokyo\nslos: [{ENTRY}]\n")
    assert zoned[0] == "'T' Asia/Tokyo"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "expected one mapping"),
        ("- a\n", "expected one mapping"),
        (f"title: T\nslos: [{ENTRY}]\n---\ntitle: T\n", "expected one mapping"),
        ("title: T\n", "slos is not a list with at least one entry"),
        ("title: T\nslos: []\n", "slos is not a list with at least one entry"),
        (f"title: T\nslos: {ENTRY}\n", "slos is not a list with at least one entry"),
        (f"slos: [{ENTRY}]\n", "title is missing, or is not a text"),
        (f"title: ''\nslos: [{ENTRY}]\n", "title is missing, or is not a text"),
        (f"title: 1\nslos: [{ENTRY}]\n", "title is missing, or is not a text"),
        (f"title: T\ntimeZone: 1\nslos: [{ENTRY}]\n", "timeZone is missing, or is not a text"),
        (f"title: T\nslos: [{ENTRY}]\nmore: 1\n", "unknown key: more"),
        ("title: T\nslos: [a]\n", "expected a mapping in slos"),
        ("title: T\nslos: [{service: shop, slo: one, name: A, x: 1}]\n", "unknown key: x"),
        ("title: T\nslos: [{service: shop, slo: one}]\n", "name is missing, or is not a text"),
        ("title: T\nslos: [{service: shop, name: A}]\n", "slo is missing, or is not a text"),
        ("title: T\nslos: [{slo: one, name: A}]\n", "service is missing, or is not a text"),
        ("title: T\nslos: [{service: shop, slo: gone, name: A}]\n", "shop has no SLO gone"),
        ("title: T\nslos: [{service: cart, slo: one, name: A}]\n", "cart has no SLO one"),
        (
            "title: T\nslos: [{service: shop, slo: one, objective: x, name: A}]\n",
            "shop has no SLO one x",
        ),
        (
            "title: T\nslos: [{service: shop, slo: two, name: A}]\n",
            "two has several objectives; name one: objective",
        ),
    ],
)
def test_an_allow_list_that_is_wrong_says_why(
    inputs: SiteInputs, tmp_path: Path, text: str, why: str
) -> None:
    with pytest.raises(ReliabilityError) as error:
        listed(inputs, tmp_path, text)
    assert str(error.value) == f"--public: {tmp_path}/status.yaml: {why}"


@pytest.mark.parametrize("over", [0, 1])
def test_an_allow_list_has_a_largest_size(inputs: SiteInputs, tmp_path: Path, over: int) -> None:
    text = f"title: T\nslos: [{ENTRY}]\n#"
    text += "x" * (1_000_000 - len(text) + over)
    if over:
        with pytest.raises(ReliabilityError, match="has 1,000,001 bytes; the limit is 1,000,000"):
            listed(inputs, tmp_path, text)
    else:
        assert len(listed(inputs, tmp_path, text)) == 2
    with pytest.raises(ReliabilityError, match="cannot be opened: no such file"):
        read_allow_list(tmp_path / "missing.yaml", inputs)
    with pytest.raises(ReliabilityError, match="/dev/zero: is neither a file nor a folder"):
        read_allow_list(Path("/dev/zero"), inputs)


@pytest.mark.parametrize("known", [True, False])
def test_a_replay_is_the_same_after_it_was_kept(known: bool) -> None:
    of = objective()
    span = TimeSpan(datetime(2026, 10, 1, 0, 0, 30, tzinfo=UTC), NOW)
    episodes = (Episode(span, {"region": "é"}, 0.1), Episode(span, {}, 1 / 3))
    firings = {
        "alert": AlertFirings(episodes, timedelta(seconds=90.5), 2.25),
        "ticket": AlertFirings((), timedelta(0), 0.0),
    }
    event = Event(
        kind="incident",
        service="shop",
        span=span,
        name="It broke",
        slos=frozenset({"b", "a"}),
        sli="x",
    )
    verdict = EventVerdict(
        event=event,
        slo=of.slo_name,
        spent=0.25,
        known=known,
        old=Detection(paged=True, ticketed=False),
        new=Detection(paged=False, ticketed=True),
    )
    text = replay_text(firings, [verdict])
    assert replay_of_text(text, of) == (firings, [verdict])
    assert '"slos":["a","b"]' in text
    assert " " not in text.replace("It broke", "")
    assert replay_of_text(replay_text({}, []), of) == ({}, [])


def test_shards_are_scripts_of_ascii() -> None:
    entries: Sequence[Entry] = [("é x", "a.html", ""), ("x", "b.html", "")]
    assert dict(shards_of(entries)) == {
        "search/index.js": b'reliabilityShards=["-e9-","x"];\n',
        "search/-e9-.js": b'reliabilityShard([["\\u00e9 x","a.html",""]]);\n',
        "search/x.js": b'reliabilityShard([["\\u00e9 x","a.html",""],["x","b.html",""]]);\n',
    }


def blocks(first: str, spent: Sequence[float], *details: str) -> list[QuarterBlock]:
    days = BudgetDays(
        first=date.fromisoformat(first), spent=np.array(spent), remaining=np.ones(len(spent))
    )
    return [*quarter_blocks(days, [date.fromisoformat(day) for day in details])]


def test_blocks_of_quarters_are_as_wide_as_their_weeks() -> None:
    """2026-06-29 is a Monday: the second quarter ends on Tuesday, in its fourteenth week."""
    second, *others = reversed(blocks("2026-06-29", [0.0, 0.0, 0.0, 0.3, 0.0], "2026-07-01"))
    assert (second.year, second.quarter, second.width) == (2026, 2, 166)
    assert [(part.level, part.path) for part in second.paths] == [(0, "M156 0h10v22h-10z")]
    [third] = others
    assert (third.year, third.quarter, third.width) == (2026, 3, 10)
    assert [(part.level, part.path) for part in third.paths] == [
        (0, "M0 48h10v10h-10z"),
        (5, "M0 36h10v10h-10z"),
    ]
    [square] = third.squares
    assert (square.day, square.x, square.y, square.level, square.spent) == (
        date(2026, 7, 1),
        0,
        24,
        0,
        0.0,
    )
    [january] = blocks("2027-01-01", [0.02] * 11)
    assert (january.year, january.quarter, january.width) == (2027, 1, 34)
    assert [(part.level, part.path) for part in january.paths] == [
        (2, "M0 48h10v34h-10zM12 0h10v82h-10zM24 0h10v10h-10z")
    ]

    # Lines divide the weeks and the days of a block.
    lines = GAPS.split("M")[1:]
    rows = [f"0 {12 * row - 1}h168" for row in range(1, 7)]
    assert lines == [*rows, *(f"{12 * week - 1} 0v84" for week in range(1, 14))]
