"""`new`, `import` and `init` write files that `fmt` would not change."""

from pathlib import Path

import pytest

from tests.cli.copied import copied
from tests.cli.program import in_process

RULES = """\
groups:
  - name: 'shop: "main"'
    interval: 30s
    rules:
      - alert: ShopDown
        expr: |
          # nobody can buy
          sum(rate(http_requests_total{job="shop",code=~"5.."}[5m]))
            / sum(rate(http_requests_total{job="shop"}[5m])) > 0.05
        for: 5m
        labels: {severity: page, team: shop}
        annotations:
          summary: "{{ $labels.job }}: it's \\"down\\""
          runbook_url: https://example.com/runbook
      - {alert: Watchdog, expr: vector(1)}
      - {record: 'job:up:sum', expr: sum by (job) (up)}
"""


def unformatted(folder: Path) -> str:
    """What `fmt --diff` would change below services/ and policies/."""
    ended = in_process("fmt", "--diff", folder=folder)
    assert "left as" not in ended.err
    return ended.out


def test_import_of_rules(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yml"
    rules.write_text(RULES, encoding="utf-8")
    repository = tmp_path / "repository"
    in_process("import", rules, "--into", repository, "--service", "shop", folder=tmp_path)
    assert list(repository.glob("services/shop/*.yaml"))
    assert unformatted(repository) == ""


@pytest.mark.parametrize("folder", ["prometheus-rules", "sloth/examples", "openslo-v1"])
def test_import_of_public_files(tmp_path: Path, corpora: Path, folder: str) -> None:
    repository = tmp_path / "repository"
    arguments = ("--into", repository, "--service", "shop", "--team", "shop")
    ended = in_process("import", corpora / folder, *arguments, folder=tmp_path)
    assert list(repository.glob("services/*/*.yaml")), ended.err
    assert unformatted(repository) == ""


def test_init(tmp_path: Path) -> None:
    ended = in_process("init", "--team", "shop", "--no-github", folder=tmp_path)
    assert ended.code == 0, ended.err
    assert unformatted(tmp_path) == ""


def test_new(tmp_path: Path) -> None:
    repository = copied(tmp_path)
    ended = in_process(
        *("new", "shop", "--journey", "A customer pays", "--team", "workforce"),
        *("--good", 'http_requests_total{job="shop",code!~"5.."}'),
        *("--total", 'http_requests_total{job="shop"}'),
        folder=repository,
    )
    assert (repository / "services/shop").is_dir(), ended.err
    assert unformatted(repository) == ""
