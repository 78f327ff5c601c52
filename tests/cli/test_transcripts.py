"""Whole transcripts of commands that need no server, in golden files."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from reliability.resolve.code_owners import BEGIN, END
from tests.check.custom.policies import HEAD, PATH, TRIBE, rule
from tests.check.examples import minimal_files
from tests.check.repository import write
from tests.cli.check.test_evidence import git
from tests.cli.copied import DAY, copied, edit
from tests.cli.program import in_process, transcript
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
OWNERS: Final = ("build", "--code-owners")
RECORDS: Final = "groups: [{name: g, rules: [{record: x, expr: sum(y)}]}]\n"


def test_requests_that_cannot_be_carried_out(golden: Golden, tmp_path: Path) -> None:
    root = copied(tmp_path)
    (root / "file").write_text("")
    (root / "records.yml").write_text(RECORDS, encoding="utf-8")
    (root / "bad.yml").write_text("groups: [\n", encoding="utf-8")
    commands = (
        *((), ("--version", "--nothing"), ("nothing",), ("--nothing",), ("statsu",), ("Check",)),
        *(("check", "--nothing"), ("check", "--fail-on"), ("check", "--jobs", "0")),
        *(("check", "--jobs", "64", "--documents-only", "services/exports/slo.yaml"),),
        *(("check", "--jobs", value) for value in ("65", "1_0", "x", "")),
        *(("--today", value, "check") for value in ("2026-13-01", "20261125", "")),
        *(("check", "--today"), ("--today=2026-02-30", "check"), ("check", "--", "--quiet")),
        *(("--root", "file", "check"), ("--root", "policies", "check")),
        *(("--color", "blue", "check"), ("explain", "a", "b"), ("new",), ("completion", "tcsh")),
        *(("build",), ("build", "--out", "file"), ("build", "--out", "file/in")),
        *(
            ("history", "restore", "--store", value)
            for value in ("/etc", "../x", "a/../b", "", ".", "policies")
        ),
        *(("history", "restore", "--workflow", value) for value in ("../x.yml", "x", "x.yml")),
        ("history", "restore", "--run", "0"),
        *(
            ("backtest", "--rules", *files)
            for files in (("nothing/*.yml",), ("records.yml",), ("*.yml",), ("bad.yml",))
        ),
        *(("review", "--event", "policies"), ("verdict", "--event", "nothing.json")),
        *(("backtest", "--days", value) for value in ("0", "401", "-1")),
        *(("history", "nothing"), ("gate",), ("gate", "attendence")),
        *(("status", "clock-inn"), ("suggest", "exportz"), ("schema", "--out", "file")),
        *(("revisit", "--forge", value) for value in ("gitlab", "folder:", "folder: ")),
        *(("revisit", "--max-changes", value) for value in ("0", "501")),
        *(("check", "--approved-by", value) for value in ("lead", "@", "@lead,second")),
        *(
            ("site", *option)
            for option in (("--pager", "https://a.example"), ("--pager-team", "T"))
        ),
        *(("triage", *option) for option in (("--pager-token", "env:A"), ("--pager-service", "S"))),
    )
    golden.check(GOLDEN / "refused.txt", transcript(root, *commands))


def test_a_group_of_commands_without_a_command_shows_its_help(tmp_path: Path) -> None:
    ended = in_process("history", folder=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("Usage: reliability history [OPTIONS] COMMAND [ARGS]...")


def test_pages_of_rules_built_in_and_of_the_repository(golden: Golden, tmp_path: Path) -> None:
    root = write({**minimal_files(), PATH: HEAD + TRIBE}, tmp_path / "root")
    commands = (
        ("explain", "tribe-missing"),
        ("explain", "slo-loosened"),
        ("explain", "slo-review-overdue"),
        ("explain", "signal-metric-missing"),
        ("explain", "slo-loosened", "--color", "always"),
        ("explain", "tribe"),
        ("explain",),
    )
    golden.check(GOLDEN / "explain.txt", transcript(root, *commands))
    (root / "policies").rename(root / "others")
    text = transcript(root, ("explain", "tribe-missing"), ("explain", "slo-loosene"))
    golden.check(GOLDEN / "explain-built-in.txt", text)


CASE: Final = "      cases: [{name: c, given: {slo: {name: a}}, findings: 1}]\n"
NO_NAME: Final = "      cases: [{name: none, given: {service: {name: s}}, findings: 0}]\n"


def test_cases_of_custom_rules(golden: Golden, tmp_path: Path) -> None:
    parts = []
    for name, text in {
        "one case": TRIBE + CASE,
        "two rules": TRIBE + CASE + rule("named", "service.name != ''") + NO_NAME,
        "one rule without cases": TRIBE + CASE + rule("open", "true") + rule("other", "true"),
        "a case that fails": TRIBE + CASE.replace("findings: 1", "findings: 0"),
        "a rule that cannot be compiled": TRIBE + CASE + rule("broken", "service.nothing"),
        "a rule with cases that cannot be compiled": rule("broken", "service.nothing") + NO_NAME,
        "a rule that is built in": TRIBE.replace("tribe-missing", "slo-loosened") + CASE,
    }.items():
        root = write({**minimal_files(), PATH: HEAD + text}, tmp_path / name)
        parts.append(f"# {name}\n{transcript(root, ('check', '--test-rules'))}")
    edit(root / PATH, "kind: RulePolicy", "kind: RulePolicies")
    (root / "services/attendance/slo.yaml").write_text("kind: [", encoding="utf-8")
    parts.append(f"# a policy that cannot be read\n{transcript(root, ('check', '--test-rules'))}")
    golden.check(GOLDEN / "test-rules.txt", "\n".join(parts))


RULE_POLICY: Final = """
apiVersion: reliability/v1
kind: RulePolicy
metadata: {name: rules}
spec:
  rules:
    alert-without-runbook: SETTING
