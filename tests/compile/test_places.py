"""Where something is written is looked up where something is said: it reads the file again."""

from itertools import chain
from pathlib import Path

import pytest

from reliability.compile.compilers import compilers_of
from reliability.finding import Problem
from reliability.pipeline import load_repository
from tests.benchmarks.fleet import write_fleet
from tests.cli.copied import edit
from tests.project.repository import ROOT


@pytest.mark.parametrize("compatible", [None, "sloth"])
def test_no_place_is_looked_up_where_all_compiles(tmp_path: Path, compatible: str | None) -> None:
    write_fleet(tmp_path, 3, ROOT / "policies")
    edit(tmp_path / "services" / "service-00002" / "alert-policy.yaml", "expr: ", "expr: ) ")
    catalog = load_repository(tmp_path).catalog
    compilers = compilers_of(tests=not compatible, compatible=compatible)
    compiled = chain.from_iterable(compiler.compile(catalog) for compiler in compilers)
    said = {each.at.path for each in compiled if isinstance(each, Problem)}
    sources = {each.document.source for each in catalog.everything()}
    assert {each.path for each in sources if "trees" in vars(each)} == said
    assert [path.parent.name for path in said] == ["service-00002"]
