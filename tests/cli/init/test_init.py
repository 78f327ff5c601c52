"""`init`: all that it prints and the files that depend on answers, in golden files.

`pytest tests/cli/init --update-golden` rewrites them; read what has changed.
"""

import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from reliability.plan.held import Owner
from reliability.providers.mark import marked_text
from reliability.resource import Json, Resource, ResourceId
from tests.check.repository import write
from tests.cli.program import in_process, transcript
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
COMMIT: Final = "0123456789abcdef0123456789abcdef01234567"
SOURCE: Final = ("--install-from", f"git+https://git.example/tools/reliability.git@{COMMIT}")
WRITTEN: Final = (
    "policies/history.yaml",
    "policies/notification.yaml",
    "policies/targets.yaml",
    "policies/teams",
    ".github/actions/reliability/tool.txt",
)
COMPOSE: Final = """\
services:
  prometheus: {image: "prom/prometheus", ports: ["9091:9090"]}
  agent: {image: "datadog/agent:7"}
"""
LIVE: Final = """\
global: {slack_api_url_file: slack}
route:
  receiver: errors
  routes: [{matchers: [team="shop", severity="page"], receiver: pager}]
receivers:
  - {name: errors, slack_configs: [{channel: "#errors"}]}
  - name: pager
    slack_configs: [{channel: "#shop-pages"}]
    pagerduty_configs: [{routing_key: 0123456789abcdef0123456789abcdef}]
"""


def init(folder: Path, *arguments: str | Path) -> Sequence[str | Path]:
    """The command for a folder with a name that does not change."""
    return ("--root", folder, "init", *arguments)


def repository(tmp_path: Path, remote: str = "") -> Path:
    """An empty folder, as a Git repository if it has a remote."""
    root = tmp_path / "ops"
    root.mkdir()
    if remote:
        subprocess.run(("git", "init", "--quiet", "-b", "main", str(root)), check=True)
        subprocess.run(("git", "-C", str(root), "remote", "add", "origin", remote), check=True)
    return root


def files(root: Path) -> str:
    """The files that depend on answers, without the random ID."""
    paths = sorted(path for name in WRITTEN for path in (root / name, *(root / name).glob("*")))
    texts = [f"## {p.relative_to(root)}\n{p.read_text()}" for p in paths if p.is_file()]
    return re.sub(r'id: "[0-9a-f]{16}"', 'id: "ID"', "\n".join(texts))


def check(golden: Golden, name: str, text: str, root: Path) -> None:
    """Compare what was printed and written."""
    whole = f"{text}\n{files(root)}".replace(str(root.parent), "FOLDER")
    golden.check(GOLDEN / f"{name}.txt", whole)


def test_an_empty_folder(golden: Golden, tmp_path: Path) -> None:
    root = repository(tmp_path)
    text = transcript(tmp_path, init(root), init(root), init(root, "--format", "json"))
    check(golden, "empty", text, root)


def test_one_person(golden: Golden, tmp_path: Path) -> None:
    root = repository(tmp_path)
    asked = ("--solo", "--pagerduty", "--slack", "", "--runbook-base", "https://wiki.example/")
    check(golden, "solo", transcript(tmp_path, init(root, *asked)), root)


def test_beside_tools(golden: Golden, tmp_path: Path) -> None:
    root = repository(tmp_path, "git@github.com:Acme-Shop/ops.git")
    write(
        {
            "compose.yaml": COMPOSE,
            "alertmanager.yml": LIVE,
            "rules/a.yml": "groups: []\n",
            "rules/b.yml": "groups: []\n",
            "services/api/deployment.yaml": "kind: Deployment\n",
            ".gitignore": "mine\n",
        },
        root,
    )
    text = transcript(
        tmp_path,
        init(root, *SOURCE),
        init(root),
        init(root, "--no-github", "--no-pagerduty", "--format", "json"),
    )
    check(golden, "beside-tools", text, root)


