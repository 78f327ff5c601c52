"""Labels that name environments in existing queries, and the document that declares them."""

from pathlib import Path

import pytest

from reliability.load.loader import load
from reliability.model.environments import Environments
from reliability.onboarding.environment_labels import (
    FILE,
    chosen,
    environment_labels,
    environments_text,
)
from tests.check.repository import write
from tests.cli.program import answered, in_process

RULES = """\
groups:
  - name: shop
    rules:
      - {{alert: Queue, expr: 'queue_depth{{env="{env}"}} > 100', labels: {{severity: warning}}}}
      - {{alert: Disk, expr: 'disk_used{{cluster="eu"}} > 0.9', labels: {{severity: warning}}}}
"""
FILES = {
    "rules/production.yml": RULES.format(env="production"),
    "rules/staging.yml": RULES.format(env="staging"),
}


def test_values_of_equal_and_listing_matchers_count() -> None:
    [seen] = environment_labels(
        (
            'a{env="production"}',
            'a{env="staging", job="x"}',
            'a{job="x",env="test"}',
            'b{env=~"test|staging"} / b{env="test"}',
            'c{env!="other"}',
            'd{env=~".+"}',
            'e{cluster="eu"}',
            "not promql {",
        )
    )
    assert (seen.label, seen.values) == ("env", {"production": 1, "staging": 2, "test": 2})
    assert seen.copies == 2
    assert seen.text == (
        "env is production (1), staging (2), test (2); 2 expressions differ in it only"
    )


def test_the_document_declares_an_environment_for_each_value() -> None:
    [seen] = environment_labels(('a{stage="Prod EU"}', 'a{stage="no"}'))
    catalog, findings = load([(FILE, environments_text(seen).encode())])
    assert findings == []
    document = catalog.only(Environments)
    assert document is not None
    declared = document.value.spec.environments
    assert [(each.name, dict(each.selector_labels)) for each in declared] == [
        ("prod-eu", {"stage": "Prod EU"}),
        ("no", {"stage": "no"}),
    ]


def test_values_are_quoted_unless_every_reader_takes_them_for_text() -> None:
    values = ("本番", "no", "eu-1", "1a", "a b", 'c"d', "Prod")
    matchers = (value.replace('"', '\\"') for value in values)
    [seen] = environment_labels(f'a{{env="{value}"}}' for value in matchers)
    lines = [line.strip() for line in environments_text(seen).splitlines()]
    assert [line for line in lines if line.startswith(("- name", "selectorLabels"))] == [
        '- name: "1a"',
        'selectorLabels: {env: "1a"}',
        "- name: prod",
        "selectorLabels: {env: Prod}",
        "- name: a-b",
        'selectorLabels: {env: "a b"}',
        "- name: c-d",
        'selectorLabels: {env: "c\\"d"}',
        "- name: eu-1",
        "selectorLabels: {env: eu-1}",
        '- name: "no"',
        'selectorLabels: {env: "no"}',
        "- name: environment",
        'selectorLabels: {env: "本番"}',
    ]


def test_values_that_become_one_name_are_refused() -> None:
    [seen] = environment_labels(('a{env="Prod"}', 'a{env="prod"}'))
    with pytest.raises(ValueError, match="several values of env would be called prod"):
        environments_text(seen)
    with pytest.raises(ValueError, match="no query has several values of stage; seen: env"):
        chosen("stage", [seen])
    assert chosen("", [seen]) is None


def test_an_import_names_the_label_and_writes_nothing_for_it(tmp_path: Path) -> None:
    write(FILES, tmp_path)
    into = tmp_path / "into"
    arguments = ("import", tmp_path / "rules", "--into", into, "--service", "shop")
    printed = in_process(*arguments, folder=tmp_path).out
    assert (
        "environment label: env is production (1), staging (1); 2 expressions differ in it only\n"
        "environments: none declared; to declare the values of a label, pass "
        "--environment-label env\n"
    ) in printed
    assert not (into / FILE).exists()


def test_an_import_declares_the_values_of_the_chosen_label(tmp_path: Path) -> None:
    write(FILES, tmp_path)
    into = tmp_path / "into"
    flags = ("--into", into, "--service", "shop", "--environment-label", "env")
    done = in_process("import", tmp_path / "rules", *flags, folder=tmp_path)
    assert "environments: the values of env; add their servers" in done.out
    # Each expression excludes the other environment, until a person removes the matcher.
    assert "environment-selector-conflict 2" in done.out
    assert "- name: staging\n      selectorLabels: {env: staging}" in (into / FILE).read_text()

    wrong = in_process("import", tmp_path / "rules", *flags[:-1], "stage", folder=tmp_path)
    assert wrong.code == 2
    assert "no query has several values of stage; seen: env" in wrong.err


def test_init_names_the_label_and_declares_it_if_asked(tmp_path: Path) -> None:
    write(FILES, tmp_path)
    first = in_process("--root", tmp_path, "init", folder=tmp_path)
    assert "found  environments in rule files: env is production (1), staging (1)" in first.err
    assert "reliability init --environment-label env" in first.err
    assert not (tmp_path / FILE).exists()

    second = in_process("--root", tmp_path, "init", "--environment-label", "env", folder=tmp_path)
    assert "policies/environments.yaml" in second.out
    assert "add the servers of each environment" in second.err
    assert (tmp_path / FILE).exists()


def test_init_asks_at_a_terminal(tmp_path: Path) -> None:
    write(FILES, tmp_path)
    typed = ("shop", "@ann", "#shop", "", "stage", "env")
    done = answered("--root", tmp_path, "init", "--no-github", folder=tmp_path, typed=typed)
    assert "Which label names the environment?" in done.err
    assert "no query has several values of stage; seen: env" in done.err
    assert (tmp_path / FILE).exists()
