"""With several processes the same is built, and the same is said, as with one."""

from pathlib import Path

import pytest

from tests.benchmarks.fleet import write_fleet
from tests.cli.copied import copied, edit
from tests.cli.program import Ended, reliability
from tests.project.repository import ROOT

SERVICES = 450
"""More than two pieces of the work, so that every process has some."""

CALENDAR = "{startTime: '2026-01-01 00:00:00', timeZone: UTC}"


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fleet of which some cannot be read, and some cannot be compiled, early and late."""
    root = tmp_path_factory.mktemp("fleet")
    write_fleet(root, SERVICES, ROOT / "policies")
    services = root / "services"
    (services / "service-00001" / "slo.yaml").write_bytes(b"a: \xff\n")
    for name in ("service-00440", "service-00007", "service-00250"):
        edit(services / name / "slo.yaml", "30d, isRolling: true", f"12h, calendar: {CALENDAR}")
    edit(services / "service-00008" / "alert-policy.yaml", "expr: ", "expr: ) ")
    return root


def built(fleet: Path, out: Path, jobs: int, *options: str) -> Ended:
    """What a run says, with the folder called `out` whatever it is called."""
    ended = reliability("build", "--out", out, "--jobs", str(jobs), *options, folder=fleet)
    shown = (text.replace(str(out), "out") for text in (ended.out, ended.err))
    return Ended(ended.code, *shown)


def content(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder: each file's bytes, None for other things."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


@pytest.mark.parametrize("options", [(), ("--tests",), ("--compatible", "sloth")])
def test_several_processes_build_what_one_builds(
    fleet: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    alone, shared = tmp_path / "alone", tmp_path / "shared"
    said = built(fleet, alone, 1, *options)
    assert built(fleet, shared, 3, *options) == said
    assert content(shared) == content(alone)
    assert said.code == 1
    assert len(said.err.splitlines()) > 3


def test_several_processes_leave_alone_and_mend_what_one_does(fleet: Path, tmp_path: Path) -> None:
    alone, shared = tmp_path / "alone", tmp_path / "shared"
    for out in (alone, shared):
        built(fleet, out, 2, "--tests")
        edit(out / "prometheus" / "service-00300.yml", "interval: 1m", "interval: 9m")
        (out / "prometheus" / "service-00200.yml").unlink()
        (out / "prometheus" / "theirs.yml").write_text("groups: []\n", encoding="utf-8")
    said = built(fleet, alone, 1)
    assert said.out.startswith("out: 2 written, ")
    assert said.out.endswith(" 0 removed\n")  # some documents cannot be read
    assert built(fleet, shared, 2) == said
    assert content(shared) == content(alone)
    assert "prometheus/theirs.yml" in content(shared)


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_the_first_file_in_the_way_is_named_whoever_meets_it(
    fleet: Path, tmp_path: Path, jobs: int
) -> None:
    rules = tmp_path / "prometheus"
    rules.mkdir()
    for name in ("service-00260.yml", "service-00443.yml", "service-00444.yml"):
        (rules / name).write_text("groups: []\n", encoding="utf-8")
    said = built(fleet, tmp_path, jobs)
    file = "out/prometheus/service-00260.yml"
    refusal = "without a mark of this repository, so it is left untouched; move it away"
    assert said == Ended(2, "", f"reliability: {file}: {refusal}\n")
    assert (rules / "service-00443.yml").read_text(encoding="utf-8") == "groups: []\n"


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_cannot_be_staged_is_said_alike_whoever_meets_it(
    fleet: Path, tmp_path: Path, jobs: int
) -> None:
    (tmp_path / "prometheus" / ".service-00300.yml.reliability-new").mkdir(parents=True)
    said = built(fleet, tmp_path, jobs)
    assert said == Ended(
        2, "", "reliability: out/prometheus/.service-00300.yml.reliability-new: is a directory\n"
    )


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_what_is_declared_no_more_is_removed_whoever_builds(tmp_path: Path, jobs: str) -> None:
    root = copied(tmp_path)
    reliability("build", "--out", "out", "--tests", folder=root)
    again = reliability("build", "--out", "out", "--jobs", jobs, folder=root)
    assert (again.code, again.out.endswith(" 4 removed\n")) == (0, True), again.out
    assert not [*(root / "out/prometheus-tests").iterdir()]


def test_a_small_repository_may_be_built_by_many(tmp_path: Path) -> None:
    root = copied(tmp_path)
    alone = reliability("build", "--out", "alone", folder=root)
    many = reliability("build", "--out", "many", "--jobs", "64", folder=root)
    assert many.out.replace("many", "alone") == alone.out
    assert content(root / "many") == content(root / "alone")