def test_in_a_folder_of_a_repository(golden: Golden, tmp_path: Path) -> None:
    top = repository(tmp_path, "https://gitlab.example/acme/ops.git")
    root = top / "slo"
    root.mkdir()
    action = top / ".github/actions/reliability"
    write({"requirements.txt": "reliability-as-code==1\n"}, action)
    asked = ("--team", "pay", "--member", "@lead", "--slack", "#pay", "--prometheus")
    text = transcript(
        tmp_path,
        init(root, "--github", *SOURCE, *asked, "http://prom:9090/"),
        init(root, "--github", *SOURCE, "--format", "json"),
    )
    check(golden, "inside", text, root)
    assert (action / "tool.txt").read_text() == (
        f"reliability-as-code @ git+https://git.example/tools/reliability.git@{COMMIT}\n"
    )


@pytest.mark.parametrize("name", ["beside", "apart"])
def test_taking_a_live_configuration_over(golden: Golden, tmp_path: Path, name: str) -> None:
    root = repository(tmp_path, "https://git.example/acme/ops.git")
    write({"alertmanager.yml": LIVE}, tmp_path / "etc")
    live = ("--alertmanager", tmp_path / "etc/alertmanager.yml", "--team", "shop")
    more: tuple[str | Path, ...] = ()
    if name == "apart":
        more = (
            *("--secrets", tmp_path / "keys", "--rules-folder", tmp_path / "rules"),
            *("--prometheus", "http://prom:9090", "--alertmanager-url", "https://am.example/am/"),
        )
    text = transcript(
        tmp_path,
        init(root, *live, *more),
        init(root, *live, *more, "--format", "json"),
    )
    base = (root / "policies/alertmanager.base.yml").read_text()
    check(golden, f"taken-{name}", f"{text}\n{base}", root)


def test_joining_the_servers_of_another_repository(golden: Golden, tmp_path: Path) -> None:
    root = repository(tmp_path, "https://git.example/acme/payments.git")
    owner = Owner("0123456789abcdef", "git.example/acme/shop")
    etc = tmp_path / "etc"
    body: dict[str, Json] = {"route": {"receiver": "a"}, "receivers": [{"name": "a"}]}
    written = {
        etc / "alertmanager.yml": Resource(ResourceId("am", "config", "alertmanager"), body),
        etc / "rules/monitoring.yml": Resource(ResourceId("p", "rules", "monitoring"), {}),
    }
    for path, resource in written.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(marked_text(resource, owner))
    servers = (
        *("--prometheus", "http://prom:9090", "--rules-folder", etc / "rules"),
        *("--alertmanager-url", "http://am:9093", "--alertmanager", etc / "alertmanager.yml"),
    )
    text = transcript(tmp_path, init(root, "--team", "payments", "--pagerduty", *servers))
    policy = (root / "services/monitoring-payments/alert-policy.yaml").read_text()
    check(golden, "joining", f"{text}\n{policy}", root)
    assert not (root / "policies/alertmanager.base.yml").exists()

    # Its rules alone are enough to avoid the name.
    (etc / "alertmanager.yml").unlink()
    second = tmp_path / "second"
    second.mkdir()
    in_process(*init(second, "--team", "shop", *servers[:4]), folder=second)
    assert [path.name for path in (second / "services").iterdir()] == ["monitoring-shop"]


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ((), "http://localhost:9094"),
        (("--alertmanager-url", "https://am.example"), "https://am.example"),
    ],
)
def test_the_alertmanager_that_is_seen_is_a_sync_target(
    tmp_path: Path, options: tuple[str, ...], url: str
) -> None:
    root = repository(tmp_path)
    compose = 'services:\n  am: {image: "prom/alertmanager", ports: ["9094:9093"]}\n'
    write({"compose.yaml": compose}, root)
    write({"alertmanager.yml": LIVE}, tmp_path / "etc")
    live = ("--alertmanager", tmp_path / "etc/alertmanager.yml")
    ended = in_process(*init(root, *live, *options), folder=root)
    assert ended.code == 0, ended.err
    assert f"url: {url}" in (root / "policies/targets.yaml").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--team", "Shop"), "--team: not a valid name: 'Shop'; use lower-case letters, digits"),
        (("--member", "me"), "--member: not a valid handle: 'me'; expected one such as @tech"),
        (("--slack", "x"), "--slack: not a valid channel: 'x'; expected one such as #shop-al"),
        (("--prometheus", "p:9090"), "--prometheus: not a valid URL: 'p:9090'; expected one"),
        (("--runbook-base", "docs"), "--runbook-base: not a valid URL: 'docs'; expected one"),
        (
            ("--alertmanager-url", "http://me:x@am"),
            "--alertmanager-url: the URL contains a user or a password; use a reference: env:NAME",
        ),
        (
            ("--rules-folder", "rules"),
            "--rules-folder: the URL of Prometheus is unknown; pass --prometheus URL",
        ),
        (
            ("--github", "--install-from", "reliability-as-code==1"),
            "--install-from: 'reliability-as-code==1' is not an address such as git+https://HOST",
        ),
        (
            ("--github", "--install-from", "git+https://git.example/a/b.git@main"),
            "--install-from: 'main' is not a full commit: 40 hexadecimal digits",
        ),
        (("--alertmanager", "missing.yml"), "--alertmanager: File 'missing.yml' does not exist"),
        (("--secrets", "../file"), "--secrets: Directory '../file' is a file"),
        (("--rules-folder", "../file"), "--rules-folder: Directory '../file' is a file"),
    ],
)
def test_answers_that_are_refused(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    root = repository(tmp_path)
    (tmp_path / "file").write_text("")
    ended = in_process(*init(root, *arguments), folder=root)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"reliability: {message}")
    assert list(root.iterdir()) == []


