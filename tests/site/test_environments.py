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
        str(tmp_path / "out"),
    ]

    production, staging = (tmp_path / "out" / name for name in ("production", "staging"))
    assert "environment production" in Page.of(production / "en/index.html").text
    assert "環境 staging" in Page.of(staging / "ja/index.html").text
    targets = [float(objective(each)["target"]) for each in (production, staging)]
    assert targets == [0.999, 0.95]

    again = build(root, tmp_path / "out")
    assert again.out.count(" 0 written, 0 removed") == 3


def test_the_first_page_leads_to_each_environment_with_its_states(tmp_path: Path) -> None:
    root = in_two_environments(tmp_path / "repository")
    assert build(root, tmp_path / "out").code == 0
    for language, title in (("en", "Environments"), ("ja", "環境")):
        page = Page.of(tmp_path / "out" / language / "index.html")
        links = [link for link in page.values("href") if link.endswith("/index.html")]
        assert f"../production/{language}/index.html" in links
        for link in links:
            assert (tmp_path / "out" / language / link).resolve().is_file()
        assert title in page.text
    status = json.loads((tmp_path / "out/staging/status.json").read_text())["slos"]
    states = [slo["state"] for slo in status]
    row = Page.of(tmp_path / "out/en/index.html").text.partition("staging")[2].split()
    assert row[1] == str(len(states))
    assert row[3:8] == [
        str(states.count(state))
        for state in ("critical", "increasing", "recovering", "acceptable", "unknown")
    ]


def test_the_first_page_does_not_replace_a_file_of_somebody_else(tmp_path: Path) -> None:
    root = in_two_environments(tmp_path / "repository")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/index.html").write_text("mine")
    ended = build(root, tmp_path / "out")
    assert (ended.code, "index.html was not written by this command" in ended.err) == (2, True)
    assert (tmp_path / "out/index.html").read_text() == "mine"


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
