"""What a reader of the summary sees without scrolling: the reasons, the change, who must act."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reliability.render.words import BETWEEN_SENTENCES, words_in
from reliability.review.pull_request.sentences import change_sentences
from tests.review.pull_request.pages import CHANGES, WIDTHS, page
from tests.review.pull_request.scene import reviewed, scene, shown
from tests.site.browser import find_browser, started_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SCREEN = 600
ABOVE = """(height) => [...document.querySelectorAll('h3, h4, p, li, summary')]
    .filter((block) => block.getBoundingClientRect().bottom <= height)
    .map((block) => block.innerText).join(' ')"""


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    program = find_browser()
    if not isinstance(program, Path):
        pytest.skip(f"{program.name} is unavailable: {program.reason}")
    with started_browser(program) as browser:
        yield browser


def plainly(text: str) -> str:
    return " ".join(text.replace("\u200b", "").replace("`", "").split())


@pytest.mark.parametrize("name", CHANGES)
def test_reasons_change_and_approvers_are_seen_without_scrolling(
    name: str, tmp_path: Path, browser: "Browser"
) -> None:
    of = scene(tmp_path)
    found, _ = reviewed(of.root, CHANGES[name](of))
    assert found.verdict.blocking
    tab = browser.new_page()
    for language in BETWEEN_SENTENCES:
        words = words_in(language)
        wanted = [
            *(words.text(finding.problem.message) for finding in found.verdict.blocking),
            *change_sentences(found.touched, found.slo_changes, found.notification_changes, words),
            *(handle for role in found.verdict.missing for handle in role),
        ]
        for width in WIDTHS.values():
            tab.set_viewport_size({"width": width, "height": SCREEN})
            tab.set_content(page(shown(found, language)))
            seen = plainly(tab.evaluate(ABOVE, SCREEN))
            assert [text for text in wanted if plainly(text) not in seen] == []
    tab.close()
