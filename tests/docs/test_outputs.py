"""Output that pages show outside of `console` blocks is what the commands print."""

import subprocess
import sys
from pathlib import Path
from typing import Final

from reliability.onboarding.shipped import DAY, copy_shipped
from tests.backtest.rule_files.rule_repository import ALERTMANAGER, RULES, RuleRepository
from tests.docs.markdown import blocks_of
from tests.environment import environment
from tests.project.repository import ROOT
from tools.shipped_copies import shipped_copy

BACKTEST: Final = ("reliability", "--today", f"{DAY}", "backtest", "--base", "HEAD", "--brief")
RULE: Final = """\
# policies/rules.yaml
apiVersion: reliability/v1
kind: RulePolicy
metadata: {name: rules}
spec:
  custom:
    - id: slo-tribe-missing
      severity: warning
      subject: slo
      why: The tribe answers for the SLO.
      holds: "'tribe' in slo.lables"
      message: "{slo.name} has no label tribe"
      help: add the label tribe to metadata.labels
"""
"""Its expression is on line 11, as on the page."""


RULE_FILES: Final = ("--rules", "rules", "--alertmanager", "alertmanager.yml", "--base", "HEAD")


def shown(page: str) -> list[str]:
    """Return the blocks of a page that show plain text."""
    return [block.text for block in blocks_of(ROOT / page) if block.language == "text"]


def test_a_backtest_prints_the_headline_and_the_notifications_of_their_pages() -> None:
    with shipped_copy("changed") as copy:
        printed = copy.output(BACKTEST)

    assert printed.startswith(shown("docs/guides/backtest.md")[0])
    assert shown("docs/guides/notifications.md")[0] in printed


def test_a_misspelled_field_of_a_custom_rule_is_reported_as_its_page_shows(tmp_path: Path) -> None:
    root = copy_shipped(tmp_path / "repository")
    (root / "policies" / "rules.yaml").write_text(RULE, encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "reliability", "check"],
        cwd=root,
        env=environment(NO_COLOR="1"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert shown("docs/guides/custom-rules.md")[-1] in done.stdout


def test_a_backtest_of_rule_files_prints_what_its_page_shows(tmp_path: Path) -> None:
    files = {"rules/queue.yml": RULES, "alertmanager.yml": ALERTMANAGER}
    repository = RuleRepository.at(tmp_path, files)
    repository.replace("rules/queue.yml", "> 50", "> 70")

    assert repository.backtest(*RULE_FILES).out == shown("docs/start/any-rules.md")[0]
