"""With several processes the same is found, in the same order, as with one."""

from pathlib import Path

import pytest

from reliability import pipeline
from reliability.check.engine.run import BUG
from tests.benchmarks.fleet import write_fleet
from tests.check.repository import TODAY
from tests.cli.copied import DAY, copied, edit
from tests.cli.program import reliability
from tests.project.repository import ROOT


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A fleet with faults of the text, of the form, of one document and between documents."""
    write_fleet(tmp_path, 30, ROOT / "policies")
    folder = tmp_path / "services"
    (folder / "service-00001" / "slo.yaml").write_bytes(b"a: \xff\n")
    edit(folder / "service-00007" / "slo.yaml", "target: 0.999", "target: 0.9")
    edit(folder / "service-00011" / "ownership.yaml", "team: team-0000", "team: team-none")
    edit(folder / "service-00013" / "alert-policy.yaml", "tier: ticket", "teir: ticket")
    edit(
        folder / "service-00028" / "slo.yaml", "name: service-00028-req", "name: service-00027-req"
    )
    return tmp_path


@pytest.mark.parametrize("jobs", [2, 3, 7])
def test_several_processes_find_what_one_finds(faulty: Path, jobs: int) -> None:
    alone = pipeline.load_repository(faulty)
    found = pipeline.check(alone, TODAY)
    shared = pipeline.load_repository(faulty, jobs=jobs)
    assert pipeline.check(shared, TODAY) == found
    assert {each.rule for each in found} > {"document-unreadable", "document-key-unknown"}
    assert BUG not in {each.rule for each in found}
    assert dict(shared.catalog.texts) == dict(alone.catalog.texts)
    assert [each.value for each in shared.catalog.everything()] == [
        each.value for each in alone.catalog.everything()
    ]


def test_what_is_printed_does_not_depend_on_the_number_of_processes(faulty: Path) -> None:
    ended = [
        reliability("check", "--today", DAY, "--jobs", jobs, folder=faulty) for jobs in ("1", "3")
    ]
    assert ended[0] == ended[1]
    assert ended[0].code == 1


def test_a_small_repository_may_be_checked_by_many(tmp_path: Path) -> None:
    assert reliability("check", "--today", DAY, "--jobs", "64", folder=copied(tmp_path)).code == 0