"""
Change = Callable[[Path], object]
THEIRS: Final = "* @everybody\n"
CODE_OWNERS: Final[dict[str, Change]] = {
    "without a file": lambda root: root,
    "lines of others": lambda root: (root / "CODEOWNERS").write_text(THEIRS),
    "the first of two": lambda root: [
        (root / folder / "CODEOWNERS").write_text(THEIRS) for folder in (".github", "docs")
    ],
    "a section of GitLab": lambda root: (root / ".gitlab/CODEOWNERS").write_text(
        f"{THEIRS}\n[Docs]\ndocs/ @writers\n"
    ),
    "our lines between others": lambda root: (root / "CODEOWNERS").write_text(
        f"{THEIRS}{BEGIN}\n/old/ @nobody\n{END}\n/last/ @x\n"
    ),
    "line ends of Windows": lambda root: (root / "CODEOWNERS").write_bytes(b"* @x\r\n/a @y"),
    "bytes that are not UTF-8": lambda root: (root / "CODEOWNERS").write_bytes(b"/\xff @x\n"),
    "two begins": lambda root: (root / "CODEOWNERS").write_text(f"{BEGIN}\n{BEGIN}\n{END}\n"),
    "a folder of that name": lambda root: (root / ".github/CODEOWNERS").mkdir(),
    "a link": lambda root: (root / ".github/CODEOWNERS").symlink_to("../file"),
    "a value that is only doubtful": lambda root: edit(
        root / "services/attendance/ownership.yaml", "Employees clock in and out;", "yes #"
    ),
    "a document that cannot be read": lambda root: (root / "services/x.yaml").write_text("a: ["),
}


def test_code_owners_are_written_between_the_lines_of_others(
    golden: Golden, tmp_path: Path
) -> None:
    parts = []
    for name, change in CODE_OWNERS.items():
        root = copied(tmp_path / name)
        for folder in (".github", ".gitlab"):
            (root / folder).mkdir()
        change(root)
        shown = transcript(root, OWNERS, OWNERS, ("--quiet", *OWNERS))
        files = [
            f"{path.relative_to(root)}\n{path.read_bytes()!r}\n"
            for path in sorted(root.rglob("CODEOWNERS"))
            if path.is_file()
        ]
        parts.append(f"# {name}\n{shown}\n{''.join(files)}")
    golden.check(GOLDEN / "code-owners.txt", "\n".join(parts))


def test_files_are_built_again_and_those_of_others_stay(golden: Golden, tmp_path: Path) -> None:
    root = copied(tmp_path)
    every = ("--tests", "--grafana", "--grafana-alerting", "--perses")
    commands = (
        ("build", "--out", "out", *every),
        ("build", "--out", "out", *every, "--code-owners"),
        ("--quiet", "build", "--out", "out", "--grafana"),
        ("build", "--out", "out", "--compatible", "sloth"),
        ("build", "--out", "out", "--compatible", "sloth", "--tests"),
    )
    text = transcript(root, *commands)
    (root / "out/prometheus/theirs.yml").write_text("groups: []\n", encoding="utf-8")
    (root / "out/prometheus/payslips.yml").write_text("groups: []\n", encoding="utf-8")
    text += transcript(root, ("build", "--out", "out"))
    (root / "out/prometheus/payslips.yml").unlink()
    edit(root / "services/exports/slo.yaml", "kind: SLO", "kind: SLOs")
    text += transcript(root, ("build", "--out", "out"), ("build", "--out", "new", "--quiet"))
    golden.check(GOLDEN / "build.txt", text)
    left = sorted(path.name for path in (root / "out/prometheus").iterdir())
    assert left == ["attendance.yml", "exports.yml", "monitoring.yml", "payroll-batch.yml",
                    "payslips.yml", "theirs.yml"]  # fmt: skip


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """A clone with a base in which one file is unreadable and one has only a warning."""
    root = copied(tmp_path / "root")
    git(root, "init", "-q", "-b", "main")
    slo = root / "services/payslips/slo.yaml"
    good = slo.read_text(encoding="utf-8")
    slo.write_text("kind: [", encoding="utf-8")
    (root / "services/exports/bad.yaml").write_text("a: 1\n", encoding="utf-8")
    edit(root / "services/attendance/slo.yaml", "2026-10-20", "2026-06-20")
    ownership = root / "services/attendance/ownership.yaml"
    edit(ownership, "Employees clock in and out;", "yes #")  # only doubtful
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "The base")
    edit(ownership, "yes #", "Employees clock in and out;")
    slo.write_text(good, encoding="utf-8")
    (root / "services/exports/bad.yaml").unlink()
    edit(root / "services/attendance/slo.yaml", "target: 0.999 ", "target: 0.9985 ")
    return root


def test_a_check_against_a_base_that_is_read_in_part(golden: Golden, changed: Path) -> None:
    head = in_process("--version", folder=changed).code
    assert head == 0
    check = ("--today", DAY, "check", "--amtool", "off", "--base", "main")
    text = transcript(
        changed,
        check,
        (*check, "services/exports"),
        (*check, "--quiet"),
        (*check, "--approved-by", "@nobody"),
        (*check, "--base", "other"),
    )
    commit = (changed / ".git/refs/heads/main").read_text()[:12]
    golden.check(GOLDEN / "base.txt", text.replace(commit, "COMMIT"))


def test_a_baseline_is_written_and_shrinks(golden: Golden, tmp_path: Path) -> None:
    root = copied(tmp_path)
    edit(root / "services/attendance/slo.yaml", "2026-10-20", "2026-06-20")
    edit(root / "services/exports/alert-policy.yaml", "runbooks/exports", "runbooks/export")
    edit(root / "services/payslips/ownership.yaml", "team: payroll", "team: payrol")
    check = ("--today", DAY, "check", "--amtool", "off")
    text = transcript(root, (*check, "--write-baseline"))
    (root / "policies/baseline.yaml").unlink()
    text += transcript(root, check, (*check, "--write-baseline"), check, (*check, "--quiet"))
    edit(root / "services/attendance/slo.yaml", "2026-06-20", "2026-10-20")
    text += transcript(root, check, (*check, "--write-baseline"), check)
    text += (root / "policies/baseline.yaml").read_text(encoding="utf-8")
    golden.check(GOLDEN / "baseline.txt", text)


@pytest.mark.parametrize("is_locked", [False, True])
def test_a_rule_that_is_locked_is_in_no_baseline(tmp_path: Path, *, is_locked: bool) -> None:
    root = copied(tmp_path)
    edit(root / "services/exports/alert-policy.yaml", "runbooks/exports", "runbooks/export")
    setting = "{severity: error, locked: true}" if is_locked else "{severity: error}"
    text = RULE_POLICY.replace("SETTING", setting)
    (root / "policies/rules.yaml").write_text(text, encoding="utf-8")
    (root / "policies/baseline.yaml").unlink()
    check = ("--today", DAY, "check", "--amtool", "off", "--write-baseline")
    ended = in_process(*check, folder=root)
    count = 0 if is_locked else 1
    assert f"policies/baseline.yaml: {count} findings in the baseline, " in ended.err
    assert ended.code == int(is_locked)
