"""The documentation as a site: every page and link of it, and nothing from another host."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

from tests.docs.markdown import pages
from tests.project.repository import ROOT, relative

REPOSITORY: Final = "https://git.example.com/acme/reliability/blob/main"
LOADED: Final = {"script": "src", "img": "src", "iframe": "src", "source": "src", "form": "action"}
"""What a browser asks for without a click, besides the `href` of `link`."""
NOT_LOADED: Final = {"canonical", "next", "prev", "alternate"}
ASKING: Final = re.compile(
    r'class="[^"]*\b(?:mermaid|glightbox|md-exec)\b|data-md-component="source"'
)
"""Elements for which the script of the theme loads more from other hosts."""
EXTERNAL: Final = re.compile(r"^(?:https?:)?//")


@dataclass(slots=True)
class Page(HTMLParser):
    """What a page links to, what it loads, and its anchors."""

    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.anchors.add(values["id"])
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag in LOADED and LOADED[tag] in values:
            self.loaded.append(values[LOADED[tag]])
        if tag == "link" and values.get("rel") not in NOT_LOADED:
            self.loaded.append(values["href"])


@cache
def read(file: Path) -> Page:
    page = Page()
    page.feed(file.read_text(encoding="utf-8"))
    return page


def build(folder: Path, *options: str) -> Path:
    command = (sys.executable, "-m", "tools.docs_site", "--out", str(folder), *options)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if find_spec("zensical") is None:
        pytest.skip("zensical is not installed; run make setup")
    return build(tmp_path_factory.mktemp("docs") / "site", "--repository", REPOSITORY)


def file_of(site: Path, path: str) -> Path:
    """The file that a server answers with."""
    file = Path(os.path.normpath(site / path))
    return file / "index.html" if file.is_dir() else file


def test_every_page_of_the_documentation_is_on_the_site_and_in_its_search(site: Path) -> None:
    searched = {
        entry["location"].partition("#")[0]
        for entry in json.loads((site / "search.json").read_text(encoding="utf-8"))["items"]
    }
    for page in pages():
        if relative(page).startswith("docs/"):
            path = page.relative_to(ROOT / "docs").with_suffix("").as_posix()
            path = "" if path == "index" else path.removesuffix("README")
            assert file_of(site, path).is_file(), page
            assert f"{path.rstrip('/')}/".lstrip("/") in searched, page


def test_every_link_leads_to_a_page_and_its_anchor_to_a_heading(site: Path) -> None:
    wrong = []
    for file in sorted(site.rglob("*.html")):
        for link in read(file).links:
            path, _, anchor = link.partition("#")
            if EXTERNAL.match(link) or link.startswith("mailto:") or file.name == "404.html":
                continue
            target = file_of(site, os.path.relpath(file.parent / path, site)) if path else file
            if not target.is_file() or (anchor and anchor not in read(target).anchors):
                wrong.append((file.relative_to(site).as_posix(), link))
    assert wrong == []


def test_a_link_out_of_the_documentation_leads_to_the_repository(site: Path) -> None:
    links = read(site / "internals" / "architecture" / "index.html").links
    assert f"{REPOSITORY}/tests/README.md" in links
    assert f"{REPOSITORY}/reliability/pipeline.py" in links


def test_without_the_address_of_the_repository_such_a_link_is_text(
    site: Path, tmp_path: Path
) -> None:
    page = build(tmp_path / "site") / "internals" / "architecture" / "index.html"
    assert not [link for link in read(page).links if "pipeline.py" in link]
    assert "<code>reliability/pipeline.py</code>" in page.read_text(encoding="utf-8")


def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    for file in site.rglob("*.html"):
        assert [address for address in read(file).loaded if EXTERNAL.match(address)] == [], file
        assert ASKING.findall(file.read_text(encoding="utf-8")) == [], file
    for file in site.rglob("*.css"):
        text = file.read_text(encoding="utf-8")
        assert re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//[^)\"']+", text) == [], file


def test_a_reader_can_choose_a_dark_mode(site: Path) -> None:
    text = (site / "index.html").read_text(encoding="utf-8")
    assert {"default", "slate"} <= set(re.findall(r'data-md-color-scheme="(\w+)"', text))


def test_a_folder_with_other_content_is_not_emptied(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    command = (sys.executable, "-m", "tools.docs_site", "--out", str(tmp_path))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert (tmp_path / "notes.txt").read_text() == "mine"