def test_a_link_in_place_of_a_folder_is_not_followed(tmp_path: Path) -> None:
    root, outside = repository(tmp_path), tmp_path / "outside"
    outside.mkdir()
    (root / ".github").symlink_to(outside)
    ended = in_process(*init(root, "--github", *SOURCE), folder=root)
    message = "reliability: .github is a symbolic link and is not followed\n"
    assert (ended.code, ended.err) == (2, message)
    assert list(outside.iterdir()) == []


def test_workflows_that_cannot_be_written_are_an_exit_code(tmp_path: Path) -> None:
    root = repository(tmp_path)
    write({".github/ISSUE_TEMPLATE": "a file\n"}, root)
    ended = in_process(*init(root, "--github", *SOURCE), folder=root)
    reason = ".github/ISSUE_TEMPLATE/slo-review.yml cannot be written: File exists"
    assert (ended.code, ended.err) == (2, f"reliability: {reason}\n")


def test_a_login_is_no_member_unless_somebody_confirms_it(tmp_path: Path) -> None:
    root = repository(tmp_path)
    assert in_process(*init(root, "--solo"), folder=root, USER="ann").code == 0
    assert "@ann" not in (root / "policies/teams/me.yaml").read_text()


def test_json_counts_what_a_first_run_wrote(tmp_path: Path) -> None:
    root = repository(tmp_path, "https://git.example/acme/ops.git")
    write({"alertmanager.yml": LIVE}, tmp_path / "etc")
    live = ("--alertmanager", tmp_path / "etc/alertmanager.yml", "--github", *SOURCE)
    ended = in_process(*init(root, *live, "--format", "json"), folder=root)
    assert ended.code == 0, ended.err
    result = json.loads(ended.out)
    states = [file["state"] for file in result["files"]]
    assert (result["wrote"], result["kept"]) == (states.count("wrote"), 0)
    assert len(result["secrets"]) > 0
