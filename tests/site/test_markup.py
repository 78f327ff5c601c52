"""The whole markup and JSON of the pages of a varied repository, in golden files.

Charts are paths, and most of what a page shows by color is in attributes; neither is text. Read
the difference before `--update-golden`.
"""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.cli.copied import edit
from tests.golden import Golden
from tests.site.built import build
from tests.site.varied import varied

GOLDEN: Final = Path(__file__).parent / "golden/markup"
PAGES: Final = (
    *("index", "calendar", "incidents", "notifications", "on-call", "quarter", "reviews"),
    *("quarter/workforce", "quarter/nobody", "teams/nobody", "teams/payroll"),
    *("services/exports", "services/payslips", "services/days/payslips", "services/monitoring"),
)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of the varied repository."""
    folder = tmp_path_factory.mktemp("varied")
    root = varied(folder)
    ended = build(
        root, folder / "out", "--days", "150", "--pager-export", str(folder / "pager.csv")
    )
    assert (ended.code, ended.err) == (0, "")
    return folder / "out"


def in_lines(path: Path) -> str:
    """The text of a page with a line for each tag that opens an element."""
    return re.sub(r"\s*<(?!/)", "\n<", path.read_text(encoding="utf-8")).lstrip()


def test_the_markup_of_pages_and_the_data_are_these(golden: Golden, out: Path) -> None:
    for name in PAGES:
        golden.check(GOLDEN / f"{name}.html", in_lines(out / f"en/{name}.html"))

    files = [out / "status.json", *sorted((out / "services").glob("p*.json"))]
    parts = [path.read_text(encoding="utf-8").replace("},{", "},\n{") for path in files]
    parts += [f"{path.name}: {path.read_text()}" for path in sorted((out / "search").iterdir())]
    golden.check(GOLDEN / "data.txt", "".join(f"{part}\n" for part in parts))


def test_public_pages_are_these(golden: Golden, out: Path) -> None:
    top = out.parent
    ended = build(top / "repository", top / "status", "--public", str(top / "status.yaml"))
    assert (ended.code, ended.err) == (0, "")
    for name in ("en/index.html", "ja/feed.xml", "index.html"):
        golden.check(GOLDEN / "public" / name, in_lines(top / "status" / name))


def test_names_of_people_are_counted_if_the_policy_allows_them(
    golden: Golden, tmp_path: Path
) -> None:
    root = varied(tmp_path)
    edit(
        root / "policies/notification.yaml", "  language: en", "  onCallNames: true\n  language: en"
    )
    options = ("--pager-export", str(tmp_path / "pager.csv"), "--days", "90")
    assert build(root, tmp_path / "out", *options).code == 0
    people = in_lines(tmp_path / "out/en/on-call.html").split("<h2")
    parts = [part for part in people if "Sato" in part or "Abe" in part]
    assert "P49" in "".join(people)
    assert "P50" not in "".join(people)
    golden.check(GOLDEN / "on-call-names.html", "".join(parts))
