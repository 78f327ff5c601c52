"""A build that keeps unchanged services writes the same bytes as a build from nothing."""

import hashlib
import os
import pickle
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import git
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reliability.load.folder_states import FRESH, UNKNOWN, FolderStates
from reliability.site.changed import LastBuild
from reliability.site.kept import CHUNK, FOLDER, MAGIC, NO_PLACE, KeptSite, SiteState
from reliability.site.output import SiteFolder
from reliability.site.separate import terms_of
from reliability.site.state import KeptInputs, KeptService
from reliability.site.summaries import ServiceSummary
from tests.benchmarks.fleet import write_fleet
from tests.benchmarks.fleet_history import HISTORY
from tests.project.repository import ROOT
from tests.site.edits import (
    EDITS,
    SERVICES,
    Edited,
    contents,
    day,
    dependency,
    history,
    inhibition,
    merge,
    page,
    policy,
    removal,
    rename,
    target,
    unreadable,
    waiver,
    write_history,
)
from tests.site.test_as_of import commit


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a store that was summed once, and the site of its first build."""
    folder = tmp_path_factory.mktemp("kept")
    root = folder / "repository"
    root.mkdir()
    write_fleet(root, SERVICES, ROOT / "policies", services_a_team=2)
    (root / "policies" / "history.yaml").write_text(f"{HISTORY}  span: 30d\n")
    for number in range(SERVICES):
        write_history(root, f"service-{number:05}", number)
    commit(git.Repo.init(root, initial_branch="main"), "2026-10-20", "Begin")
    assert Edited(root).build(folder / "kept").code == 0
    return folder


@contextmanager
def copy_of(fleet: Path) -> Iterator[Edited]:
    """A copy of the fleet, with its site and what its build kept."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(fleet, folder, dirs_exist_ok=True)
        shutil.rmtree(Path(folder) / "repository" / FOLDER)
        edited = Edited(Path(folder) / "repository")
        # The state is named by the folder of the site, and its files have other times: build once.
        assert edited.build(Path(folder) / "kept").code == 0
        yield edited


Edit = tuple[Callable[[Edited, str, int], None], int, int]
ROUNDS: Final = st.lists(
    st.lists(
        st.tuples(st.sampled_from(EDITS), st.integers(0, SERVICES - 1), st.integers(0, 8)),
        min_size=1,
        max_size=4,
    ),
    min_size=1,
    max_size=2,
)


@settings(max_examples=3)
@given(ROUNDS)
def test_any_edits_give_the_site_of_a_build_from_nothing(
    fleet: Path, rounds: list[list[Edit]]
) -> None:
    with copy_of(fleet) as edited:
        for edits in rounds:
            for edit, service, number in edits:
                edit(edited, edited.names[service], number)
            edited.compare()


def test_each_edit_gives_the_site_of_a_build_from_nothing(fleet: Path) -> None:
    with copy_of(fleet) as edited:
        for edit in EDITS:
            # One service is removed on the way.
            service = "service-00000" if edit is rename else "service-00001"
            if edit is page:
                service = "service-00002"
            before = contents(edited.root.parent), edited.today
            edit(edited, service, 3)
            assert before != (contents(edited.root.parent), edited.today), edit
            edited.compare()


def test_only_services_that_changed_are_built(fleet: Path) -> None:
    with copy_of(fleet) as edited:
        kept = edited.root.parent / "kept"
        assert " 0 written, 0 removed; 3 services unchanged;" in edited.build(kept).out
        target(edited, "service-00001", 5)
        assert " 2 services unchanged;" in edited.build(kept).out
        merge(edited, "service-00001", 5)
        assert " 2 services unchanged;" in edited.build(kept, "--jobs", "2").out
        page(edited, "service-00002", 2)
        assert " 1 written, 0 removed; 2 services unchanged;" in edited.build(kept).out
        policy(edited, "", 0)
        assert "unchanged" not in edited.build(kept).out


def last_build(edited: Edited) -> LastBuild:
    """What the next build finds of the last one."""
    folder = SiteFolder(edited.root.parent / "kept", edited.root)
    today = date.fromisoformat(edited.today)
    return LastBuild.of(
        edited.root, folder, terms_of(root=str(edited.root), today=today, days=45), jobs=1
    )


def unchanged_without_loading(edited: Edited) -> int | None:
    """The number of services that a build does not load; None if it has to load all."""
    built = last_build(edited).rebuilt(date.fromisoformat(edited.today), timedelta(days=45), 1)
    return None if built is None else built.unchanged


def test_only_documents_that_changed_are_loaded(fleet: Path) -> None:
    with copy_of(fleet) as edited:
        assert unchanged_without_loading(edited) == 3
        target(edited, "service-00001", 5)
        assert unchanged_without_loading(edited) == 2
        assert unchanged_without_loading(edited) == 3
        waiver(edited, "service-00001", 5)
        assert unchanged_without_loading(edited) == 3
        history(edited, "service-00002", 3)
        assert unchanged_without_loading(edited) == 2
        merge(edited, "service-00002", 5)
        assert unchanged_without_loading(edited) == 2
        edited.compare()


