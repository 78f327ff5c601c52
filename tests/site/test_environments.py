"""Pages of each environment, in a folder of its own: figures of two are never merged."""

import json
from pathlib import Path
from typing import Any

from tests.cli.copied import DAY
from tests.cli.environments.declared import in_two_environments
from tests.cli.program import in_process
from tests.site.built import Page, build


def objective(folder: Path) -> dict[str, Any]:
    """The first objective of attendance in the data of a site."""
    text = (folder / "services/attendance.json").read_text()
    [first, *_] = json.loads(text)["slos"]
    found: dict[str, Any] = first
    return found


def test_each_environment_has_pages_with_its_own_figures(tmp_path: Path) -> None:
    root = in_two_environments(tmp_path / "repository")
    ended = build(root, tmp_path / "out")
    assert ended.code == 0, ended.err
    assert [line.partition(":")[0] for line in ended.out.splitlines()] == [
        str(tmp_path / "out/production"),
        str(tmp_path / "out/staging"),
    ]

    production, staging = (tmp_path / "out" / name for name in ("production", "staging"))
    assert "environment production" in Page.of(production / "en/index.html").text
    assert "環境 staging" in Page.of(staging / "ja/index.html").text
    targets = [float(objective(each)["target"]) for each in (production, staging)]
    assert targets == [0.999, 0.95]

    again = build(root, tmp_path / "out")
    assert again.out.count(" 0 written, 0 removed") == 2


def test_one_environment_is_built_by_its_name(tmp_path: Path) -> None:
    root = in_two_environments(tmp_path / "repository")
    ended = build(root, tmp_path / "out", "--environment", "staging")
    assert (ended.code, [path.name for path in (tmp_path / "out").iterdir()]) == (0, ["staging"])

    ended = build(root, tmp_path / "out", "--environment", "stagin")
    assert (ended.code, "did you mean staging?" in ended.err) == (2, True)


def test_pages_for_customers_are_about_one_environment(tmp_path: Path) -> None:
    root = in_two_environments(tmp_path / "repository")
    allowed = tmp_path / "status.yaml"
    allowed.write_text("{}")
    command = ("--today", DAY, "site", "--out", str(tmp_path / "out"), "--public", str(allowed))
    ended = in_process(*command, folder=root)
    assert ended.code == 2
    assert "pass --environment, one of production, staging" in ended.err
