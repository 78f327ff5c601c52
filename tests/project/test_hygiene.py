"""Nothing of one machine, and no registry's address, is in a committed file."""

import re
from pathlib import Path

import pytest

from tests.project.repository import relative, tracked

# Written in pieces, so that this file does not hold what it looks for.
REGISTRIES = (
    r"\bpypi\.",
    r"pythonhosted",
    r"registry\.npm",
    r"npmjs\.",
    r"\bdeb\.debian",
    r"ftp\.[a-z.]*debian",
)
MACHINE = (
    r"(?<![\w./-])/" + r"work/",
    r"(?<![\w.-])/" + r"root/",
    r"/tmp/" + "brief",
    "farm" + "-",
)
LOCKS = ("uv.lock", "package-lock.json", "poetry.lock", "Pipfile.lock")
FORBIDDEN = re.compile("|".join(REGISTRIES + MACHINE))


def lines_with(pattern: re.Pattern[str], path: Path) -> list[str]:
    text = path.read_bytes().decode("utf-8", errors="replace")
    return [
        f"{relative(path)}:{number}: {line.strip()[:100]}"
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    files = [path for path in tracked() if path != Path(__file__).resolve()]
    assert [line for path in files for line in lines_with(FORBIDDEN, path)] == []


def test_no_lock_file_with_addresses_is_committed() -> None:
    assert [relative(path) for path in tracked() if path.name in LOCKS] == []


@pytest.mark.parametrize(
    "line",
    [
        "https://pypi." + "org/simple",
        "see /work" + "/main/x",
        "cd /root" + "/x",
        "deb.debian" + ".org",
    ],
)
def test_the_pattern_finds_what_it_is_for(line: str) -> None:
    assert FORBIDDEN.search(line)


@pytest.mark.parametrize("line", ["docs/work/x", "https://example.com/root/x", "a root/branch"])
def test_the_pattern_leaves_ordinary_text_alone(line: str) -> None:
    assert not FORBIDDEN.search(line)
