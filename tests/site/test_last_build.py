"""A build of changed services alone: when there is one, what it reads again, and what it writes."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest

from reliability.check.context import Context
from reliability.history.open import history_policy, open_source
from reliability.load.files import read_folders
from reliability.load.folder_states import FolderStates
from reliability.load.loader import load
from reliability.site.build import BuiltSite, SiteBuild
from reliability.site.changed import LastBuild
from reliability.site.kept import KeptSite
from reliability.site.measuring import SiteInputs
from reliability.site.merged import git_past
from reliability.site.output import LIST, SiteFolder, WrittenSite
from reliability.site.separate import SeparateTerms
from reliability.timespan import DAY
from tests.load.test_git import git
from tests.site.crafted import POLICY
from tests.site.edits import contents
from tests.site.test_worlds import INHIBITION, WEB
from tests.site.worlds import (
    TODAY,
    WINDOWS,
    GroupTraffic,
    SiteWorld,
    WrittenHistory,
    at,
    document,
    slo,
)

OPTIONS: Final = "the options"
SHOWN: Final = 20 * DAY
STORE: Final = ".reliability/history"
HISTORY: Final = document(
    "HistorySources", "history", f"  source: {{type: store}}\n  span: 14d\n  store: {STORE}\n"
)
OWNER: Final = "  team: web\n  criticality: standard\n"
ALERTS: Final = "  service: NAME\n  objectives: [{slo: NAME-one, runbook: docs/x.md}]\n"
NAMES: Final = ("a", "b", "c")


def service_files(name: str) -> dict[str, str]:
    return {
        f"services/{name}/slo.yaml": slo(f"{name}-one", "target: 0.99", reviewed="2026-10-01"),
        f"services/{name}/ownership.yaml": document("Ownership", name, OWNER),
        f"services/{name}/alerts.yaml": document("AlertPolicy", name, ALERTS.replace("NAME", name)),
    }


FILES: Final = {
    "policies/burn.yaml": WINDOWS,
    "policies/history.yaml": HISTORY,
    "policies/notification.yaml": POLICY.decode(),
    "policies/teams/other.yaml": WEB.replace("name: web", "name: other"),
    "policies/teams/web.yaml": WEB,
    **{path: text for name in NAMES for path, text in service_files(name).items()},
}
OUTAGE: Final = (("2026-09-28T10:00", 90, 30.0),)
WORLD: Final = SiteWorld(
    files=FILES,
    traffic={
        f"{name}-one": (GroupTraffic(since=at("2026-08-10"), failures=OUTAGE),) for name in NAMES
    },
)


@dataclass(frozen=True)
class SiteRepository:
    """A repository on disk; its folders have the states that a test says."""

    root: Path

    @classmethod
    def written(cls, root: Path) -> "SiteRepository":
        made = cls(root)
        for path, text in FILES.items():
            made.write(path, text)
        WrittenHistory(WORLD.traffic).stored(root / STORE, WORLD.catalog())
        return made

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    @property
    def folder(self) -> SiteFolder:
        return SiteFolder(self.root / "out", None)

    def states(self, **changed: bytes) -> FolderStates:
        return FolderStates({**dict.fromkeys(NAMES, b"as before"), **changed}, is_usual=True)

    def build_all(self, out: str = "out") -> BuiltSite:
        """Build as the command does, without a kept state in another folder."""
        files, unread = read_folders(self.root, ("policies", "services"))
        catalog, findings = load(files)
        assert not unread
        assert not findings
        policy = history_policy(catalog)
        source = open_source(policy, catalog, self.root)
        inputs = SiteInputs.of(Context(today=TODAY, catalog=catalog), source, SHOWN, policy.span)
        folder = SiteFolder(self.root / out, None)
        kept = KeptSite.at(self.root, folder.folder, None)
        build = SiteBuild.of(inputs, git_past(self.root), folder, "en", kept)
        return build.write(1, SeparateTerms(terms=OPTIONS, states=self.states()))

    def last(self, options: str = OPTIONS) -> LastBuild:
        last = LastBuild.of(self.root, self.folder, options, jobs=1)
        return replace(last, states=self.states())

    def rebuilt(self, **changed: bytes) -> BuiltSite | None:
        last = replace(self.last(), states=self.states(**changed))
        return last.rebuilt(TODAY, SHOWN, 1)

    def outcome(self, **changed: bytes) -> tuple[int, int, int] | None:
        """Unchanged services, and the numbers of files that were written and removed."""
        built = self.rebuilt(**changed)
        if built is None:
            return None
        return built.unchanged, built.written.written, built.written.removed

    def assert_whole(self) -> None:
        """The site is that of a build of everything into another folder."""
        self.build_all("new")
        new, kept = contents(self.root / "new"), contents(self.root / "out")
        assert [name for name in new if new[name] != kept.get(name)] == []
        assert kept.keys() == new.keys()
        shutil.rmtree(self.root / "new")


@pytest.fixture
def repository(tmp_path: Path) -> SiteRepository:
    made = SiteRepository.written(tmp_path)
    assert made.build_all().written == WrittenSite(51, 51, 0)
    return made


def test_one_changed_service_is_built_with_the_pages_about_several(
    repository: SiteRepository,
) -> None:
    built = repository.rebuilt()
    assert built is not None
    assert (built.unchanged, built.written) == (3, WrittenSite(51, 0, 0))
    assert [*built.figures.services] == [*NAMES]

    # With the kept state, no text is read; with another one, it may still be the same text.
    path = "services/b/slo.yaml"
    repository.write(path, FILES[path].replace("0.99", "0.995"))
    assert repository.outcome() == (3, 0, 0)
    repository.write(path, FILES[path])
    assert repository.outcome(b=b"again") == (3, 0, 0)
    repository.write(path, FILES[path].replace("0.99", "0.995"))
    assert repository.outcome(b=b"again") == (3, 0, 0)
    changed = repository.rebuilt(b=b"other")
    assert changed is not None
    assert changed.unchanged == 2
    assert changed.figures.services["b"].slos[0].target == changed.figures.slos[1].target
    assert str(changed.figures.slos[1].target) == "0.995"
    repository.assert_whole()

    # Now the other state is the one that was kept.
    assert repository.outcome(b=b"other") == (3, 0, 0)
    (repository.root / "out/ja/services/c.html").unlink()
    assert repository.outcome(b=b"other") == (2, 1, 0)
    repository.assert_whole()


def test_a_dependency_and_a_team_change_other_pages(repository: SiteRepository) -> None:
    path = "services/a/ownership.yaml"
    owner = FILES[path].replace("team: web", "team: other") + "  dependencies: [c, gone]\n"
    repository.write(path, owner)
    built = repository.rebuilt(a=b"x")
    assert built is not None
    assert built.unchanged == 1
    assert built.written.removed == 0
    assert (repository.root / "out/en/teams/other.html").is_file()
    page = (repository.root / "out/en/services/c.html").read_text()
    assert "used by" in page
    repository.assert_whole()

    repository.write(path, FILES[path])
    assert repository.outcome(a=b"y", c=b"x") == (1, 25, 4)
    assert not (repository.root / "out/en/teams/other.html").exists()
    repository.assert_whole()


def test_a_service_that_needs_itself_is_built_once(repository: SiteRepository) -> None:
    path = "services/b/ownership.yaml"
    repository.write(path, FILES[path] + "  dependencies: [b]\n")
    built = repository.rebuilt(b=b"x")
    assert built is not None
    assert built.unchanged == 2
    repository.assert_whole()


def test_targets_of_a_service_that_is_not_loaded_have_to_be_kept(tmp_path: Path) -> None:
    repository = SiteRepository.written(tmp_path)
    path = "services/c/slo.yaml"
    repository.write(path, FILES[path].replace("2026-10-01", "2026-01-01"))
    repository.build_all()
    assert repository.outcome() == (3, 0, 0)
    last = repository.last()
    kept = replace(last.kept, state=last.kept.state._replace(targets={}))
    assert replace(last, kept=kept).rebuilt(TODAY, SHOWN, 1) is None


def test_commits_of_a_service_build_it_again(tmp_path: Path) -> None:
    """Those of documents, and those of other files in its folder."""
    repository = SiteRepository.written(tmp_path)
    git(tmp_path, "init", "--quiet")
    identity = ("-c", "user.name=me", "-c", "user.email=me@example.com")

    def commit(subject: str, *paths: str) -> None:
        git(tmp_path, "add", *paths)
        git(tmp_path, *identity, "commit", "--quiet", "--message", subject)

    commit("Begin", "policies", "services/a", "services/c")
    repository.build_all()
    assert repository.outcome() == (3, 0, 0)
    repository.write("services/b/notes.md", "notes\n")
    for subject, path in (("Note", "services/b/notes.md"), ("Own", "services/b/ownership.yaml")):
        commit(subject, path)
        built = repository.rebuilt()
        assert built is not None
        assert built.unchanged == 2
        page = (tmp_path / "out/en/services/b.html").read_text()
        revision = git(tmp_path, "rev-parse", "HEAD")
        assert (revision[:12] in page) is True
    repository.assert_whole()


def test_minutes_that_changed_are_measured_again(repository: SiteRepository) -> None:
    shutil.rmtree(repository.root / STORE / "c")
    traffic = {"c-one": (GroupTraffic(since=at("2026-08-10"), per_minute=50.0),)}
    WrittenHistory(traffic).stored(repository.root / STORE, WORLD.catalog())
    built = repository.rebuilt()
    assert built is not None
    assert built.unchanged == 2
    assert [slo.remaining for slo in built.figures.slos] == [0.9375, 0.9375, 1.0]
    repository.assert_whole()


MORE: Final[Mapping[str, Mapping[str, str]]] = {
    "a policy changed": {"policies/burn.yaml": WINDOWS.replace("budget: 2%", "budget: 3%")},
    "a document is about another service": {
        "services/b/slo.yaml": FILES["services/b/slo.yaml"].replace("service: b", "service: a")
    },
    "a document cannot be read": {"services/b/slo.yaml": "{["},
    "a document is not valid": {"services/b/slo.yaml": "kind: SLO\n"},
    "alerts of a service without an owner are in one group": {
        "services/b/ownership.yaml": "# nothing\n"
    },
    "messages are about several services": {"policies/alertmanager.base.yml": INHIBITION},
    "another source": {"policies/history.yaml": HISTORY.replace("store}", "synthetic}")},
    "another store": {"policies/history.yaml": HISTORY.replace(STORE, ".reliability/other")},
    "environments": {
        "policies/environments.yaml": document(
            "Environments", "environments", "  environments: [{name: production}]\n"
        )
    },
}


def test_other_changes_need_a_build_of_everything(repository: SiteRepository) -> None:
    """And leave the site and what was kept as they were."""
    before = contents(repository.root)
    refused = {}
    for name, files in MORE.items():
        for path, text in files.items():
            repository.write(path, text)
        refused[name] = repository.outcome(b=b"x") is None
        for path in files:
            if path in FILES:
                repository.write(path, FILES[path])
            else:
                (repository.root / path).unlink()
    assert refused == dict.fromkeys(MORE, True)

    # A file that cannot be read.
    link = repository.root / "services/b/more.yaml"
    link.symlink_to("nowhere")
    assert repository.outcome(b=b"x") is None
    link.unlink()

    # More than one of three services, or a folder of documents that came, went or is unusual.
    for name in "ab":
        path = f"services/{name}/slo.yaml"
        repository.write(path, FILES[path] + "\n")
    assert repository.outcome(a=b"x", b=b"x") is None
    for name in "ab":
        path = f"services/{name}/slo.yaml"
        repository.write(path, FILES[path])
    assert repository.outcome(d=b"x") is None
    last = repository.last()
    assert (
        replace(last, states=FolderStates({"a": b"", "b": b""}, True)).rebuilt(TODAY, SHOWN, 1)
        is None
    )
    unusual = replace(last.states, is_usual=False)
    assert replace(last, states=unusual).rebuilt(TODAY, SHOWN, 1) is None
    assert repository.last(options="others").seen is None
    assert repository.last(options="others").rebuilt(TODAY, SHOWN, 1) is None
    assert repository.last().separate_terms == SeparateTerms(terms=OPTIONS, states=last.states)
    after = contents(repository.root)
    assert [name for name in before if after[name] != before[name]] == []


def test_a_list_of_files_or_details_that_changed_need_a_build_of_everything(
    repository: SiteRepository,
) -> None:
    listed = repository.folder.folder / LIST
    content = json.loads(listed.read_bytes())
    assert repository.outcome() == (3, 0, 0)
    [details] = (repository.root / ".reliability/site").glob("*.details")
    whole = details.read_bytes()
    details.write_bytes(b"")
    assert repository.outcome() is None
    details.write_bytes(whole)
    assert repository.outcome() == (3, 0, 0)
    listed.write_text(json.dumps(content))
    assert repository.outcome() is None
    listed.unlink()
    assert repository.outcome() is None
    empty = LastBuild.of(repository.root, SiteFolder(repository.root / "no", None), OPTIONS, 1)
    assert (empty.seen, empty.rebuilt(TODAY, SHOWN, 1)) == (None, None)
