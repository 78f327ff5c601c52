"""The first files of a repository, as `init` writes them from answers.

`pytest tests/onboarding/init/test_first_files.py --update-golden` rewrites the golden file.
"""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

import pytest

from reliability.check.rules import RULES
from reliability.model.notification import NotificationPolicy
from reliability.model.rule_policy import RulePolicy
from reliability.model.slo_policy import SloPolicy, SloPolicySpec
from reliability.onboarding.init.beginning import (
    RepositoryStart,
    declared_in,
    history,
    not_declared,
    notification,
    owner_id_in,
    wanted_files,
)
from reliability.onboarding.init.browsing import browsing_base
from reliability.onboarding.init.live_targets import LiveTargets, targets_text
from reliability.onboarding.people import People
from reliability.onboarding.shipped import shipped_repository
from reliability.onboarding.starting import first_policies, starting_policies
from tests.check.examples import minimal_files
from tests.check.repository import loaded, write
from tests.golden import Golden
from tests.onboarding.test_tool_source import git

GOLDEN: Final = Path(__file__).parent / "golden" / "first-files.txt"
PEOPLE: Final = People(team="shop", member="@ann")
BARE: Final = RepositoryStart(people=PEOPLE, owner_id="0123456789abcdef")
BOTH: Final = LiveTargets(
    prometheus="http://localhost:9090",
    rules_folder="/etc/prometheus/generated",
    alertmanager="https://am.example:9093/x",
    config_file="/etc/alertmanager/alertmanager.yml",
)
FULL: Final = RepositoryStart(
    people=PEOPLE,
    prometheus="http://prometheus:9090",
    is_solo=True,
    owner_id="12345678e1234567",
    secrets="/srv/secrets",
    slack_file=r"/srv/secrets/\1",
    base="route: {}\n",
    runbook_base=r"https://git.example.com/\1/blob/main",
    live=BOTH,
    environments="kind: Environments\n",
)
SHIPPED: Final = shipped_repository()


def test_the_first_files(golden: Golden) -> None:
    bare, full = wanted_files(BARE, SHIPPED), wanted_files(FULL, SHIPPED)
    lines = [f"== {path}\n{text}" for path, text in bare.items() if not is_copied(path)]
    lines += [f"copied {path}\n" for path in bare if is_copied(path)]
    lines += [
        f"== {path} of all answers\n{text}" for path, text in full.items() if text != bare.get(path)
    ]
    golden.check(GOLDEN, "".join(lines))
    assert all(full[path] == text for path, text in bare.items() if is_copied(path))


def test_what_is_left_out_holds_all_the_same() -> None:
    whole, short = (
        loaded({path.as_posix(): text for path, text in texts.items()})[0]
        for texts in (starting_policies(SHIPPED), first_policies(SHIPPED))
    )
    [rules], [slos] = whole.documents(RulePolicy), whole.documents(SloPolicy)
    own = {rule.id: rule.setting for rule in RULES}
    assert {name: said.over(own[name]) for name, said in rules.value.spec.rules.items()} == {
        name: own[name] for name in rules.value.spec.rules
    }
    assert slos.value.spec == SloPolicySpec()
    [said], [kept] = (side.documents(NotificationPolicy) for side in (whole, short))
    assert kept.value.spec == said.value.spec


def is_copied(path: PurePosixPath) -> bool:
    """Whether the file is as it is in the shipped repository."""
    return path.name in ("burn-rates.yaml", "alert-policy.yaml") or (path.suffix == ".md")


@pytest.mark.parametrize(
    ("live", "hosts"),
    [
        (LiveTargets(), ()),
        (LiveTargets(prometheus="http://a"), ()),
        (LiveTargets(rules_folder="/a"), ()),
        (LiveTargets(alertmanager="http://a", rules_folder="/a"), ()),
        (LiveTargets(config_file="/a", prometheus="http://a"), ()),
        (LiveTargets(prometheus="http://a:1", rules_folder="/a"), ("a",)),
        (LiveTargets(alertmanager="http://b:1", config_file="/a"), ("b",)),
        (BOTH, ("localhost", "am.example")),
        (
            LiveTargets(
                prometheus="http://c:1",
                rules_folder="/a",
                alertmanager="http://c:2",
                config_file="/b",
            ),
            ("c",),
        ),
    ],
)
def test_a_server_is_a_target_if_its_url_and_its_path_are_known(
    live: LiveTargets, hosts: tuple[str, ...]
) -> None:
    shipped = (SHIPPED / "policies/targets.yaml").read_text()
    text = targets_text(shipped, "abc", live)
    assert '  owner: {id: "abc"}    # marks everything that sync writes; keep it\n' in text
    assert (text.splitlines()[0] == shipped.splitlines()[0]) is (not hosts)
    assert (f"\n  allowedHosts: [{', '.join(hosts)}]\n" in text) is bool(hosts)


