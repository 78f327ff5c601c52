"""Compiled in pieces, a catalog gives what it gives as a whole, in the same order."""

from itertools import chain

import pytest

from reliability.compile.compilers import compilers_of
from reliability.compile.pieces import pieces_of
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.pipeline import load_repository
from reliability.resource import Resource
from tests.cli.copied import copied, edit

CALENDAR = "{startTime: '2026-01-01 00:00:00', timeZone: UTC}"


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The shipped repository, with a problem in each of two services."""
    root = copied(tmp_path_factory.mktemp("shipped"))
    services = root / "services"
    edit(services / "payslips" / "slo.yaml", "30d, isRolling: true", f"12h, calendar: {CALENDAR}")
    edit(services / "attendance" / "alert-policy.yaml", "expr: ", "expr: ) ")
    return load_repository(root).catalog


@pytest.mark.parametrize("at_once", [1, 2, 3, 100])
@pytest.mark.parametrize(("tests", "compatible"), [(False, None), (True, None), (False, "sloth")])
def test_pieces_give_what_the_whole_gives(
    catalog: Catalog, at_once: int, tests: bool, compatible: str | None
) -> None:
    compilers = compilers_of(tests=tests, compatible=compatible)
    whole = [*chain.from_iterable(compiler.compile(catalog) for compiler in compilers)]
    pieces = pieces_of(compilers, catalog, at_once)
    assert [*chain.from_iterable(piece.compiled() for piece in pieces)] == whole
    assert {type(each) for each in whole} == {Resource, Problem}


def test_what_is_for_all_services_is_one_piece(catalog: Catalog) -> None:
    pieces = [*pieces_of(compilers_of(tests=False, compatible=None), catalog, 1)]
    targets = [piece.compiler.target for piece in pieces]
    assert targets == ["prometheus"] * len(catalog.services) + ["alertmanager"]


def test_a_repository_without_services_is_compiled_as_well() -> None:
    pieces = pieces_of(compilers_of(tests=True, compatible=None), Catalog.of([]))
    assert [*chain.from_iterable(piece.compiled() for piece in pieces)] == []
