"""What `check` imports: nothing heavy, so that a hook answers at once."""

import subprocess
import sys
from pathlib import Path

from reliability.check.rules import ALONE
from tests.check.examples import minimal_files
from tests.check.repository import write
from tests.cli.program import in_process as reliability

HEAVY = {
    "asyncio",
    "cel_expr_python",
    "git",
    "github",
    "httpx",
    "jinja2",
    "numpy",
    "pyarrow",
    "requests",
    "rich",
    "ruamel",
    "unittest",
}
SCRIPT = """\
import sys
from reliability.cli.main import exit_code_of
code = exit_code_of({arguments!r})
print(*sorted({{name.partition(".")[0] for name in sys.modules}}))
print(*sys.modules)
sys.exit(code)
"""


def imported(folder: Path, *arguments: str) -> set[str]:
    """The top-level modules that a command has loaded when it ends, well."""
    return set(_ended(folder, *arguments)[-2].split())


def ours(folder: Path, *arguments: str) -> set[str]:
    """Our own modules that a command has loaded when it ends, well."""
    names = _ended(folder, *arguments)[-1].split()
    return {name for name in names if name.startswith("reliability.")}


def _ended(folder: Path, *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(arguments=arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_check_imports_nothing_heavy(tmp_path: Path) -> None:
    write(minimal_files(), tmp_path)
    modules = imported(tmp_path, "--today", "2026-11-25", "check")
    assert "promql_parser" in modules
    assert modules & HEAVY == set()


def test_documents_alone_need_no_promql(tmp_path: Path) -> None:
    write(minimal_files(), tmp_path)
    modules = imported(tmp_path, "check", "--documents-only", "services/attendance/slo.yaml")
    assert "yaml" in modules
    assert modules & (HEAVY | {"promql_parser"}) == set()


def test_documents_alone_need_no_other_rules_and_no_compiler(tmp_path: Path) -> None:
    write(minimal_files(), tmp_path)
    modules = ours(tmp_path, "check", "--documents-only", "services/attendance/slo.yaml")
    folder = "reliability.check.rules."
    rules = {name.removeprefix(folder) for name in modules if name.startswith(folder)}
    assert rules == {*ALONE, "burn_factor_low"}  # of the last, one takes a number
    assert not {name for name in modules if name.startswith("reliability.compile")}


def test_help_does_not_even_read_yaml(tmp_path: Path) -> None:
    assert imported(tmp_path, "--help") & (HEAVY | {"yaml", "pydantic"}) == set()


def test_a_broken_plugin_of_pydantic_does_not_break_check(tmp_path: Path) -> None:
    write(minimal_files(), tmp_path)
    described = tmp_path / "extra-1.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: extra\nVersion: 1.0\n")
    (described / "entry_points.txt").write_text("[pydantic]\nextra = extra_plugin:here\n")
    (tmp_path / "extra_plugin.py").write_text("raise RuntimeError('made for another pydantic')\n")

    ended = reliability("check", folder=tmp_path, PYTHONPATH=str(tmp_path))

    assert (ended.code, ended.err) == (0, "2 services, 8 documents: no findings\n")
