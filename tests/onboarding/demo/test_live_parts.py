"""What `demo --live` is made of, each on its own; the whole of it is in test_live.py."""

import re
import sys
import time
from pathlib import Path

import httpx
import pytest

from reliability.errors import DemoError
from reliability.onboarding.demo.live.processes import free_port, running, wait_for
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


def test_each_missing_program_is_named_with_where_it_was_looked_for(tmp_path: Path) -> None:
    end = "; install what is missing, or pass its folder with --servers"
    both = f"demo --live requires prometheus and alertmanager, not found in {tmp_path}{end}"
    with pytest.raises(DemoError, match=f"^{re.escape(both)}$"):
        find_programs(tmp_path, "/usr/bin")
    program(tmp_path, "alertmanager")
    one = f"demo --live requires prometheus, not found on the PATH{end}"
    with pytest.raises(DemoError, match=f"^{re.escape(one)}$"):
        find_programs(None, str(tmp_path))


def test_a_program_that_exits_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    server = program(tmp_path, "server")
    server.write_text("#!/bin/sh\npwd\necho first\necho wrong flag >&2\nexit 3\n")
    log = tmp_path / "prometheus.log"
    with (
        pytest.raises(DemoError, match=r"^prometheus exited with 3: wrong flag$"),
        running([server], free_port(), log),
    ):
        pass
    assert log.read_text() == f"{tmp_path}\nfirst\nwrong flag\n"

    server.write_text("#!/bin/sh\nexit 0\n")
    with (
        pytest.raises(DemoError, match=r"^silent exited with 0: $"),
        running([server], free_port(), tmp_path / "silent.log"),
    ):
        pass


def test_a_program_is_ready_when_its_server_answers_and_is_stopped_at_the_end(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "-"
    folder.mkdir()
    (folder / "ready").write_text("ready")
    port = free_port()
    assert 20_000 <= port < 32_000
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with running([*command, "--directory", tmp_path], port, tmp_path / "server.log"):
        assert httpx.get(f"http://127.0.0.1:{port}/-/ready", trust_env=False).text == "ready"
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://127.0.0.1:{port}/-/ready", trust_env=False)


def test_a_value_is_waited_for_until_it_is_there() -> None:
    answers = iter((None, None, "value"))
    assert wait_for(lambda: next(answers), 30, "nothing") == "value"
    with pytest.raises(DemoError, match=r"^nothing arrived after 0\.1 seconds$"):
        wait_for(lambda: None, 0.1, "nothing arrived")


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
        assert stage.arrived("/heartbeat") == []
        answers = [
            httpx.post(f"{stage.url}/{path}", json={}, trust_env=False)
            for path in ("pager", "heartbeat")
        ]
        assert time.monotonic() >= stage.since
    assert [(answer.status_code, answer.text) for answer in answers] == [
        (202, '{"status": "success", "message": "ok"}'),
        (200, "ok"),
    ]


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
    secrets = {path.name: path.read_text() for path in (root / "live/secrets").iterdir()}
    assert secrets == {
        "slack-url": "http://127.0.0.1:20003/slack",
        "heartbeat-url": "http://127.0.0.1:20003/heartbeat",
        "workforce-pagerduty-key": "workforce-key",
        "payroll-pagerduty-key": "payroll-key",
        "platform-pagerduty-key": "platform-key",
    }
    assert "group_wait': '1s'" in config
    targets = (root / "policies/targets.yaml").read_text()
    [owner] = re.findall(r'owner: \{id: "([0-9a-f]{16})"\}', targets)
    assert f"folder: {root}/live/prometheus/rules" in targets
    assert "url: http://127.0.0.1:20001\n" in targets
    assert "url: http://127.0.0.1:20002\n" in targets
    assert owner
    prometheus = (root / "live/prometheus/prometheus.yml").read_text()
    assert 'targets: ["127.0.0.1:20002"]' in prometheus
    assert 'targets: ["127.0.0.1:20003"]' in prometheus
    assert (root / "live/prometheus/rules").is_dir()
    assert (root / "live/alertmanager/alertmanager.yml").read_text() == (
        "route: {receiver: inbox}\nreceivers: [{name: inbox}]\n"
    )
