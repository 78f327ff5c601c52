"""Pages that people read: what they link to and name is there."""

import re
from pathlib import Path

import click
import pytest

from reliability.check.rules import RULES
from reliability.cli.main import COMMANDS, group
from tests.docs.markdown import leads_somewhere, links_of, pages, prose_of, text_of
from tests.project.repository import ROOT, relative, tracked

PAGES = pages()
TOP = ("reliability/", "tests/", "docs/", "services/", "policies/", "tools/")
OF_THE_READER = {
    "policies/alertmanager.base.yml",
    "policies/burn-rates-imported.yaml",
    "policies/environments.yaml",
    "docs/postmortems/",
    "services/checkout",
}
FOR_CONTRIBUTORS = [
    page
    for page in PAGES
    if "internals" in page.parts or relative(page) in ("CONTRIBUTING.md", "tests/README.md")
]
NOT_IN_THE_TREE = {"objects/", "refs/", "reliability/former/"}
"""Folders of Git, and the beginning of a receiver's name."""
RECEIVERS = "reliability/"
"""A receiver's name begins like the package; what ends in no suffix is one."""


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_a_link_leads_to_a_file_and_its_anchor_to_a_heading(page: Path) -> None:
    wrong = [link for link in links_of(page) if not leads_somewhere(page, *link)]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_a_link_by_name_has_its_address_below_and_none_is_left_over(page: Path) -> None:
    prose = prose_of(page)
    used = set(re.findall(r"\]\[([a-z0-9-]+)\]", prose))
    assert set(re.findall(r"^\[([a-z0-9-]+)\]: \S+$", prose, flags=re.MULTILINE)) == used


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_a_path_that_a_page_names_is_there(page: Path) -> None:
    named = re.findall(r"`([\w./-]+/[\w./-]*)`", text_of(page))
    paths = {name for name in named if name.startswith(TOP)} - OF_THE_READER
    files = {name for name in paths if not name.startswith(RECEIVERS) or name.endswith(".py")}
    assert [name for name in sorted(files) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", FOR_CONTRIBUTORS, ids=relative)
def test_a_module_or_folder_that_a_page_for_contributors_names_is_there(page: Path) -> None:
    named = set(re.findall(r"`([\w./-]+(?:\.py|/))`", text_of(page))) - NOT_IN_THE_TREE
    files = [f"/{relative(file)}" for file in tracked("*")]
    wrong = [name for name in sorted(named) if not any(_names(name, file) for file in files)]
    assert wrong == []


def _names(name: str, file: str) -> bool:
    return f"/{name}" in file if name.endswith("/") else file.endswith(f"/{name}")


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.parent.name != "adr"], ids=relative
)
def test_a_command_that_a_page_names_is_there(page: Path) -> None:
    commands = re.findall(r"(?:^|`)(?:\$ )?reliability ([a-z]+)", text_of(page), flags=re.M)
    assert set(commands) <= set(COMMANDS)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.parent.name != "adr"], ids=relative
)
def test_an_option_that_a_page_names_is_there(page: Path) -> None:
    named = re.findall(r"`reliability ((?:[a-z]+ )+)([^`]*)`", text_of(page))
    wrong = [
        f"{path}{option}"
        for path, rest in named
        for option in re.findall(r"--[a-z][a-z-]*", rest)
        if option not in options_of(path.split())
    ]
    assert wrong == []


def options_of(path: list[str]) -> set[str]:
    """The options of a command, and of those above it; words behind its name are arguments."""
    command: click.Command = group
    options = {"--help", "--version"}
    for name in ("", *path):
        if name and isinstance(command, click.Group):
            command = command.get_command(click.Context(command), name) or command
        for parameter in command.params:
            options |= {*parameter.opts, *parameter.secondary_opts}
    return options


def test_decisions_are_numbered_without_a_gap_and_have_their_three_parts() -> None:
    pages = sorted((ROOT / "docs/internals/adr").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        heads = re.findall(r"^## (.+)$", text_of(page), flags=re.M)
        assert heads == ["Context", "Decision", "Consequences"], page.name


def test_the_page_about_tests_names_every_folder_of_them() -> None:
    there = {path.parent for path in tracked("tests/*/*")} - {ROOT / "tests"}
    folders = {f"`{relative(folder).split('/')[1]}/`" for folder in there}
    assert len(folders) > 20
    assert [name for name in sorted(folders) if name not in text_of(ROOT / "tests/README.md")] == []


def test_rules_that_the_shipped_policy_names_exist() -> None:
    text = text_of(ROOT / "policies/rules.yaml")
    named = set(re.findall(r"^ +#? ?([a-z0-9]+(?:-[a-z0-9]+)+): \{", text, flags=re.M))
    assert named
    assert named <= {rule.id for rule in RULES}
