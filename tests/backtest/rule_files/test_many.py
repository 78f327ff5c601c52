"""A change of many alerts: its comment fits, and says what is missing."""

from pathlib import Path

from tests.backtest.rule_files.rule_repository import ALERTMANAGER, RuleRepository
from tests.backtest.rule_files.test_stored import ALL

COUNT = 400
MOST = 65_536
"""Characters of a comment on GitHub."""


def rules(threshold: int) -> str:
    """Many alerts with long names."""
    named = "".join(
        f"      - {{alert: {'Queue' * 20}{number}, expr: queue_length > {threshold}}}\n"
        for number in range(COUNT)
    )
    return f"groups:\n  - name: many\n    rules:\n{named}"


def test_a_comment_about_many_alerts_fits(tmp_path: Path) -> None:
    files = {"rules/many.yml": rules(50), "alertmanager.yml": ALERTMANAGER}
    repository = RuleRepository.at(tmp_path, files)
    repository.write({"rules/many.yml": rules(70)})
    ended = repository.backtest(*ALL, "--base", "HEAD", "--format", "markdown")
    assert ended.code == 0
    assert 20_000 < len(ended.out) < MOST
    shown = ended.out.count("| expression |")
    assert f"and {COUNT - shown} more; " in ended.out
    assert "**Who gets notified**" in ended.out, "the sums are of all alerts"


def test_one_name_cannot_fill_the_comment(tmp_path: Path) -> None:
    name = "x" * 100_000
    rule = f"{{alert: {name}, expr: queue_length > 5}}"
    files = {"rules/long.yml": f"groups: [{{name: g, rules: [{rule}]}}]\n"}
    repository = RuleRepository.at(tmp_path, {**files, "alertmanager.yml": ALERTMANAGER})
    repository.replace("rules/long.yml", "> 5", "> 70")
    ended = repository.backtest(*ALL, "--base", "HEAD", "--format", "markdown")
    assert (ended.code, len(ended.out) < MOST) == (0, True)
    assert r"chat messages a week 42\.0 → 7\.0" in ended.out
