"""`kill -9` at a write or at a request of a sync: the next sync puts all of it right.

`make exact` does it at every write and every request; otherwise at every seventh.
"""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml

from reliability.compile.alertmanager.templates import KEY, NAME, TEXT, name_of
from reliability.plan.held import Intact
from reliability.providers.mark import marked_text
from reliability.providers.shelf import FilePlace, TargetFiles
from reliability.resource import Resource
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
    """A team goes with its routes, a service goes, another and the template file have changed."""
    older_template(here)
    here.rename_team()
    here.repository.keep_services("exports", "monitoring")
    here.repository.replace("services/exports/slo.yaml", "target: 0.", "target: 0.9")


def older_template(here: Company) -> None:
    """Puts another template file in place, as an older version may have written it."""
    file = here.alertmanager.file
    [held] = TargetFiles("am", {"config": FilePlace("alertmanager", file)}).read()
    assert isinstance(held, Intact)
    text = f"{TEXT}{{{{/* older */}}}}\n"
    body: dict[str, Any] = {**held.resource.body, KEY: text, "templates": [name_of(text)]}
    file.with_name(name_of(TEXT)).rename(file.with_name(name_of(text)))
    file.with_name(name_of(text)).write_text(text, encoding="utf-8")
    file.write_bytes(marked_text(Resource(held.id, body), held.owner))
    here.alertmanager.load()


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
    """No half file is under a name that a server reads, and what is others' is untouched.

    Each template file is there that the configuration names, in the file and as it is loaded.
    """
    files = killer.files()
    configs = (killer.company.alertmanager.running, files.get("am/alertmanager.yml", b""))
    for path in (f"am/{name}" for config in configs for name in NAME.findall(config.decode())):
        assert path in files
    for path, content in files.items():
        name = path.rpartition("/")[2]
        if path in FOREIGN:
            assert content == FOREIGN[path]
        elif name.endswith(".tmpl") and not name.startswith("."):
            assert name == name_of(content.decode())
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
