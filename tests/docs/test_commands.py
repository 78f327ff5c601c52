"""Commands on pages work: each block of them is run, or a list says why it is not.

A block is `sh` if it is there to be copied: this file runs it in a copy of the shipped repository,
the blocks of a page one after another. It is `console` if it shows output: `make generate` runs the
command of its marker and writes what it printed, and a test compares them.
"""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from reliability.onboarding.shipped import DAY, copy_shipped
from tests.docs.markdown import Block, blocks_of, written_pages
from tests.environment import environment
from tests.project.repository import relative

OUTPUT: Final = re.compile(r"<!-- output: \w+: .+ -->")
COMMAND: Final = re.compile(r"^(?:\$ )?reliability ", re.MULTILINE)

NOT_RUN_HERE: Final[Mapping[str, str]] = {
    "docs/guides/check-live.md": "needs a server; tests/cli/check/test_live.py runs the command",
    "docs/guides/history.md": "needs a server and a file of counts; tests/cli/history runs them",
    "docs/start/any-rules.md": "needs a server; tests/backtest/rule_files/test_live.py runs it",
    "docs/start/quickstart.md": "tests/onboarding/test_quickstart.py runs it beside servers",
}
"""Pages whose `sh` blocks this file does not run, and why."""

BEFORE: Final = f"""\
set -euo pipefail
reliability() {{ command reliability --today {DAY} "$@"; }}
git() {{ command git -c user.name=me -c user.email=me@example.com "$@"; }}
"""
"""What the shell knows: the day of the shipped repository, and who commits."""

RULES: Final = """\
groups:
  - name: shop
    rules:
      - alert: ShopDown
        expr: up{job="shop"} == 0
        labels: {severity: critical}
"""
ALERTMANAGER: Final = """\
route: {receiver: all}
receivers: [{name: all, slack_configs: [{channel: "#errors", api_url_file: /etc/slack-url}]}]
"""
EVENTS: Final = """\
{"events": [{"date_happened": 1795564800, "title": "Disk of web-01 is at 93 %", "text": "@here"}]}
"""
SLOTH: Final = """\
version: prometheus/v1
service: shop
slos:
  - name: orders
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(http_requests_total{job="shop",code=~"5.."}[{{.window}}]))
        total_query: sum(rate(http_requests_total{job="shop"}[{{.window}}]))
    alerting: {name: ShopErrors}
"""
FILES: Final[Mapping[str, Mapping[str, str]]] = {
    "docs/reference/sloth.md": {"sloth/shop.yml": SLOTH},
    "docs/start/import.md": {"prometheus/rules/shop.yml": RULES, "alertmanager.yml": ALERTMANAGER},
    "docs/start/triage.md": {
        "prometheus/rules/shop.yml": RULES,
        "alertmanager.yml": ALERTMANAGER,
        "export.json": EVENTS,
    },
}

PAGES: Final = written_pages()


def blocks(page: Path, language: str) -> list[Block]:
    """The blocks of a page in one language."""
    return [block for block in blocks_of(page) if block.language == language]


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_a_block_with_commands_is_run_or_has_its_output_made(page: Path) -> None:
    left = [
        f"{block.page}:{block.line}"
        for block in blocks_of(page)
        if block.language != "sh" and COMMAND.search(block.text) and not OUTPUT.match(block.before)
    ]
    assert left == []


RUN_HERE: Final = [
    page for page in PAGES if blocks(page, "sh") and relative(page) not in NOT_RUN_HERE
]


@pytest.mark.parametrize("page", RUN_HERE, ids=relative)
def test_the_commands_of_a_page_work(page: Path, tmp_path: Path) -> None:
    root = copy_shipped(tmp_path / "repository")
    for name, content in FILES.get(relative(page), {}).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    script = "\n".join([BEFORE, *(block.text for block in blocks(page, "sh"))])
    done = subprocess.run(
        ["bash", "-x", "-c", script],
        cwd=root,
        env=environment(
            PATH=f"{Path(sys.executable).parent}:{environment()['PATH']}",
            NO_COLOR="1",
        ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_lists_name_pages_that_are_there_and_have_commands() -> None:
    there = {relative(page): page for page in written_pages()}
    assert set(NOT_RUN_HERE) <= there.keys()
    assert set(FILES) <= there.keys()
    assert all(blocks(there[page], "sh") for page in NOT_RUN_HERE)
