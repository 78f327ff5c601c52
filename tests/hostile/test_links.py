"""Links that somebody committed: no command writes through one, wherever it leads."""

import ast
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from reliability.writing import ensure_no_link, replace, write_file
from tests.cli.copied import DAY, copied, edit
from tests.cli.program import reliability
from tests.project.repository import ROOT

PRECIOUS: Final = "nobody may write here\n"
STAGED: Final = ".attendance.yml.reliability-new"
FORMER: Final = ".attendance.yml.reliability-former"
NEW: Final = ("new", "shop", "--journey", "buy it", "--kind", "http", "--team", "workforce")


@dataclass(frozen=True, slots=True)
class Scene:
    """A repository, and a folder outside of it that holds one file."""

    root: Path
    outside: Path

    def link(self, path: str, to: str) -> None:
        """A link in the repository to something outside, in place of what is there."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        if (self.root / path).is_dir():
            shutil.rmtree(self.root / path)
        (self.root / path).unlink(missing_ok=True)
        (self.root / path).symlink_to(self.outside / to)

    def untouched(self) -> None:
        """Nothing outside was made, changed or removed."""
        held = {path.name: path.read_text() for path in self.outside.rglob("*") if path.is_file()}
        assert held == {"precious": PRECIOUS}
        assert [path for path in self.outside.rglob("*") if path.is_dir()] == []


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    root, outside = tmp_path / "repository", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "precious").write_text(PRECIOUS)
    return Scene(copied(root), outside)


Prepare = Callable[[Scene], None]


def links(path: str, to: str = "", before: Prepare = lambda _: None) -> Prepare:
    """A repository with a link in it."""

    def prepare(scene: Scene) -> None:
        before(scene)
        scene.link(path, to)

    return prepare


def stored(scene: Scene) -> None:
    """A history that was imported, in place of the made-up one."""
    policy = scene.root / "policies/history.yaml"
    head = policy.read_text().partition("  source:")[0]
    policy.write_text(f"{head}  source: {{type: store}}\n")
    (scene.root / "counts.csv").write_text("time,good,total\n2026-11-20T00:00:00Z,1,2\n")


def misspelt(scene: Scene) -> None:
    """A key that `--fix` corrects, in a folder that a link leads to."""
    edit(scene.root / "services/attendance/slo.yaml", "displayName:", "displayname:")
    shutil.move(scene.root / "services/attendance", scene.root / "moved")
    (scene.root / "services/attendance").symlink_to(scene.root / "moved")


def messages(scene: Scene) -> None:
    (scene.root / "messages.csv").write_text("time,message\n2026-11-20T00:00:00Z,x is down\n")


def rules(scene: Scene) -> None:
    group = "{name: a, rules: [{alert: A, expr: up == 0}]}"
    (scene.root / "rules.yml").write_text(f"groups: [{group}]\n")


IMPORT: Final = ("history", "import", "counts.csv", "--format", "csv", "--slo", "exports-csv")
BACKTEST: Final = ("backtest", "exports", "--days", "1", "--format", "json", "--output")

RULES: Final = "build/prometheus"
CASES: Final[dict[str, tuple[Prepare, tuple[str, ...]]]] = {
    "sync, folder of a kind": (links(RULES), ("sync", "--yes")),
    "sync, folder of the target": (links("build"), ("sync", "--yes")),
    "sync, staged file": (links(f"{RULES}/{STAGED}", "new"), ("sync", "--yes")),
    "sync, staged file that is there": (links(f"{RULES}/{STAGED}", "precious"), ("sync", "--yes")),
    "sync, former file": (links(f"{RULES}/{FORMER}", "new"), ("sync", "--yes")),
    "sync, the file": (links(f"{RULES}/attendance.yml", "precious"), ("sync", "--yes")),
    "build, folder": (links(RULES), ("build", "--out", "build")),
    "build, --out itself": (links("out"), ("build", "--out", "out")),
    "build, above --out": (links("up"), ("build", "--out", "up/out")),
    "build, with ..": (links("up"), ("build", "--out", "up/../outside/x")),
    "build, staged file": (
        links(f"out/prometheus/{STAGED}", "precious"),
        ("build", "--out", "out"),
    ),
    "report": (links("r.md", "precious"), ("check", "--report=markdown=r.md")),
    "report, new": (links("r.md", "new"), ("check", "--report=markdown=r.md")),
    "report, folder": (links("r"), ("check", "--report=sarif=r/new")),
    "baseline": (links("policies/baseline.yaml", "new"), ("check", "--write-baseline")),
    "backtest": (links("b.json", "precious"), (*BACKTEST, "b.json")),
    "schema": (links("schemas"), ("schema", "--out", "schemas")),
    "schema, file": (links("schemas/Team.json", "new"), ("schema", "--out", "schemas")),
    "CODEOWNERS, file": (links(".github/CODEOWNERS", "precious"), ("build", "--code-owners")),
    "CODEOWNERS, folder": (links(".github"), ("build", "--code-owners")),
    "new, folder": (links("services/shop"), NEW),
    "new, file": (links("services/shop/slo.yaml", "new"), NEW),
    "new, runbooks": (links("docs/runbooks"), NEW),
    "history, folder": (links(".reliability", before=stored), IMPORT),
    "history, store": (links(".reliability/history", before=stored), IMPORT),
    "history, service": (links(".reliability/history/exports", before=stored), IMPORT),
    "history, lock": (links(".reliability/history/.lock", "new", stored), IMPORT),
    "history, compact": (links(".reliability/history/a", before=stored), ("history", "compact")),
    "fix": (misspelt, ("check", "--documents-only", "--fix", "services/attendance/slo.yaml")),
    "triage worksheet": (
        links("sheet.csv", "precious", messages),
        ("triage", "messages.csv", "--worksheet", "sheet.csv"),
    ),
    "import": (
        links("services/shop", before=rules),
        ("import", "rules.yml", "--service", "shop", "--team", "workforce"),
    ),
    "forge folder": (links("forge"), ("digest", "--forge", "folder:forge/here")),
}


@pytest.mark.parametrize("name", CASES)
def test_no_command_writes_through_a_committed_link(scene: Scene, name: str) -> None:
    make, command = CASES[name]
    make(scene)
    moved = {path: path.read_bytes() for path in scene.root.glob("moved/*")}
    ended = reliability("--today", DAY, *command, folder=scene.root)
    scene.untouched()
    assert {path: path.read_bytes() for path in scene.root.glob("moved/*")} == moved
    assert ended.code in (0, 1, 2), ended.err
    assert "Traceback" not in ended.err


CIRCLES: Final = (
    *("sync, folder of a kind", "sync, folder of the target", "sync, the file", "build, folder"),
    *("build, above --out", "report", "baseline", "CODEOWNERS, folder", "new, folder", "import"),
    *("history, store", "forge folder"),
)


@pytest.mark.parametrize("name", CIRCLES)
def test_a_link_that_leads_to_itself_ends_no_command_in_a_crash(scene: Scene, name: str) -> None:
    make, command = CASES[name]
    make(scene)
    for path in [path for path in scene.root.rglob("*") if path.is_symlink()]:
        path.unlink()
        path.symlink_to(path.name)
    ended = reliability("--today", DAY, *command, folder=scene.root)
    scene.untouched()
    assert ended.code in (0, 1, 2), ended.err


def test_a_link_is_named_in_the_message(scene: Scene) -> None:
    scene.link("build/prometheus", "")
    ended = reliability("build", "--out", "build", folder=scene.root)
    assert ended.code == 2
    assert "build/prometheus: it is a symbolic link in the repository" in ended.err


def test_links_outside_of_the_repository_are_their_owners(scene: Scene) -> None:
    (scene.root.parent / "mine").symlink_to(scene.outside)
    ended = reliability("build", "--out", "../mine/out", folder=scene.root)
    assert ended.code == 0
    assert (scene.outside / "out/prometheus/attendance.yml").is_file()
    assert reliability("check", "--report=markdown=/dev/stdout", folder=scene.root).code == 0


def test_a_repository_that_is_reached_through_a_link_is_written_to(scene: Scene) -> None:
    (scene.root.parent / "again").symlink_to(scene.root)
    again = scene.root.parent / "again"
    assert (
        reliability("--root", str(again), "build", "--out", str(again / "o"), folder=again).code
        == 0
    )
    assert (scene.root / "o/prometheus/attendance.yml").is_file()


def test_what_may_not_be_written_ends_with_its_name_and_exit_code_2(scene: Scene) -> None:
    (scene.root / "policies/baseline.yaml").unlink(missing_ok=True)
    (scene.root / "policies/baseline.yaml").mkdir()
    ended = reliability("check", "--write-baseline", folder=scene.root)
    assert ended.code == 2
    assert "policies/baseline.yaml: is a directory" in ended.err


def test_a_link_counts_where_it_lies_and_not_where_it_leads(tmp_path: Path) -> None:
    top = tmp_path / "top"
    (top / "inner").mkdir(parents=True)
    (top / "link").symlink_to("inner")
    (tmp_path / "outer").symlink_to(top)
    ensure_no_link(tmp_path / "outer/inner/file", top)
    with pytest.raises(OSError, match="symbolic link"):
        ensure_no_link(tmp_path / "outer/link/file", top)
    with pytest.raises(OSError, match="symbolic link"):
        ensure_no_link(top / "link/../file", top)


def test_a_replaced_file_keeps_its_permissions_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o640)
    replace(path, b"new", tmp_path)
    write_file(path, b"er", tmp_path, append=True)
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("newer", 0o640)
    assert list(tmp_path.iterdir()) == [path]


ELSEWHERE: Final = {
    "reliability/writing.py": "the one that writes",
    "reliability/providers/disk.py": "stages with `writing.create`",
    "reliability/site/output.py": "looks at each folder, and follows no link",
    "reliability/site/kept.py": "looks for a link, and adds to a file that it made",
    "reliability/history/store.py": "locks, after every link was looked for",
    "reliability/history/parquet.py": "stages with `writing.create`",
    "reliability/load/files.py": "reads",
    "reliability/onboarding/demo/change.py": "a copy that the demo made",
    "reliability/onboarding/shipped.py": "a folder that the demo made",
    "reliability/history/archive.py": "looks at each folder, and unpacks into a new one",
    "reliability/providers/amtool.py": "a temporary file in a folder of its own",
    "reliability/providers/vmalert.py": "a temporary file in a folder of its own",
    "reliability/providers/tsdb/blocks.py": "blocks of a server, made in a new folder of its own",
    "reliability/providers/tsdb/folder.py": "a new folder beside the blocks of a server",
    "reliability/onboarding/init/github_files.py": "looks at each folder, and opens with x",
    "reliability/onboarding/init/takeover.py": "secrets for Alertmanager, created exclusively",
    "reliability/cli/crash.py": "a temporary file",
    "reliability/cli/experimental.py": "writes to the help of a command",
}
"""Modules that write in another way, and why that is fine."""
WRITES: Final = frozenset(("write_text", "write_bytes", "touch", "mkdir", "symlink_to"))


def test_files_are_written_in_one_module() -> None:
    modules = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "reliability").rglob("*.py")
        if any(map(_writes, ast.walk(ast.parse(path.read_text(encoding="utf-8")))))
    }
    assert {
        module for module in modules if not module.startswith("reliability/onboarding/demo/live/")
    } <= set(ELSEWHERE)


def _writes(node: ast.AST) -> bool:
    """Whether this is a call that writes a file: `write_text`, or `open` with a writing mode."""
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else None
    name = node.func.id if isinstance(node.func, ast.Name) else name
    if name in WRITES:
        return True
    given = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "mode")]
    modes = [each.value for each in given if isinstance(each, ast.Constant)]
    return name in ("open", "fdopen") and any(
        isinstance(mode, str) and len(mode) <= 3 and set("wax+") & set(mode) for mode in modes
    )
