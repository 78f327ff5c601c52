"""The same pull request on GitHub, by the workflow, and in a folder, by hand: the same words."""

import json
import re
from pathlib import Path

import pytest

from reliability.cli.main import exit_code_of
from reliability.forge.folder.page import read_page
from tests.delivery.hosted import Hosted

DAY = "2026-11-25"


def bodies(folder: Path) -> list[str]:
    pages = [read_page(path) for path in sorted(folder.glob("*.md"))]
    return [page.body for page in pages if page is not None]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_review_says_the_same_on_github_and_in_a_folder(
    language: str, repository: Hosted, tmp_path: Path
) -> None:
    repository.say_in(language)
    repository.branch()
    repository.change("services/attendance/slo.yaml", "target: 0.999 ", "target: 0.995 ")
    repository.open()
    event = repository.event("opened")
    runner = repository.runner()
    ran = runner.run("pull-request.yml", "pull_request", event, job="review")
    assert ran.succeeded, ran.log

    written = tmp_path / "event.json"
    written.write_text(json.dumps(event))
    forge = tmp_path / "forge"
    here = ("--root", str(repository.clone), "--today", DAY)
    asked = ("review", "--event", str(written), "--forge", f"folder:{forge}")
    assert exit_code_of([*here, *asked]) == 1
    folder = forge / "pull-requests" / str(repository.number)
    # Only a forge shows files and runs, so only its comments link to them.
    unlinked = [
        re.sub(r"\[(`[^`]+`)\]\([^)]+\)|(?<=<sub>)\[[^`\]]+\]\([^)]+\) · ", r"\1", each)
        for each in repository.comments()
    ]
    assert bodies(folder) == unlinked
    assert bodies(folder / "inline") == [each["body"] for each in repository.on_lines()]