@pytest.mark.parametrize(
    "edit", [policy, inhibition, unreadable, removal, rename, day], ids=lambda edit: edit.__name__
)
def test_other_changes_load_all_documents(
    fleet: Path, edit: Callable[[Edited, str, int], None]
) -> None:
    with copy_of(fleet) as edited:
        edit(edited, "service-00001", 3)
        assert unchanged_without_loading(edited) is None


def test_a_dependency_also_changes_the_page_of_the_other_service(fleet: Path) -> None:
    with copy_of(fleet) as edited:
        dependency(edited, "service-00000", 2)
        assert unchanged_without_loading(edited) == 1
        edited.compare()


def test_a_change_that_leaves_size_and_times_is_noticed(fleet: Path) -> None:
    with copy_of(fleet) as edited:
        path = edited.file("service-00001", "slo.yaml")
        before = path.stat()
        assert unchanged_without_loading(edited) == 3
        path.write_text(path.read_text().replace("target: 0.999", "target: 0.998"))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert path.stat().st_size == before.st_size
        assert unchanged_without_loading(edited) == 2
        edited.compare()


def test_entries_that_changed_just_now_have_no_state(tmp_path: Path) -> None:
    old, new = (tmp_path / "services" / name / "slo.yaml" for name in ("old", "new"))
    for path in (old, new):
        path.parent.mkdir(parents=True)
        path.write_text("{}")
    time.sleep(FRESH / 1e9 + 0.1)
    new.write_text("{}")
    states = FolderStates.of(tmp_path)
    assert states.services["old"] != UNKNOWN
    assert states.services["new"] == UNKNOWN
    assert states == FolderStates.of(tmp_path)
    assert states.is_usual
    (tmp_path / "services" / "loose.yaml").write_text("{}")
    assert not FolderStates.of(tmp_path).is_usual


@pytest.mark.parametrize("name", ["*.bin", "*.details"])
@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:99] + b"?" * 99])
def test_a_damaged_state_is_left_out(
    fleet: Path, name: str, damage: Callable[[bytes], bytes]
) -> None:
    with copy_of(fleet) as edited:
        (state,) = (edited.root / FOLDER).glob(name)
        state.write_bytes(damage(state.read_bytes()))
        target(edited, "service-00001", 5)
        edited.compare()


def test_the_state_of_another_version_is_left_out(fleet: Path) -> None:
    with copy_of(fleet) as edited:
        (state,) = (edited.root / FOLDER).glob("*.bin")
        state.write_bytes(state.read_bytes().replace(MAGIC, b"reliability site 0\n", 1))
        assert unchanged_without_loading(edited) is None
        edited.compare()


def kept_service(name: str, fingerprint: str) -> KeptService:
    return KeptService(
        fingerprint=fingerprint,
        files=b"",
        summary=ServiceSummary(name, "", "UTC", "", (), (), (), (), b"", b"", 0.0, ()),
        place=NO_PLACE,
        inputs=KeptInputs(b"", "", (), b"", "", ""),
    )


@pytest.mark.parametrize("services", [1, CHUNK, CHUNK + 1, 3 * CHUNK - 1])
def test_changes_of_few_services_are_kept_with_all_others(tmp_path: Path, services: int) -> None:
    names = [f"service-{number:05}" for number in range(services)]
    first = {name: kept_service(name, "first") for name in names}
    state = SiteState("common", first, {}, {}, None)
    KeptSite.at(tmp_path, tmp_path / "out", None).save(state, dict.fromkeys(names, b"detail"))

    for turn, changed in enumerate((names[:1], names[-1:], names[services // 2 :])):
        before = KeptSite.at(tmp_path, tmp_path / "out", None)
        now = {**before.state.services, **{name: kept_service(name, str(turn)) for name in changed}}
        before.save_changes(SiteState("common", now, {}, {}, None), dict.fromkeys(changed, b"new"))

        after = KeptSite.at(tmp_path, tmp_path / "out", None)
        assert [*after.state.services] == names
        for name, kept in after.state.services.items():
            expected = str(turn) if name in changed else before.state.services[name].fingerprint
            assert kept.fingerprint == expected
            content = b"new" if name in changed else before.content(name)
            assert after.content(name) == content


class Forged:
    """What runs a function when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[Path]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("is_in_chunk", [False, True])
def test_what_was_kept_cannot_run_anything(fleet: Path, tmp_path: Path, is_in_chunk: bool) -> None:
    with copy_of(fleet) as edited:
        (state,) = (edited.root / FOLDER).glob("*.bin")
        forged = [Forged(tmp_path / "ran")]
        chunks = [(("service-00000",), pickle.dumps(forged))] if is_in_chunk else forged
        body = pickle.dumps((chunks, "", {}, {}, None))
        state.write_bytes(MAGIC + hashlib.sha256(body).digest() + body)
        ended = edited.build(edited.root.parent / "kept")
        assert (ended.code, ended.err) == (0, "")
        assert "unchanged" not in ended.out
    assert not (tmp_path / "ran").exists()
