"""Files of a build: written, unchanged, removed or left alone, by the marks that they have."""

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

import pytest

from reliability.build import Removed, Unchanged, WrittenFile, build
from reliability.compile.compilers import compilers_of
from reliability.errors import ProviderError
from reliability.load.catalog import Catalog
from reliability.load.loader import load
from reliability.pipeline import Repository, build_files, compile_catalog
from reliability.plan.held import Owner
from reliability.providers.disk import Disk
from reliability.providers.mark import marked_text
from reliability.resource import Resource, ResourceId
from tests.backtest.repository import WINDOWS, policy, slo
from tests.review.issues.office import OWNERSHIP

TARGETS: Final = """
apiVersion: reliability/v1
kind: SyncTargets
metadata: {name: targets}
spec:
  owner: {id: 0123456789abcdef0123}
  targets: [{name: files, provider: files, folder: out}]
"""
OURS: Final = Owner("0123456789abcdef0123", "https://git.example/ours")
THEIRS: Final = Owner("fedcba98765432100123", "https://git.example/theirs")
COMPILERS: Final = compilers_of(tests=False, compatible=None)
STATES: Final = {WrittenFile: "written", Unchanged: "unchanged", Removed: "removed"}


def catalog(*services: str, code: str = "5..", targets: str = TARGETS) -> Catalog:
    """Services with an SLO and alerts each."""
    files = {"policies/burn-rates.yaml": WINDOWS, "policies/targets.yaml": targets}
    for service in services:
        folder = f"services/{service}"
        files[f"{folder}/slo.yaml"] = slo("checkout", service=service, code=code)
        files[f"{folder}/policy.yaml"] = policy("checkout", service=service)
        files[f"{folder}/ownership.yaml"] = OWNERSHIP.replace("SERVICE", service)
    loaded, findings = load((PurePosixPath(path), text.encode()) for path, text in files.items())
    assert [finding.problem.message for finding in findings] == []
    return loaded


@dataclass(slots=True)
class Out:
    """A folder that is built into."""

    folder: Path
    problems: list[str] = field(default_factory=list)

    def build(self, of: Catalog, jobs: int = 1, is_whole: bool = True) -> list[str]:
        """What happened to each file of Prometheus' rules."""
        disk = Disk(writable=True, durable=False, top=None)
        built, problems = build(of, COMPILERS, self.folder, disk, jobs=jobs, is_whole=is_whole)
        self.problems = [str(problem.message) for problem in problems]
        return [
            f"{STATES[type(file)]} {file.path.name}"
            for file in built
            if file.path.parent.name == "prometheus"
        ]

    def rules(self, service: str) -> Path:
        return self.folder / "prometheus" / f"{service}.yml"

    def mark(self, service: str, owner: Owner | None) -> Path:
        """Put a file there that this owner wrote."""
        identity = ResourceId("prometheus", "rules", service)
        path = self.rules(service)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(marked_text(Resource(identity, {"groups": []}), owner))
        return path


@pytest.fixture
def out(tmp_path: Path) -> Out:
    return Out(tmp_path / "out")


def test_files_are_written_once_and_removed_when_they_are_not_built(out: Out) -> None:
    assert out.build(catalog("pay", "shop")) == ["written pay.yml", "written shop.yml"]
    assert out.build(catalog("pay", "shop")) == ["unchanged pay.yml", "unchanged shop.yml"]
    assert out.build(catalog("pay", "shop", code="4..")) == ["written pay.yml", "written shop.yml"]
    assert out.build(catalog("shop", code="4..")) == ["unchanged shop.yml", "removed pay.yml"]
    assert (out.rules("pay").exists(), out.problems) == (False, [])


def test_nothing_is_removed_if_a_part_of_the_catalog_is_missing(out: Out) -> None:
    out.build(catalog("pay", "shop"))
    assert out.build(catalog("shop"), is_whole=False) == ["unchanged shop.yml"]
    assert out.rules("pay").exists()


def test_nothing_is_removed_if_something_cannot_be_compiled(out: Out) -> None:
    out.build(catalog("pay", "shop", "web"))
    calendar = "12h, calendar: {startTime: '2026-01-01 00:00:00', timeZone: UTC}"
    files = [
        (PurePosixPath("policies/burn-rates.yaml"), WINDOWS.encode()),
        (
            PurePosixPath("services/shop/slo.yaml"),
            slo("checkout").replace("30d, isRolling: true", calendar).encode(),
        ),
        (PurePosixPath("services/web/slo.yaml"), slo("checkout", service="web").encode()),
        (PurePosixPath("services/web/policy.yaml"), policy("checkout", service="web").encode()),
    ]
    broken, _ = load(files)
    states = out.build(broken)
    assert not [state for state in states if state.startswith("removed")]
    assert len(out.problems) == len(set(out.problems)) > 0
    assert out.rules("pay").exists()


