"""Every command teaches with examples that its options allow; shells complete; colors obey."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from reliability.cli.main import COMMANDS, group
from tests.cli.program import in_process, reliability


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from commands(inner, f"{path} {name}")


ALL = [
    each
    for name in COMMANDS
    if (found := group.get_command(click.Context(group), name)) is not None
    for each in commands(found, name)
]


def examples(command: click.Command, path: str) -> list[list[str]]:
    """The words behind the command's path in each example of its help."""
    text = command.help or ""
    lines = re.findall(rf"^ *reliability {path}\b *(.*?)(?: {{2,}}.*)?$", text, flags=re.M)
    return [shlex.split(line.partition(" > ")[0]) for line in lines]


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_teaches_with_an_example(name: str) -> None:
    command = dict(ALL)[name]
    assert examples(command, name)


@pytest.mark.parametrize(("path", "command"), ALL, ids=[path for path, _ in ALL])
def test_an_example_uses_options_and_words_that_there_are(
    path: str, command: click.Command
) -> None:
    for words in examples(command, path):
        if isinstance(command, click.Group):
            inner = {name.rpartition(" ")[2]: each for name, each in commands(command, path)}
            assert words[0] in inner
            command_of_it, words = inner[words[0]], words[1:]
        else:
            command_of_it = command
        context = click.Context(command_of_it)
        command_of_it.make_parser(context).parse_args(list(words))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_script(tmp_path: Path, shell: str) -> None:
    ended = in_process("completion", shell, folder=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert "_RELIABILITY_COMPLETE" in ended.out


@pytest.mark.parametrize(
    ("words", "wanted", "unwanted"),
    [
        ("reliability ne", "new", "check"),
        ("reliability new shop --can", "--candidates", "--journey"),
        ("reliability new shop --fast-tier t", "ticket", "alert"),
        ("reliability history p", "pull", "import"),
        ("reliability --qu", "--quiet", "check"),
    ],
)
def test_the_shell_is_told_what_could_come_next(
    tmp_path: Path, words: str, wanted: str, unwanted: str
) -> None:
    count = len(words.split()) - 1
    ended = reliability(
        folder=tmp_path,
        _RELIABILITY_COMPLETE="bash_complete",
        COMP_WORDS=words,
        COMP_CWORD=str(count),
    )
    offered = [line.partition(",")[2] for line in ended.out.splitlines()]
    assert (ended.code, wanted in offered, unwanted in offered) == (0, True, False)
