"""Texts that try to be markup, script or an address, in each field that a page shows."""

import json
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML

from reliability.git import initialize
from tests.cli.copied import copied
from tests.site.built import Page, build, pages

MARKUP: Final = "</script><script>alert(1)</script><img src=x onerror=alert(2)>'\"&{{7*7}}"
SHORT: Final = "<b onclick=alert(3)>\"'{{7*7}}"
TAGS: Final = frozenset(("script", "img", "b", "iframe", "object", "base", "form", "style"))


def change(path: Path) -> list[str]:
    """Replace every free text of a file by a hostile one; which keys were replaced."""
    yaml = YAML()
    documents = [*yaml.load_all(path.read_text(encoding="utf-8"))]
    replaced = [key for document in documents for key in hostile(document)]
    with path.open("w", encoding="utf-8") as file:
        yaml.dump_all(documents, file)
    return replaced


FREE: Final = {
    "displayName": SHORT,
    "description": MARKUP,
    "impact": MARKUP,
    "summary": MARKUP,
    "evidence": MARKUP,
    "reliability/journey": MARKUP,
    "reliability/rationale": MARKUP,
    "reliability/agreed-by": MARKUP,
    "reason": MARKUP,
}
"""Keys whose values are free text, with what replaces them."""


def hostile(node: object, above: str = "") -> list[str]:
    """Replace free texts below a node."""
    replaced: list[str] = []
    if isinstance(node, dict):
        for key, value in node.items():
            text = FREE.get(key)
            if key == "name" and above == "incidents":
                text = MARKUP
            if isinstance(value, str) and text is not None:
                node[key] = text
                replaced.append(key)
            else:
                replaced += hostile(value, key)
    elif isinstance(node, list):
        for value in node:
            replaced += hostile(value, above)
    return replaced


def test_no_text_of_a_document_or_commit_becomes_markup(tmp_path: Path) -> None:
    folder = copied(tmp_path / "repository")
    build(copied(tmp_path / "plain"), tmp_path / "before")
    replaced = {key for path in folder.rglob("*.yaml") for key in change(path)}
    assert {"displayName", "description", "evidence", "name", "reliability/journey"} <= replaced
    people = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (
            *(("NAME", MARKUP), ("EMAIL", "me@example.com")),
            ("DATE", "2026-10-14T05:00:00+00:00"),
        )
    }
    initialize(folder, f"{MARKUP}\x01{'0' * 40}", people)
    assert build(folder, tmp_path / "after").code == 0

    seen = 0
    for path in pages(tmp_path / "after"):
        page = Page.of(path)
        plain = Page.of(tmp_path / "before" / path.relative_to(tmp_path / "after"))
        assert tags(page) == tags(plain), path
        assert "49" not in "".join(part for part in page.parts if "alert(" in part), path
        for _, values in page.tags:
            assert not {name for name in values if name.startswith("on")}, path
            assert "javascript:" not in f"{values.get('href', '')}{values.get('src', '')}", path
        seen += page.text.count("alert(")
    assert seen > 50


def tags(page: Page) -> set[str]:
    """The kinds of elements that can run or load something."""
    return {tag for tag, _ in page.tags} & TAGS


def test_data_of_charts_and_shards_stay_data(tmp_path: Path) -> None:
    folder = copied(tmp_path / "repository")
    for path in folder.rglob("*.yaml"):
        change(path)
    assert build(folder, tmp_path / "out").code == 0
    shards = [*(tmp_path / "out/search").glob("?.js")]
    assert shards
    for path in shards:
        listed = path.read_text(encoding="utf-8").removeprefix("reliabilityShard(")
        assert all(len(entry) == 3 for entry in json.loads(listed.removesuffix(");\n")))


def test_a_runbook_is_a_link_only_if_it_leads_to_the_web(tmp_path: Path) -> None:
    folder = copied(tmp_path / "repository")
    policy = folder / "services/exports/alert-policy.yaml"
    text = policy.read_text(encoding="utf-8")
    for runbook in ("https://example.com/run", "docs/runbooks/exports.md"):
        policy.write_text(text.replace("docs/runbooks/exports.md", runbook), encoding="utf-8")
        assert build(folder, tmp_path / "out").code == 0
        links = Page.of(tmp_path / "out/en/services/exports.html").values("href")
        assert (runbook in links) == runbook.startswith("https:")
