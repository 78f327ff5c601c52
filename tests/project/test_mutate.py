"""`make mutate`: which faults it makes, which tests it takes, and what it says of each."""

import random
from pathlib import Path

import pytest

from tests.project.repository import ROOT, relative, tracked
from tools.mutate.mutations import Mutation, mutations
from tools.mutate.nearest import BROAD, importers, nearest
from tools.mutate.trial import Copy, Trial

COUNT = """\
def count(limit):
    number = 0
    while number < limit:
        number += 1
    return number
"""
TESTS = """\
from shop.counter import count

def test_it_counts():
    assert count(3) == 3
"""
FILES = {"shop/__init__.py": "", "shop/counter.py": COUNT, "tests/test_counter.py": TESTS}


def texts(source: str) -> set[str]:
    every = mutations("x.py", source.encode())
    return {each.apply(source.encode()).decode() for each in every}


@pytest.mark.parametrize(
    ("source", "mutated"),
    [
        ("a < b", {"a <= b"}),
        ("a not in b", {"a in b"}),
        ("(a) is (b)", {"(a) is not (b)"}),
        ("a and b", {"a or b", "a"}),
        ("f(é + b)", {"f(é - b)", "pass"}),
        ("x = not a", {"x = a"}),
        ("x = 1", {"x = 2"}),
        ("x = True", {"x = False"}),
        ("del a", set()),
        ("del a[b]", {"pass"}),
        ("x = max(a, b)", {"x = min(a, b)"}),
        ("[a for a in b if c]", {"[a for a in b if True]"}),
        ("if TYPE_CHECKING:\n    x = 1", set()),
        ("def f(a: Literal[1]) -> Literal[2]: ...", set()),
    ],
)
def test_the_faults_of_a_line(source: str, mutated: set[str]) -> None:
    assert texts(source) == mutated


def test_every_fault_of_some_modules_changes_its_line_and_shows_it() -> None:
    for path in random.Random(12).sample(tracked("reliability/**/*.py"), 10):
        source = path.read_bytes()
        for mutation in mutations(relative(path), source):
            assert mutation.apply(source) != source
            assert mutation.diff(source).startswith("@@")


def test_the_nearest_tests_come_first() -> None:
    files = [relative(path) for path in tracked("reliability/*.py", "tests/*.py")]
    known = importers(ROOT, files)
    first, *others = nearest("reliability/alertmanager/routing.py", known, files, most=12)
    assert first.startswith("tests/alertmanager/")
    assert len(others) == 13
    assert others[-1] == "tests/shipped/test_variations.py"
    rule = nearest("reliability/check/rules/alert_for_cause.py", known, files, most=3)
    assert rule == [
        "tests/check/test_rule_pages.py",
        "tests/check/test_cases.py",
        "tests/check/test_messages.py",
        "tests/project/test_generated.py",
        "tests/compile/test_variations.py",
        "tests/check/test_expressions.py",
        "tests/shipped/test_variations.py",
        "tests/check/test_scenes.py",
    ]


def test_tests_of_the_same_folder_come_before_those_of_others() -> None:
    module = "reliability/backtest/rule_files/incidents.py"
    files = [
        "tests/backtest/rule_files/test_incidents.py",
        "tests/backtest/rule_files/test_live.py",
        "tests/backtest/test_command.py",
        "tests/alertmanager/test_amtool.py",
    ]
    known = {module: {*files}}
    assert nearest(module, known, files, most=4)[:4] == files


def test_broad_tests_exist_and_are_about_parts_of_the_package() -> None:
    for part, tests in BROAD.items():
        assert (ROOT / "reliability" / part).exists()
        assert all((ROOT / test).is_file() for test in tests)


@pytest.mark.parametrize(
    ("module", "test"),
    [
        ("reliability/cli/triage/command.py", "tests/onboarding/triage/test_command.py"),
        ("reliability/check/rules/slo_loosened.py", "tests/check/changes/test_changes.py"),
        ("reliability/check/custom/child.py", "tests/check/custom/test_promises.py"),
    ],
)
def test_what_is_imported_by_its_name_has_the_tests_that_write_the_name(
    module: str, test: str
) -> None:
    files = [relative(path) for path in tracked("reliability/*.py", "tests/*.py")]
    assert test in nearest(module, importers(ROOT, files), files, most=20)


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    for name, text in FILES.items():
        (tmp_path / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / name).write_text(text)
    copied = Copy.of(tmp_path / "tree", list(FILES), tmp_path / "copy")
    return Copy(copied.folder, cpu_seconds=5)


def fault(old: str, new: str) -> Mutation:
    start = COUNT.index(old)
    return Mutation("shop/counter.py", 1, start, start + len(old), new)


@pytest.mark.parametrize(
    ("mutation", "word"),
    [
        (fault("<", "<="), "killed"),
        (fault("number < limit", "limit != number"), "survived"),
        (fault("number += 1", "pass"), "timeout"),
    ],
)
def test_a_fault_is_killed_or_survives_or_never_ends(
    copy: Copy, mutation: Mutation, word: str
) -> None:
    trial = copy.attempt(mutation, ["tests/test_counter.py"])
    test = "tests/test_counter.py::test_it_counts" if word == "killed" else ""
    assert trial == Trial(mutation, word, test)  # type: ignore[arg-type]
    assert (copy.folder / "shop/counter.py").read_text() == COUNT


def test_files_behind_the_first_are_tried_too(copy: Copy) -> None:
    for name in "abc":
        (copy.folder / f"tests/test_{name}.py").write_text("def test_nothing():\n    pass\n")
    tests = [*(f"tests/test_{name}.py" for name in "abc"), "tests/test_counter.py"]
    assert copy.attempt(fault("<", "<="), tests).test == "tests/test_counter.py::test_it_counts"


def test_a_test_that_fails_anyway_kills_nothing(copy: Copy) -> None:
    (copy.folder / "tests/test_counter.py").write_text(TESTS.replace("== 3", "== 4"))
    trial = copy.attempt(fault("<", "<="), ["tests/test_counter.py"])
    assert trial.word == "survived"
    assert copy.attempt(fault("= 0", "= 1"), ["tests/test_counter.py"]).word == "unclear"