def test_answers_change_single_lines_of_the_policy() -> None:
    policy = (SHIPPED / "policies/notification.yaml").read_text()
    bare, full = notification(policy, BARE), notification(policy, FULL)
    assert [line for line in bare.splitlines() if line not in policy.splitlines()] == [
        "  # runbookBase: https://git.example.com/org/repo/blob/main   # prefix of runbook paths"
    ]
    assert "/etc/alertmanager/secrets" not in full
    assert history("") != history("http://a")


MONITORING: Final = "services/monitoring/"
ALWAYS: Final = [
    "policies/error-budget.yaml",
    *("policies/history.yaml", "policies/targets.yaml", ".pre-commit-config.yaml", ".gitignore"),
]
BEATING: Final = [
    *("services/monitoring/alert-policy.yaml", "docs/runbooks/monitoring-heartbeat.md"),
    "services/monitoring/ownership.yaml",
]


def left(files: Mapping[str, str]) -> list[str]:
    """What is written beside the files of a repository."""
    wanted = wanted_files(BARE, SHIPPED)
    return [str(path) for path in not_declared(wanted, loaded(files)[0])]


def test_what_a_repository_declares_is_not_written_again() -> None:
    assert left({}) == list(map(str, wanted_files(BARE, SHIPPED)))

    minimal = minimal_files()
    renamed = {path.replace("policies/", "policies/our-"): minimal[path] for path in minimal}
    assert sorted(left(renamed)) == sorted(ALWAYS)
    # A file at its own path is compared with what is there, and kept.
    assert sorted(left(minimal)) == sorted(
        [*ALWAYS, "policies/burn-rates.yaml", "policies/notification.yaml"]
    )


def test_a_heartbeat_or_a_service_monitoring_is_enough() -> None:
    minimal = minimal_files()
    without = {path: text for path, text in minimal.items() if not path.startswith(MONITORING)}
    beat = minimal[f"{MONITORING}alert-policy.yaml"].replace("monitoring", "other")
    policy = "services/other/alert-policy.yaml"
    assert set(BEATING) <= set(left(without))
    assert not set(BEATING) & set(left({**without, policy: beat}))
    quiet = beat.replace("kind: heartbeat", "kind: cause")
    assert set(BEATING) <= set(left({**without, policy: quiet}))
    owned = {f"{MONITORING}ownership.yaml": minimal[f"{MONITORING}ownership.yaml"]}
    assert not set(BEATING) & set(left({**without, **owned}))


def test_the_owner_id_of_a_repository_is_kept() -> None:
    catalog, findings = loaded(
        {
            "policies/targets.yaml": wanted_files(FULL, SHIPPED)[
                PurePosixPath("policies/targets.yaml")
            ]
        }
    )
    assert findings == []
    assert owner_id_in(catalog) == "12345678e1234567"
    assert len(owner_id_in(loaded({})[0])) == 16


@pytest.mark.parametrize(
    ("remote", "base"),
    [
        ("git@github.com:acme/ops.git", "https://github.com/acme/ops/blob/a%23b/ops/x"),
        (
            "https://me:pw@gitlab.example/acme/ops.git",
            "https://gitlab.example/acme/ops/-/blob/a%23b/ops/x",
        ),
        ("ssh://git@bitbucket.org/acme/ops", "https://bitbucket.org/acme/ops/src/a%23b/ops/x"),
        ("https://codeberg.org/acme/ops/", "https://codeberg.org/acme/ops/src/branch/a%23b/ops/x"),
        ("https://git.example.com/acme/ops", ""),
        ("http://github.com/acme/ops", ""),
        ("/srv/github.com/ops", ""),
    ],
)
def test_runbooks_are_read_where_the_remote_shows_them(
    tmp_path: Path, remote: str, base: str
) -> None:
    folder = tmp_path / "ops" / "x"
    folder.mkdir(parents=True)
    assert browsing_base(folder) == ""
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    assert browsing_base(folder) == ""
    git(tmp_path, "remote", "add", "origin", remote)
    (tmp_path / ".git/HEAD").write_text("ref: refs/heads/a#b\n")
    assert browsing_base(folder) == base


def test_files_in_services_that_are_not_documents(tmp_path: Path) -> None:
    files = {
        **minimal_files(),
        "services/shop/deploy.yaml": "kind: Deployment\n",
        "services/a/values.yaml": "a: [\n",
        "services/shop/ownership.yaml": minimal_files()["services/attendance/ownership.yaml"]
        .replace("attendance", "shop")
        .replace("spec:", "spec:\n  description: yes"),
        "policies/other.yaml": "kind: Deployment\n",
    }
    write(files, tmp_path)
    catalog, strange = declared_in(tmp_path)
    assert strange == ("services/a/values.yaml", "services/shop/deploy.yaml")
    assert "attendance" in catalog.services
