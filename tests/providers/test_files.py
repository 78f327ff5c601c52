"""A folder of files: one that cannot be written stops no other, and leftovers go."""

from pathlib import Path

import pytest

from reliability.errors import ProviderError
from reliability.plan.plan import plan
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome, sync
from reliability.providers.disk import Disk
from reliability.providers.files import FilesProvider, output_places
from reliability.resource import Resource, ResourceId
from tests.providers.worlds import TARGET, config, rules


def synced(folder: Path, *desired: Resource) -> list[Outcome]:
    writes = ("prometheus", "prometheus-operator", "alertmanager")
    provider = FilesProvider(
        target=TARGET,
        places=output_places(folder, writes),
        disk=Disk(writable=True, durable=False),
    )
    return list(sync(plan(TARGET, desired, provider.read()), provider))


def test_each_output_has_its_folder(tmp_path: Path) -> None:
    manifest = Resource(ResourceId(TARGET, "manifest", "search"), {"kind": "PrometheusRule"})
    synced(tmp_path, rules("search"), manifest, config())
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.y*ml")}
    assert written == {
        "prometheus/search.yml",
        "prometheus-operator/search.yaml",
        "alertmanager/alertmanager.yml",
    }


def test_a_file_that_cannot_be_written_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "prometheus").mkdir()
    blocked = tmp_path / "prometheus" / ".a.yml.reliability-new"
    blocked.mkdir()
    first, second = synced(tmp_path, rules("a"), rules("b"))
    assert isinstance(first, ChangeFailed)
    assert first.why == f"{blocked}: is a directory"
    assert isinstance(second, ChangeApplied)


def test_what_a_killed_sync_staged_is_taken_away_by_the_next(tmp_path: Path) -> None:
    synced(tmp_path, rules("a"))
    (tmp_path / "prometheus" / ".b.yml.reliability-new").write_text("half a fi")
    assert synced(tmp_path, rules("a")) == []
    assert [path.name for path in (tmp_path / "prometheus").iterdir()] == ["a.yml"]


def test_a_file_that_changes_between_its_reading_and_its_diff_is_not_shown(tmp_path: Path) -> None:
    synced(tmp_path, rules("a"), rules("b"))
    writes = ("prometheus",)
    disk = Disk(writable=True, durable=False)
    provider = FilesProvider(target=TARGET, places=output_places(tmp_path, writes), disk=disk)
    held = provider.read()
    file = tmp_path / "prometheus" / "a.yml"
    file.write_text(file.read_text() + "# by hand\n")
    with pytest.raises(
        ProviderError, match=r"a\.yml was changed while it was compared; plan again"
    ):
        plan(TARGET, (), held)
    assert len(plan(TARGET, (), provider.read()).drifted) == 1


def test_a_name_that_is_no_file_name_is_refused(tmp_path: Path) -> None:
    [outcome] = synced(tmp_path, rules("../escape"))
    assert isinstance(outcome, ChangeFailed)
    assert outcome.why == "'../escape' is not a safe file name"
    assert not (tmp_path / "escape.yml").exists()


def test_a_symbolic_link_is_not_ours_whatever_it_leads_to(tmp_path: Path) -> None:
    synced(tmp_path, rules("a"))
    real = tmp_path / "prometheus" / "a.yml"
    moved = real.rename(tmp_path / "moved.yml")
    before = moved.read_bytes()
    real.symlink_to(moved)
    assert synced(tmp_path, rules("a", "> 9")) == []
    assert (moved.read_bytes(), real.is_symlink()) == (before, True)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "prometheus").touch()
    [outcome] = synced(tmp_path, rules("a"))
    assert isinstance(outcome, ChangeFailed)
    assert outcome.why == f"{tmp_path / 'prometheus'}: file exists"
