"""Commands whose optional packages are missing say how to install them, before anything else."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Final, cast

import pytest

from reliability.cli.main import COMMANDS
from tests.cli.program import in_process

NUMPY: Final = ("backtest", "dashboard", "demo", "digest", "review", "revisit", "status")
MISSING: Final = (
    *((f"{name}", "numpy", "history") for name in NUMPY),
    ("suggest checkout", "numpy", "history"),
    ("gate shop", "numpy", "history"),
    ("verdict", "numpy", "history"),
    ("verdict", "github", "github"),
    ("site --out site", "jinja2", "history"),
    ("site --out site", "numpy", "history"),
    ("site --out site", "pyarrow", "history"),
    *((f"history {name}", "pyarrow", "history") for name in ("pull", "backfill", "prune")),
    ("history compact", "pyarrow", "history"),
    ("history import file.csv --format csv", "pyarrow", "history"),
    ("history restore", "github", "github"),
    ("revisit --forge github", "github", "github"),
    ("backtest --rules rules.yml", "pyarrow", "history"),
    ("backtest --rules rules.yml --samples file.csv", "pyarrow", "history"),
)
PACKAGES: Final = {
    "history": "'jinja2>=3.1' 'numpy>=2' 'pyarrow>=18'",
    "github": "'pygithub>=2.10'",
}
RULES: Final = "groups: [{name: g, rules: [{alert: Down, expr: up == 0}]}]\n"


@contextmanager
def without(module: str) -> Iterator[None]:
    """As if a package was not installed; None in `sys.modules` stands for that."""
    before = sys.modules.get(module)
    sys.modules[module] = cast("ModuleType", None)
    try:
        yield
    finally:
        del sys.modules[module]
        if before is not None:
            sys.modules[module] = before


@pytest.mark.parametrize(("command", "module", "extra"), MISSING)
def test_a_missing_package_is_named(tmp_path: Path, command: str, module: str, extra: str) -> None:
    (tmp_path / "services").mkdir()
    (tmp_path / "file.csv").write_text("")
    (tmp_path / "rules.yml").write_text(RULES)
    words = command.split()
    in_process(words[0], "--help", folder=tmp_path)  # its module may import the package
    with without(module):
        ended = in_process(*words, folder=tmp_path)
    name = " ".join(words[: 2 if words[0] == "history" else 1])
    name += " --forge github" if "--forge" in words else ""
    needs = f"`reliability {name}` needs the extra '{extra}'; run `pip install {PACKAGES[extra]}`"
    assert (ended.code, ended.out, ended.err) == (2, "", f"reliability: {needs}\n")


def test_other_commands_need_no_package() -> None:
    needing = {command.split()[0] for command, _, _ in MISSING}
    assert sorted(set(COMMANDS) - needing) == [
        *("build", "check", "completion", "drift", "explain", "fmt", "import", "init", "new"),
        *("plan", "schema", "sync", "tickets", "triage"),
    ]
