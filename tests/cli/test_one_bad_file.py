"""A bug that one file reveals is reported with the file, rule or output; all else is done."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import reliability
from tests.environment import environment

RULES = "groups: [{name: NAME, rules: [{alert: NAMEDown, expr: up == 0}]}]\n"
POLICY = """\
apiVersion: reliability/v1
kind: AlertPolicy
metadata: {name: NAME}
spec:
  service: NAME
  signals: [{name: NAMEDown, kind: cause, tier: ticket, expr: up == 0, runbook: NAME.md}]
"""
TIERS = """\
apiVersion: reliability/v1
kind: NotificationPolicy
metadata: {name: notification}
spec: {tiers: {alert: {mention: true, page: true}, ticket: {ticket: true}, log: {}}}
"""
SLI = "{apiVersion: openslo/v1, kind: SLI, metadata: {name: x}, spec: {}}\n"
PROGRAM = """\
import sys
from dataclasses import replace
from reliability.check.rule import EachOf
from reliability.check.rules import runbook_without_address as rule_module
from reliability.cli.main import run
from reliability.compile import compilers
from reliability.compile.prometheus.compilers import PrometheusCompiler
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

def seen(policy, context, former=rule_module.runbook_without_address.visit):
    yield from former.see(policy, context)
    if policy.value.spec.service == "bad":
        raise KeyError("bug")

class PlantedCompiler(PrometheusCompiler):
    def compile(self, catalog):
        for made in super().compile(catalog):
            if made.id.name == "bad":
                raise KeyError("bug")
            yield made

rule_module.runbook_without_address = replace(
    rule_module.runbook_without_address,
    visit=EachOf(rule_module.AlertPolicy, seen),
)
if sys.argv[1] != "check":
    compilers.COMPILERS = (PlantedCompiler(),)
converters.CONVERTERS = (Planted(),)
loader.validate = validated
files.formatted = planted
run(sys.argv[1:])
"""
"""The program, with a part of each kind that cannot handle what is called `bad`."""


def ensure_reported(*arguments: str, folder: Path, where: str = "bad.yml") -> str:
    """Run the program, ensure that it reports the bug, and return its output."""
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
        f"reliability: bug: {where}: KeyError: 'bug'; this is a bug in reliability: please report "
        f"it with {log}; the run continues\n" in ended.stderr
    )
    assert log.read_text().startswith(f"{where}: Traceback")
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
    text = ensure_reported(command, folder=tmp_path, where="services/bad/bad.yml")
    assert "services/bad/bad.yml:1:1: " in text
    assert "this file cannot be read, because of a bug in reliability: KeyError: 'bug'" in text
    assert "services/shop/shop.yml:1:" in text


@pytest.fixture
def two_services(tmp_path: Path) -> Path:
    for service in ("bad", "shop"):
        (tmp_path / "services" / service).mkdir(parents=True)
        path = tmp_path / "services" / service / "policy.yaml"
        path.write_text(POLICY.replace("NAME", service))
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "notification.yaml").write_text(TIERS)
    return tmp_path


@pytest.mark.parametrize("paths", [(), ("--jobs", "2"), ("services/shop",)])
def test_a_rule_that_crashes_on_a_document_checks_the_others(
    paths: tuple[str, ...], two_services: Path
) -> None:
    where = "services/bad/policy.yaml: rule runbook-without-address"
    text = ensure_reported("check", "--fail-on", "never", *paths, folder=two_services, where=where)
    bug = "services/bad/policy.yaml:1:1: error[bug]: the rule runbook-without-address crashed "
    assert (bug in text) is ("services/shop" not in paths)
    assert "services/shop/policy.yaml:6:81: info[runbook-without-address]" in text


def test_no_baseline_is_written_if_a_rule_crashes(two_services: Path) -> None:
    where = "services/bad/policy.yaml: rule runbook-without-address"
    text = ensure_reported("check", "--write-baseline", folder=two_services, where=where)
    assert "a rule crashed, so the baseline is not written" in text
    assert not (two_services / "policies" / "baseline.yaml").exists()


NOT_COMPILED = (
    "services/bad/policy.yaml:1:1: the output prometheus cannot be compiled, because of a bug in "
    "reliability: KeyError: 'bug'"
)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_build_writes_the_other_services_and_removes_nothing(jobs: str, two_services: Path) -> None:
    old = two_services / "out" / "prometheus" / "bad.yml"
    reliability("build", "--out", "out", folder=two_services)
    (old.parent / "shop.yml").unlink()
    before = old.read_text()
    text = ensure_reported(
        "build", "--out", "out", "--jobs", jobs, folder=two_services, where="output prometheus"
    )
    assert NOT_COMPILED in text
    assert "shopDown" in (old.parent / "shop.yml").read_text()
    assert old.read_text() == before


def test_sync_applies_no_plan_without_what_could_not_be_compiled(two_services: Path) -> None:
    old = two_services / "build" / "prometheus" / "bad.yml"
    reliability("sync", "--yes", folder=two_services)
    before = old.read_text()
    text = ensure_reported("sync", "--yes", folder=two_services, where="output prometheus")
    assert NOT_COMPILED in text
    assert old.read_text() == before
