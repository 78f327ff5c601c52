"""`kill -9` at a write or at a request of a sync: the next sync puts all of it right.

`make exact` does it at every write and every request; otherwise at every seventh.
"""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
import yaml

from tests.environment import is_exact
from tests.providers.company import Company, company
from tests.providers.killing import Killer

STEP = 1 if is_exact() else 7
FOREIGN = {"p1/mine.yml": b"groups: []\n", "p2/.hidden": b"x", "am/notes.txt": b"y"}


@pytest.fixture
def killer(tmp_path: Path) -> Iterator[Killer]:
    with company(tmp_path) as here:
        targets = here.repository.root / "policies/targets.yaml"
        document = yaml.safe_load(targets.read_text())
        document["spec"]["targets"].append({"name": "files", "provider": "files"})
        for target in document["spec"]["targets"]:
            target["limits"] = {"fromCount": 1, "deletes": "90%", "updates": "100%"}
        targets.write_text(yaml.safe_dump(document))
        here.repository.keep_services("exports", "monitoring", "payslips")
        for path, content in FOREIGN.items():
            (here.repository.root / path).write_bytes(content)
        yield Killer(here)


def nothing(_here: Company) -> None:
    """The first sync of all."""


def changed(here: Company) -> None:
    """A team goes with its routes, a service goes, another has changed."""
    here.rename_team()
    here.repository.keep_services("exports", "monitoring")
    here.repository.replace("services/exports/slo.yaml", "target: 0.", "target: 0.9")


def begin(killer: Killer, change: Callable[[Company], None]) -> dict[str, bytes]:
    """Sync, change the repository, and give what a sync leaves that nobody disturbs."""
    if change is not nothing:
        assert killer.run("sync", "--yes")[0] == 0
        change(killer.company)
    killer.remember()
    code, said = killer.run("sync", "--yes")
    assert code == 0, said
    return killer.files()


def assert_whole(killer: Killer) -> None:
    """No half file is under a name that a server reads, and what is others' is untouched."""
    for path, content in killer.files().items():
        name = path.rpartition("/")[2]
        if path in FOREIGN:
            assert content == FOREIGN[path]
        elif not name.startswith("."):
            assert b"# reliability " in content[:300], path
            yaml.safe_load(content)


def assert_converges(killer: Killer, wanted: dict[str, bytes], where: str) -> None:
    assert_whole(killer)
    code, said = killer.run("sync", "--yes")
    assert code == 0, (where, said)
    assert killer.files() == wanted, where
    assert killer.run("plan", "--detailed-exitcode")[0] == 0, where
    assert killer.company.alertmanager.running == wanted["am/alertmanager.yml"], where


@pytest.mark.parametrize("change", [nothing, changed])
def test_a_sync_that_is_killed_at_a_write_is_finished_by_the_next(
    killer: Killer, change: Callable[[Company], None]
) -> None:
    wanted = begin(killer, change)
    for number in count(1, STEP):
        killer.restore()
        if not killer.sync_killed_at_write(number):
            break
        assert_converges(killer, wanted, f"write {number}")
    assert number > 30


@pytest.mark.parametrize("served", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("change", [nothing, changed])
def test_a_sync_that_is_killed_at_a_request_is_finished_by_the_next(
    killer: Killer, change: Callable[[Company], None], served: bool
) -> None:
    wanted = begin(killer, change)
    for number in count(1 + served, STEP):
        killer.restore()
        if not killer.sync_killed_at_request(number, served=served):
            break
        assert_converges(killer, wanted, f"request {number}")
    assert number > 20