@pytest.mark.parametrize("owner", [None, OURS])
def test_files_with_the_mark_of_a_build_or_of_this_repository_are_replaced(
    out: Out, owner: Owner | None
) -> None:
    out.mark("shop", owner)
    stale = out.mark("stale", owner)
    assert out.build(catalog("shop")) == ["written shop.yml", "removed stale.yml"]
    assert not stale.exists()


def test_files_with_the_mark_of_another_repository_are_left_alone(out: Out) -> None:
    stale = out.mark("stale", THEIRS)
    assert out.build(catalog("shop")) == ["written shop.yml"]
    assert stale.exists()


def test_without_an_owner_files_of_any_owner_are_left_alone(out: Out) -> None:
    stale = out.mark("stale", OURS)
    of = catalog("shop", targets=TARGETS.replace("  owner: {id: 0123456789abcdef0123}\n", ""))
    assert out.build(of) == ["written shop.yml"]
    assert stale.exists()


def test_a_file_that_is_not_ours_is_in_the_way_if_it_is_built(out: Out) -> None:
    for put in (
        lambda: out.mark("shop", THEIRS),
        lambda: out.rules("shop").write_text("groups: []"),
    ):
        put()
        before = out.rules("shop").read_bytes()
        for jobs in (1, 2):
            with pytest.raises(ProviderError) as refused:
                out.build(catalog("shop"), jobs=jobs)
            assert str(refused.value) == (
                f"{out.rules('shop')}: without a mark of this repository, so it is left untouched; "
                "move it away"
            )
        assert out.rules("shop").read_bytes() == before


def test_files_without_a_mark_links_and_folders_are_left_alone(out: Out) -> None:
    written = out.mark("linked", None)
    written.rename(out.folder / "elsewhere.yml")
    written.symlink_to(out.folder / "elsewhere.yml")
    out.rules("folder").mkdir()
    out.rules("text").write_text("groups: []\n")
    out.rules("copy").write_bytes((out.folder / "elsewhere.yml").read_bytes())
    assert out.build(catalog("shop")) == ["written shop.yml"]
    names = sorted(path.name for path in out.rules("shop").parent.iterdir())
    assert names == ["copy.yml", "folder.yml", "linked.yml", "shop.yml", "text.yml"]


def test_a_link_is_in_the_way_even_if_it_leads_to_our_file(out: Out) -> None:
    out.mark("shop", None).rename(out.folder / "elsewhere.yml")
    out.rules("shop").symlink_to(out.folder / "elsewhere.yml")
    with pytest.raises(ProviderError, match="without a mark of this repository"):
        out.build(catalog("shop"))


def test_a_file_in_place_of_the_folder_is_named(out: Out) -> None:
    out.folder.mkdir()
    (out.folder / "prometheus").write_text("")
    with pytest.raises(ProviderError) as refused:
        out.build(catalog("shop"))
    assert str(refused.value) == f"{out.folder / 'prometheus'}: file exists"


def test_a_repository_with_an_unreadable_file_removes_nothing(out: Out) -> None:
    files = [
        (PurePosixPath("policies/burn-rates.yaml"), WINDOWS.encode()),
        (PurePosixPath("services/shop/slo.yaml"), slo("checkout").encode()),
        (PurePosixPath("services/shop/policy.yaml"), policy("checkout").encode()),
    ]
    stale = out.mark("stale", None)
    for more, is_kept in (([(PurePosixPath("services/pay/slo.yaml"), b"a: [")], True), ([], False)):
        loaded, findings = load([*files, *more])
        repository = Repository(root=out.folder, catalog=loaded, findings=tuple(findings))
        _, problems = build_files(repository, out.folder)
        assert (problems, stale.exists()) == ([], is_kept)


@pytest.mark.parametrize("tests", [False, True])
def test_tests_of_the_rules_are_compiled_if_they_are_asked_for(*, tests: bool) -> None:
    names = {"prometheus", "prometheus-operator"} | ({"prometheus-tests"} if tests else set())
    resources, problems = compile_catalog(catalog("shop"), tests=tests)
    assert {resource.id.target for resource in resources} >= names
    assert problems == []
    default, _ = compile_catalog(catalog("shop"))
    assert "prometheus-tests" not in {resource.id.target for resource in default}
