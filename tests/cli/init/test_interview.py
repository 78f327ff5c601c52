"""The interview of `init` at a terminal: each question, answers that are refused, and files.

`pytest tests/cli/init --update-golden` rewrites them; read what has changed.
"""

from pathlib import Path

from tests.check.repository import write
from tests.cli.init.test_init import check, init, repository
from tests.cli.program import answered, in_process
from tests.golden import Golden

RULES = """\
groups:
  - name: a
    rules:
      - {alert: A, expr: 'up{env="production"} == 0'}
      - {alert: B, expr: 'up{env="staging"} == 0'}
"""


def test_each_question_is_asked_until_its_answer_is_valid(golden: Golden, tmp_path: Path) -> None:
    root = repository(tmp_path)
    write({"rules.yml": RULES}, root)
    typed = (
        *("The Shop", "shop", "lead", "@lead", "shop-alerts", "#alerts"),
        *("prometheus:9090", "http://prometheus:9090/", "region", "env"),
    )
    ended = answered(*init(root), folder=root, typed=typed)
    environments = (root / "policies/environments.yaml").read_text()
    text = f"{ended.code}\n{ended.err}\n{ended.out}\n{environments}"
    check(golden, "interview", text, root)


def test_an_empty_answer_is_the_default(golden: Golden, tmp_path: Path) -> None:
    root = repository(tmp_path, "https://github.com/acme/ops")
    write({"rules.yml": RULES, "prometheus.yml": "rule_files: []\n"}, root)
    ended = answered(*init(root, "--no-github"), folder=root, typed=("", "", "", "", ""))
    check(golden, "interview-defaults", f"{ended.code}\n{ended.err}\n{ended.out}", root)
    assert not (root / "policies/environments.yaml").exists()


def test_a_label_that_no_query_has_is_refused_without_a_question(tmp_path: Path) -> None:
    root = repository(tmp_path)
    ended = in_process(*init(root, "--environment-label", "env"), folder=root)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "reliability: --environment-label: no query has several values of env; seen: none; "
        "see `reliability init --help`\n"
    )


def test_the_environments_of_a_label_are_declared(golden: Golden, tmp_path: Path) -> None:
    root = repository(tmp_path)
    write({"rules.yml": RULES}, root)
    command = init(root, "--environment-label", "env")
    ended = in_process(*command, folder=root)
    again = in_process(*init(root), folder=root)
    environments = (root / "policies/environments.yaml").read_text()
    parts = (ended.err, ended.out, environments, again.err, again.out)
    check(golden, "environments", "\n".join(parts), root)


def test_the_folder_is_written_as_it_is_named(tmp_path: Path) -> None:
    root = tmp_path / "運用"
    root.mkdir()
    ended = in_process("init", "--format", "json", folder=root)
    assert f'"root": "{root}"' in ended.out
