"""What `demo --live` is made of, each on its own; the whole of it is in test_live.py."""

import re
import time
from pathlib import Path

import httpx
import pytest

from reliability.errors import DemoError
from reliability.onboarding.demo.live.programs import find_programs
from reliability.onboarding.demo.live.setting import point_at
from reliability.onboarding.demo.live.stage import open_stage
from reliability.onboarding.shipped import DAY, copy_shipped
from reliability.pipeline import check, compile_catalog, load_repository


def program(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_programs_are_found_in_a_folder_also_by_debians_name(tmp_path: Path) -> None:
    prometheus = program(tmp_path, "prometheus")
    alertmanager = program(tmp_path, "prometheus-alertmanager")
    found = find_programs(tmp_path, "")
    assert (found.prometheus, found.alertmanager) == (prometheus, alertmanager)


def test_what_is_missing_on_the_path_is_named(tmp_path: Path) -> None:
    program(tmp_path, "prometheus")
    with pytest.raises(DemoError, match="requires alertmanager, not found on the PATH; install"):
        find_programs(None, str(tmp_path))


def served(url: str) -> dict[str, int]:
    text = httpx.get(f"{url}/metrics", trust_env=False).text
    return {code: int(count) for code, count in re.findall(r'code="(\d+)"\} (\d+)', text)}


def test_every_third_clock_in_fails_from_when_it_burns() -> None:
    with open_stage() as stage:
        stage.since -= 100
        assert served(stage.url) == {"200": pytest.approx(1500, abs=30), "503": 0}
        stage.burn()
        stage.since -= 100
        burnt = served(stage.url)
    assert burnt["503"] == pytest.approx(500, abs=30)
    assert burnt["200"] == pytest.approx(2500, abs=60)


def test_what_arrives_is_kept_by_its_path() -> None:
    with open_stage() as stage:
        httpx.post(f"{stage.url}/slack", json={"channel": "#a"}, trust_env=False)
        httpx.post(f"{stage.url}/pager", json={"routing_key": "k"}, trust_env=False)
        assert stage.arrived("/slack") == [{"channel": "#a"}]
        assert stage.arrived("/pager") == [{"routing_key": "k"}]
        assert time.monotonic() >= stage.since


def test_pointed_at_servers_here_the_repository_is_still_clean_and_says_no_secret(
    tmp_path: Path,
) -> None:
    root = copy_shipped(tmp_path / "demo")
    point_at(root, root / "live", (20001, 20002), "http://127.0.0.1:20003")
    repository = load_repository(root)
    assert check(repository, DAY) == []
    resources, problems = compile_catalog(repository.catalog)
    assert problems == []
    config = next(str(each.body) for each in resources if each.id.target == "alertmanager")
    assert f"{root}/live/secrets/slack-url" in config
    assert "http://127.0.0.1:20003/pager" in config
    assert "/etc/alertmanager" not in config
    assert (root / "live/secrets/heartbeat-url").read_text() == "http://127.0.0.1:20003/heartbeat"
