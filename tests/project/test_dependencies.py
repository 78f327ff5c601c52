"""What is required, what is pinned and what the decision page explains are the same set."""

import re
import tomllib
from itertools import chain

from tests.project.repository import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REQUIRED = [
    *PROJECT["dependencies"],
    *chain.from_iterable(PROJECT["optional-dependencies"].values()),
]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def required() -> set[str]:
    names = {normal(re.split(r"[\[><=!~; ]", line, maxsplit=1)[0]) for line in REQUIRED}
    return names - {"reliability-as-code"}


def pins() -> list[str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def explained() -> set[str]:
    page = (ROOT / "docs/internals/adr/0001-dependencies.md").read_text(encoding="utf-8")
    first_cells = re.findall(r"^\| ([A-Za-z][^|]*) \|", page, flags=re.MULTILINE)
    names = chain.from_iterable(re.sub(r"\(.*?\)", "", cell).split(",") for cell in first_cells)
    return {normal(name.strip()) for name in names} - {"dependency"}


def test_each_dependency_is_explained_and_nothing_else_is() -> None:
    assert explained() == required()


def test_each_dependency_is_pinned() -> None:
    assert required() <= {normal(line.split("==")[0]) for line in pins()}


def test_a_pin_is_a_name_a_version_and_at_most_a_python_version() -> None:
    pin = re.compile(r'[\w.-]+==[\w.!]+(; python_version (<|>=) "3\.\d+")?')
    assert [line for line in pins() if not pin.fullmatch(line)] == []
