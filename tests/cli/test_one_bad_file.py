"""A bug that one file reveals is reported with the file, and hides nothing of the others."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environment import environment

RULES = "groups: [{name: NAME, rules: [{alert: NAMEDown, expr: up == 0}]}]\n"
SLI = "{apiVersion: openslo/v1, kind: SLI, metadata: {name: x}, spec: {}}\n"
PROGRAM = """\
import sys
from reliability.cli.main import run
from reliability.convert import converters
from reliability.convert.prometheus_rules.converter import PrometheusRulesConverter
from reliability.formatting import files
from reliability.load import loader

class Planted(PrometheusRulesConverter):
    def convert(self, originals, options):
        if any(original.path.name == "bad.yml" for original in originals):
            raise KeyError("bug")
        yield from super().convert(originals, options)

def planted(text, former=files.formatted):
    if "bad" in text:
        raise KeyError("bug")
    return former(text)

def validated(document, *rest, former=loader.validate, **named):
    if document.path.name == "bad.yml":
        raise KeyError("bug")
    return former(document, *rest, **named)

converters.CONVERTERS = (Planted(),)
loader.validate = validated
files.formatted = planted
run(sys.argv[1:])
"""
"""The program, with a converter, a formatter and a loader that cannot handle one file."""


def ensure_reported(*arguments: str, folder: Path, path: str = "bad.yml") -> str:
    """Run the program, ensure that it reports the bug in `path`, and return its output."""
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=folder,
        env=environment(NO_COLOR="1", TMPDIR=str(folder)),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ended.returncode == 3, ended
    [log] = folder.glob("reliability-crash-*.log")
    assert (
        f"reliability: bug: {path}: KeyError: 'bug'; this is a bug in reliability: please report "
        f"it with {log}; all other files are read\n" in ended.stderr
    )
    assert log.read_text().startswith(f"{path}: Traceback")
    return f"{ended.stdout}{ended.stderr}"


def test_import_reads_the_other_files(tmp_path: Path) -> None:
    paths = ("a.yml", "bad.yml", "z.yml")
    for path in paths:
        (tmp_path / path).write_text(RULES.replace("NAME", path[0]))
    ensure_reported("import", *paths, "--into", "new", folder=tmp_path)
    policies = tmp_path.glob("new/services/*/alert-policy.yaml")
    written = "".join(path.read_text() for path in policies)
    assert set(re.findall("([a-z]+)Down", written)) == {"a", "z"}


def test_fmt_formats_the_other_files(tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text("a:   bad\n")
    (tmp_path / "z.yml").write_text("a:   1\n")
    ensure_reported("fmt", "bad.yml", "z.yml", folder=tmp_path)
    assert (tmp_path / "z.yml").read_text() == "a: 1\n"


@pytest.mark.parametrize("command", ["check", "plan"])
def test_a_document_that_cannot_be_loaded_is_a_finding(command: str, tmp_path: Path) -> None:
    for service in ("bad", "shop"):
        folder = tmp_path / "services" / service
        folder.mkdir(parents=True)
        (folder / f"{service}.yml").write_text(SLI)
    text = ensure_reported(command, folder=tmp_path, path="services/bad/bad.yml")
    assert "services/bad/bad.yml:1:1: " in text
    assert "this file cannot be read, because of a bug in reliability: KeyError: 'bug'" in text
    assert "services/shop/shop.yml:1:" in text
