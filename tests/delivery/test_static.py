"""Our workflows pass zizmor's strictest persona and actionlint; weakened, they do not."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.delivery.linters import actionlint, zizmor
from tests.project.repository import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
ACTION = GITHUB / "actions" / "reliability" / "action.yml"
OWN = ("ci.yml", "docs.yml", "release.yml", "scorecard.yml")
"""The workflows of this project itself, which `init` does not write."""

PINNED = re.compile(r"uses: (?:\./\S+|[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+(?:-node20)?)$")


def read(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    return loaded


def jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in WORKFLOWS:
        for name, job in read(path)["jobs"].items():
            yield f"{path.stem}.{name}", job


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(GITHUB, tmp_path / ".github")
    (tmp_path / ".git").mkdir()  # by which actionlint knows where the action is
    return tmp_path


def test_zizmor_finds_nothing() -> None:
    assert zizmor(ROOT) == []


def test_actionlint_finds_nothing() -> None:
    assert actionlint(ROOT) == []


# What is weakened, by what, and what tells.
WEAKENED = {
    "a title in a shell": (
        "      - name: take the",
        '      - run: echo "${{ github.event.pull_request.title }}"\n      - name: take the',
        "template-injection",
    ),
    "a branch's name in a shell": (
        "      - name: take the history",
        '      - run: echo "${{ github.head_ref }}"\n      - name: take the history',
        "template-injection",
    ),
    "the token of the base for a fork": (
        "  pull_request:",
        "  pull_request_target:",
        "dangerous-triggers",
    ),
    "every permission": ("permissions: {}", "permissions: write-all", "excessive-permissions"),
    "a tag instead of a commit": (
        "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
        "actions/checkout@v7",
        "unpinned-uses",
    ),
    "the token left in the checkout": (
        "persist-credentials: false",
        "persist-credentials: true",
        "artipacked",
    ),
    "a permission that nobody explains": (
        " # to take the history that the schedule has stored",
        "",
        "undocumented-permissions",
    ),
}


@pytest.mark.parametrize("name", WEAKENED)
def test_zizmor_tells_of_a_workflow_that_was_weakened(name: str, copy: Path) -> None:
    before, after, told = WEAKENED[name]
    path = copy / ".github" / "workflows" / "pull-request.yml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    assert any(finding.startswith(told) for finding in zizmor(copy))


def test_actionlint_tells_of_an_input_that_the_action_does_not_have(copy: Path) -> None:
    path = copy / ".github" / "workflows" / "sync.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("command: sync", "comand: sync"), encoding="utf-8")
    assert any("comand" in message for message in actionlint(copy))


def test_no_permission_is_given_to_a_whole_workflow() -> None:
    assert {path.name: read(path)["permissions"] for path in WORKFLOWS} == {
        path.name: {} for path in WORKFLOWS
    }


def test_what_each_job_may_do() -> None:
    assert {name: job["permissions"] for name, job in jobs()} == {
        "ci.test": {"contents": "read"},
        "docs.build": {"contents": "read"},
        "docs.publish": {"pages": "write", "id-token": "write"},
        "pull-request.check": {"contents": "read", "security-events": "write"},
        "pull-request.review": {"contents": "read", "actions": "read", "pull-requests": "write"},
        "release.ready": {"contents": "read"},
        "release.test": {"contents": "read"},
        "release.build": {"contents": "read"},
        "release.provenance": {"id-token": "write", "attestations": "write"},
        "release.index": {"id-token": "write"},
        "release.release": {"contents": "write"},
        "release.image": {"contents": "read", "packages": "write"},
        "schedule.history": {"contents": "read", "actions": "read"},
        "schedule.issues": {"contents": "read", "actions": "read", "issues": "write"},
        "schedule.pages": {"contents": "read", "actions": "read"},
        "schedule.verdicts": {
            "contents": "read",
            "actions": "read",
            "pull-requests": "read",
            "statuses": "write",
        },
        "scorecard.scorecard": {"contents": "read", "security-events": "write"},
        "sync.sync": {"contents": "read", "pull-requests": "write"},
        "verdict.verdict": {
            "contents": "read",
            "actions": "read",
            "pull-requests": "read",
            "statuses": "write",
        },
    }


def test_secrets_are_read_by_no_job_that_a_pull_request_starts() -> None:
    started = [path for path in WORKFLOWS if "pull_request" in read(path)["on"]]
    assert [path.name for path in started] == ["ci.yml", "pull-request.yml"]
    for path in started:
        assert "secrets." not in path.read_text(encoding="utf-8"), path.name


def test_secrets_are_read_only_in_an_environment() -> None:
    environments = {name: job["environment"] for name, job in jobs() if "secrets." in str(job)}
    assert environments == {
        "schedule.history": "reliability-read",
        "schedule.issues": "reliability-read",
        "sync.sync": "reliability-sync",
    }


def test_every_action_is_pinned_by_its_commit_and_names_the_version() -> None:
    uses = [
        f"{path.name}: {line}"
        for path in (*WORKFLOWS, ACTION)
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"(^|[ -])uses: ", line) and not line.lstrip().startswith("#")
    ]
    assert len(uses) >= 20
    assert [line for line in uses if not PINNED.search(line)] == []


def test_one_action_has_one_commit_everywhere() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (*WORKFLOWS, ACTION))
    pins = set(re.findall(r"uses: (\S+)@(\S+ # \S+)", text))
    old = {pin for pin in pins if pin[1].endswith("-node20")}  # for GitHub Enterprise Server
    assert {name for name, _ in old} == {"actions/upload-artifact"}
    assert len({name for name, _ in pins - old}) == len(pins - old)


def test_artifacts_are_kept_once_on_each_kind_of_server() -> None:
    keeping = [each for each in read(ACTION)["runs"]["steps"] if "upload-artifact" in str(each)]
    conditions = [step["if"].removeprefix("${{ ").removesuffix(" }}") for step in keeping]
    start = "!cancelled() && steps.run.outputs.name != '' && "
    assert conditions == [
        start + "(github.server_url == 'https://github.com' || "
        "endsWith(github.server_url, '.ghe.com'))",
        start + "github.server_url != 'https://github.com' && "
        "!endsWith(github.server_url, '.ghe.com')",
    ]


def test_the_job_that_may_write_reads_of_the_event_only_what_it_judges() -> None:
    text = (GITHUB / "workflows" / "verdict.yml").read_text(encoding="utf-8")
    code = "\n".join(line.partition(" #")[0] for line in text.splitlines() if line[:1] != "#")
    assert set(re.findall(r"github\.event\.[\w.]+", code)) == {
        "github.event.action",
        "github.event.repository.default_branch",
        "github.event.workflow_run.conclusion",
        "github.event.workflow_run.event",
        "github.event.workflow_run.head_branch",
        "github.event.workflow_run.head_sha",
        "github.event.workflow_run.id",
    }
    assert re.findall(r" ref: (.+)", code) == ["${{ github.event.repository.default_branch }}"]
    assert "run-id" not in code
    assert "download-artifact" not in code


def test_each_job_ends_by_itself() -> None:
    minutes = {name: int(job["timeout-minutes"]) for name, job in jobs()}
    assert len(minutes) >= 8
    assert max(minutes.values()) <= 60, minutes


def test_no_text_of_an_input_or_event_stands_in_a_shell() -> None:
    steps = [step for _, job in jobs() for step in job["steps"]] + read(ACTION)["runs"]["steps"]
    scripts = [step["run"] for step in steps if "run" in step]
    assert len(scripts) >= 5
    assert [script for script in scripts if "${{" in script] == []


def test_templates_of_issues_can_be_read_and_ask_for_something() -> None:
    paths = sorted((GITHUB / "ISSUE_TEMPLATE").glob("*.yml"))
    forms = {path.name: read(path) for path in paths if path.name != "config.yml"}
    assert len(forms) >= 3
    for name, form in forms.items():
        fields = [field for field in form["body"] if field["type"] != "markdown"]
        assert form["name"], name
        assert form["description"], name
        assert len({field["id"] for field in fields}) == len(fields) > 1, name
