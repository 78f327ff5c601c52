"""A build that keeps unchanged services writes the same bytes as a build from nothing."""

import hashlib
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import git
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reliability.history.definition import Definition
from reliability.history.month import Column, Month, month_span, months
from reliability.history.parquet import write_month
from reliability.history.sli import Counters, Term
from reliability.history.store import Store
from reliability.promql.selector import Selector
from reliability.site.kept import FOLDER, MAGIC
from reliability.timespan import TimeSpan
from tests.benchmarks.fleet import write_fleet
from tests.benchmarks.fleet_history import HISTORY
from tests.cli.program import Ended, in_process
from tests.project.repository import ROOT
from tests.site.test_as_of import commit

END: Final = datetime(2026, 11, 25, tzinfo=UTC)
STORED: Final = TimeSpan(END - timedelta(days=50), END)
SERVICES: Final = 3
INCIDENTS: Final = """\
apiVersion: reliability/v1
kind: Incidents
metadata: {{name: incidents-{number}}}
spec:
  service: {service}
  incidents:
    - name: outage {number}
      start: 2026-11-{day:02}T11:05:00+01:00
      end: 2026-11-{day:02}T13:00:00Z
      impact: a page fails
"""
CORRECTIONS: Final = """\
apiVersion: reliability/v1
kind: Corrections
metadata: {{name: corrections-{number}}}
spec:
  service: {service}
  corrections:
    - {{start: 2026-11-{day:02}T10:00:00Z, end: 2026-11-{day:02}T12:00:00Z, reason: a test}}
"""
WAIVERS: Final = """\
apiVersion: reliability/v1
kind: Waivers
metadata: {{name: waivers}}
spec:
  waivers:
    - {{rule: slo-no-alert, service: {service}, reason: a test, until: 2026-12-{day:02}}}
"""


