"""The whole text of every page, with its links, of two repositories: golden files.

Read the difference before `--update-golden`. `test_figures.py` says whether figures are right.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.cli.copied import copied, edit
from tests.golden import Golden
from tests.site.built import Page, build

GOLDEN: Final = Path(__file__).parent / "golden" / "texts"


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with an exhausted budget, a review that is due, and a service without alerts."""
    folder = copied(tmp_path_factory.mktemp("troubled") / "repository")
    slo = folder / "services/attendance/slo.yaml"
    edit(slo, "target: 0.999 ", "target: 0.9999 ")
    edit(slo, 'reliability/reviewed: "2026-10-20"', 'reliability/reviewed: "2026-01-20"')
    (folder / "services/exports/alert-policy.yaml").unlink()
    (folder / "services/attendance/incidents.yaml").unlink()
    out = folder.parent / "public"
    assert build(folder, out, "--days", "100").code == 0
    return out


def texts(out: Path, language: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each page with its texts and links, one a line."""
    for path in sorted((out / language).rglob("*.html")):
        page = Page.of(path)
        parts = (" ".join(part.split()) for part in page.parts)
        links = (f"-> {link}" for link in dict.fromkeys(page.values("href")))
        lines = [line for line in (*parts, *links) if line]
        name = path.relative_to(out).with_suffix("").as_posix()
        yield name, "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_pages_read_like_this(golden: Golden, site: Path, language: str) -> None:
    for name, text in texts(site, language):
        golden.check(GOLDEN / "shipped" / f"{name}.txt", text)


def test_pages_of_a_troubled_repository_read_like_this(golden: Golden, troubled: Path) -> None:
    for name, text in texts(troubled, "en"):
        golden.check(GOLDEN / "troubled" / f"{name}.txt", text)
