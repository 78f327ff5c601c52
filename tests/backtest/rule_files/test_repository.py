"""Which files a pattern of --rules names, and a configuration that cannot be read."""

from pathlib import Path

import pytest

from reliability.backtest.effects import EffectMapping, of_alert, strongest
from reliability.backtest.rule_files.repository import at_merge_base, routes, working_tree
from reliability.errors import ReliabilityError, RevisionError
from tests.load.test_git import git

FILES = ("a.yml", "rules/b.yml", "rules/deep/c.yml", "rules/d.txt", ".hidden/e.yml", "x/b.yml")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x: 1\n")
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("rules", ["rules/b.yml", "rules/d.txt", "rules/deep/c.yml"]),
        ("rules/", ["rules/b.yml", "rules/d.txt", "rules/deep/c.yml"]),
        ("./rules/*.yml", ["rules/b.yml"]),
        ("rules/**/*.yml", ["rules/b.yml", "rules/deep/c.yml"]),
        ("**/b.yml", ["rules/b.yml", "x/b.yml"]),
        ("?.yml", ["a.yml"]),
        ("a.yml", ["a.yml"]),
        (".", ["a.yml", "rules/b.yml", "rules/d.txt", "rules/deep/c.yml", "x/b.yml"]),
        ("{root}/rules/b.yml", ["rules/b.yml"]),
        ("{root}/rules", ["rules/b.yml", "rules/d.txt", "rules/deep/c.yml"]),
        ("missing", []),
        ("rulesXb.yml", []),
    ],
)
def test_a_pattern_is_a_file_a_folder_or_has_stars(
    root: Path, pattern: str, names: list[str]
) -> None:
    found = working_tree(root, [pattern.format(root=root)], None)
    assert sorted(map(str, found.files)) == names
    assert (found.commit, found.alertmanager, found.problems) == ("", None, ())


def test_a_file_that_two_patterns_name_is_read_once(root: Path) -> None:
    assert list(map(str, working_tree(root, ["a.yml", "*.yml"], None).files)) == ["a.yml"]


def test_a_configuration_that_is_gone_is_named(root: Path) -> None:
    with pytest.raises(ReliabilityError) as refused:
        working_tree(root, ["a.yml"], root / "am.yml")
    assert str(refused.value) == f"--alertmanager: {root}/am.yml: no such file or directory"
    assert working_tree(root, [], root / "a.yml").alertmanager == b"x: 1\n"


def test_files_are_read_at_the_commit_that_a_branch_began_from(root: Path) -> None:
    (root / "rules/link.yml").symlink_to("b.yml")
    (root / "am.yml").write_text("route: 1\n")
    git(root, "init", "--initial-branch=main")
    git(root, "add", ".")
    git(root, "commit", "--message=one")
    began = git(root, "rev-parse", "HEAD")
    git(root, "switch", "--create", "change")
    (root / "a.yml").write_text("x: 2\n")
    (root / "rules/new.yml").write_text("x: 2\n")
    git(root, "add", ".")
    git(root, "commit", "--message=two")
    git(root, "branch", "--force", "main", "HEAD")

    read = at_merge_base(root, began, ["rules", "a.yml"], root / "am.yml")
    names = ["a.yml", "rules/b.yml", "rules/d.txt", "rules/deep/c.yml"]
    assert sorted(map(str, read.files)) == names
    assert set(read.files.values()) == {b"x: 1\n"}
    assert (read.commit, read.alertmanager, read.problems) == (began, b"route: 1\n", ())
    later = at_merge_base(root, "main", ["*.yml"], root / "gone.yml")
    assert {str(path): data for path, data in later.files.items()} == {
        "a.yml": b"x: 2\n",
        "am.yml": b"route: 1\n",
    }
    assert later.alertmanager is None
    below = at_merge_base(root / "rules", "main", ["*.yml", "deep"], root / "rules/d.txt")
    assert sorted(map(str, below.files)) == ["b.yml", "deep/c.yml", "new.yml"]
    assert below.alertmanager == b"x: 1\n"
    with pytest.raises(RevisionError):
        at_merge_base(root, "nowhere", ["rules"], None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("route: [\n", "--alertmanager: am.yml:2:1: did not find expected node content"),
        ("", "--alertmanager: am.yml: missing key /route"),
        ("receivers: []\n", "--alertmanager: am.yml: missing key /route"),
    ],
)
def test_a_configuration_that_cannot_be_read_names_the_place(text: str, message: str) -> None:
    with pytest.raises(ReliabilityError) as refused:
        routes(Path("am.yml"), text.encode(), EffectMapping())
    assert str(refused.value).startswith(message)


def test_a_value_that_yaml_1_1_reads_otherwise_stops_nothing() -> None:
    text = "route: {receiver: a}\nreceivers: [{name: a, webhook_configs: [{send_resolved: yes}]}]\n"
    read = routes(Path("am.yml"), text.encode(), EffectMapping())
    assert read.routing.root.receiver == "a"


@pytest.mark.parametrize(
    ("severity", "reach"),
    [
        *((name, "page") for name in ("page", "pager", "critical", "emergency", "P1")),
        *((name, "ticket") for name in ("ticket", "warning", "error", "high", "P2")),
        *((name, "no one") for name in ("info", "", "pages", "P3")),
    ],
)
def test_without_a_configuration_the_severity_decides(severity: str, reach: str) -> None:
    read = routes(None, None, EffectMapping())
    assert of_alert({"severity": severity}, read.routing, read.mapping) == reach


def test_the_first_mapping_that_matches_decides() -> None:
    mapping = EffectMapping.of(
        [("page", "team=a"), ("mail", 'team=~"a|b",tier=x'), ("chat", "x=1")]
    )
    assert mapping.of_labels({"team": "a", "tier": "x"}) == "page"
    assert mapping.of_labels({"team": "b", "tier": "x"}) == "mail"
    assert mapping.of_labels({"team": "b"}) is None
    with pytest.raises(ReliabilityError, match=r"^--page: "):
        EffectMapping.of([("page", "=")])


def test_the_strongest_of_several_counts() -> None:
    assert strongest(("mail", "page", "chat")) == "page"
    assert strongest(("mail", "unknown", "chat")) == "unknown"
    assert strongest(()) == "no one"