@dataclass
class Edited:
    """A repository that a test edits, and the day of its builds."""

    root: Path
    today: str = "2026-11-25"
    builds: int = 0
    names: list[str] = field(default_factory=lambda: [f"service-{n:05}" for n in range(SERVICES)])

    def file(self, service: str, name: str) -> Path:
        return self.root / "services" / service / name

    def replace(self, path: Path, old: str, new: str) -> None:
        if path.is_file():
            path.write_text(path.read_text().replace(old, new))

    def build(self, out: Path, *options: str) -> Ended:
        day = ("--today", self.today)
        return in_process(*day, "site", "--days", "45", "--out", out, *options, folder=self.root)

    def compare(self) -> None:
        """Build into the folder of the last build, and into a new one."""
        self.builds += 1
        kept, new = self.root.parent / "kept", self.root.parent / f"new-{self.builds}"
        assert self.build(kept).code == 0
        assert self.build(new).code == 0
        assert contents(kept) == contents(new)
        shutil.rmtree(new)


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a site."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def write_history(root: Path, service: str, seed: int) -> None:
    """Write fifty days of requests with an outage every few days."""
    terms = [
        (Term(Selector.parse(f'http_requests_total{{job="{service}"{more}}}'), 1),)
        for more in (',code!~"5.."', "")
    ]
    definition = Definition.of(Counters("good", *terms))
    family = Store(root / ".reliability" / "history").family(
        service, f"{service}-requests", definition
    )
    family.folder.mkdir(parents=True, exist_ok=True)
    dice = np.random.default_rng(seed)
    for first, part in months(STORED):
        month = Month(span=month_span(first), covered=(part,), source="a test")
        minutes = np.arange(part.steps(timedelta(minutes=1)))
        outage = (minutes // 1440 % 5 == seed % 5) & (minutes % 1440 // 60 == 11)
        for code, mean in (("200", np.full(len(minutes), 60.0)), ("500", 0.01 + 30.0 * outage)):
            values = np.full(month.span.steps(timedelta(minutes=1)), np.nan)
            values[month.part(part)] = dice.poisson(mean)
            labels = (("__name__", "http_requests_total"), ("code", code), ("job", service))
            month.columns[Column(0, labels)] = values
        write_month(family.path(first), month, "requests", definition)


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


def target(edited: Edited, service: str, number: int) -> None:
    edited.replace(edited.file(service, "slo.yaml"), "target: 0.999", f"target: 0.99{number}")


def title(edited: Edited, service: str, number: int) -> None:
    edited.replace(edited.file(service, "slo.yaml"), "succeed\n", f"succeed {number}\n")


def reviewed(edited: Edited, service: str, number: int) -> None:
    edited.replace(edited.file(service, "slo.yaml"), "2026-11-01", f"2026-0{number + 1}-01")


def team(edited: Edited, service: str, number: int) -> None:
    path = edited.file(service, "ownership.yaml")
    edited.replace(path, "team: team-0000", f"team: team-000{number % 2}")


def dependency(edited: Edited, service: str, number: int) -> None:
    other = f"service-0000{number % (SERVICES + 1)}"
    path = edited.file(service, "ownership.yaml")
    edited.replace(path, "  criticality", f"  dependencies: [{other}]\n  criticality")


def tier(edited: Edited, service: str, number: int) -> None:
    del number
    edited.replace(edited.file(service, "alert-policy.yaml"), "slow: ticket", "slow: log")


def incident(edited: Edited, service: str, number: int) -> None:
    """Record an incident, in the folder of a service that it may not be about."""
    other = edited.names[number % len(edited.names)]
    text = INCIDENTS.format(service=service, number=number, day=number + 10)
    if edited.file(other, "slo.yaml").is_file():
        edited.file(other, "incidents.yaml").write_text(text)


def correction(edited: Edited, service: str, number: int) -> None:
    if edited.file(service, "slo.yaml").is_file():
        text = CORRECTIONS.format(service=service, number=number, day=number + 10)
        edited.file(service, "corrections.yaml").write_text(text)


def waiver(edited: Edited, service: str, number: int) -> None:
    text = WAIVERS.format(service=service, day=number + 1)
    (edited.root / "policies" / "waivers.yaml").write_text(text)


def history(edited: Edited, service: str, number: int) -> None:
    write_history(edited.root, service, number + 7)


def team_document(edited: Edited, service: str, number: int) -> None:
    del service
    path = edited.root / "policies/teams/team-0000.yaml"
    edited.replace(path, "Europe/Berlin", ("Asia/Tokyo", "UTC")[number % 2])


def policy(edited: Edited, service: str, number: int) -> None:
    del service
    path = edited.root / "policies/burn-rates.yaml"
    edited.replace(path, "short: 5m, budget: 2%", f"short: 5m, budget: {number % 3 + 3}%")


def unreadable(edited: Edited, service: str, number: int) -> None:
    del number
    edited.replace(edited.file(service, "ownership.yaml"), "spec:", "spec: {")


def removal(edited: Edited, service: str, number: int) -> None:
    del number
    shutil.rmtree(edited.file(service, ""), ignore_errors=True)


def rename(edited: Edited, service: str, number: int) -> None:
    name = f"renamed-{number}"
    if edited.file(service, "slo.yaml").is_file() and name not in edited.names:
        edited.file(service, "").rename(edited.file(name, ""))
        for path in edited.file(name, "").iterdir():
            edited.replace(path, service, name)
        edited.names.append(name)


def day(edited: Edited, service: str, number: int) -> None:
    del service
    edited.today = f"2026-11-{21 + number % 5}"


def merge(edited: Edited, service: str, number: int) -> None:
    repository = git.Repo(edited.root)
    if repository.is_dirty(untracked_files=True):
        commit(repository, f"2026-11-1{number}", f"Change {service}")


def page(edited: Edited, service: str, number: int) -> None:
    """Damage a page of the site by hand, or remove one."""
    for language in ("en", "ja")[: number % 2 + 1]:
        path = edited.root.parent / "kept" / language / "services" / f"{service}.html"
        if path.is_file() and number < 5:
            path.unlink()
        elif path.is_file():
            path.write_bytes(path.read_bytes().replace(b"a", b"b"))


EDITS: Final[tuple[Callable[[Edited, str, int], None], ...]] = (
    *(target, title, reviewed, team, dependency, tier, incident, correction, waiver, history),
    *(team_document, policy, unreadable, removal, rename, day, merge, page),
)


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


class Forged:
    """What runs a function when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[Path]]:
        return Path.touch, (self.path,)


def test_what_was_kept_cannot_run_anything(fleet: Path, tmp_path: Path) -> None:
    with copy_of(fleet) as edited:
        (state,) = (edited.root / FOLDER).glob("*.bin")
        body = pickle.dumps(("", [Forged(tmp_path / "ran")]))
        state.write_bytes(MAGIC + hashlib.sha256(body).digest() + body)
        ended = edited.build(edited.root.parent / "kept")
        assert (ended.code, ended.err) == (0, "")
        assert "unchanged" not in ended.out
    assert not (tmp_path / "ran").exists()
