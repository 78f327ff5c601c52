"""`check --fix` and `--diff`: what is safe is done, and no other byte of a file changes."""

import stat
from pathlib import Path
from typing import Final

import pytest

from tests.cli.copied import DAY, copied, edit
from tests.cli.program import Ended, in_process

POLICY: Final = "services/exports/alert-policy.yaml"
OWNER: Final = "services/exports/ownership.yaml"
WAIVERS: Final = """waivers:
    # the first
    - rule: alert-without-runbook  # of exports
      service: exports
      reason: The page is being written
      approver: "@lead-workforce"
      until: 2026-12-01
    # the second
    - {rule: alert-without-runbook, service: payslips, reason: The page is being written,
       approver: "@lead-workforce", until: 2026-12-01}
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return copied(tmp_path)


def check(*arguments: str, folder: Path) -> Ended:
    return in_process("check", "--today", DAY, *arguments, folder=folder)


def slipped(repository: Path) -> None:
    edit(repository / POLICY, "runbook:", "runbok:")
    edit(repository / OWNER, "criticality: standard", "criticality: Standard")
    edit(repository / OWNER, "name: exports", "name: Exports")


def test_slips_are_mended_and_nothing_is_found_then(repository: Path) -> None:
    before = {path: (repository / path).read_bytes() for path in (POLICY, OWNER)}
    slipped(repository)
    assert check(folder=repository).code == 1
    ended = check("--fix", folder=repository)
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.startswith("3 fixes in 2 files\n5 services, ")
    assert {path: (repository / path).read_bytes() for path in before} == before


def test_diff_shows_it_and_writes_nothing(repository: Path) -> None:
    slipped(repository)
    before = (repository / OWNER).read_bytes()
    ended = check("--diff", OWNER, folder=repository)
    assert ended.code == 1
    assert ended.err == "2 fixes in 1 file would be made; run with --fix to apply them\n"
    lines = ended.out.splitlines()
    assert lines[:2] == [f"--- a/{OWNER}", f"+++ b/{OWNER}"]
    assert [line for line in lines[3:] if line[0] in "+-"] == [
        "-metadata: {name: Exports}",
        "+metadata: {name: exports}",
        "-  criticality: Standard",
        "+  criticality: standard",
    ]
    assert (repository / OWNER).read_bytes() == before


def test_without_a_fix_diff_is_empty(repository: Path) -> None:
    assert check("--diff", folder=repository) == Ended(0, "", "no fixes\n")
    assert check("--fix", folder=repository).err.startswith("0 fixes in 0 files\n")


def test_fix_and_diff_are_not_both(repository: Path) -> None:
    ended = check("--diff", "--fix", folder=repository)
    assert ended.code == 2
    assert "--diff and --fix exclude each other; pass one of them" in ended.err


def test_line_ends_a_byte_order_mark_and_permissions_are_kept(repository: Path) -> None:
    path = repository / OWNER
    good = b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(good.replace(b"standard", b"'standrad'"))
    path.chmod(0o640)
    assert check("--fix", folder=repository).code == 0
    assert path.read_bytes() == good.replace(b"standard", b"'standard'")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(each.name for each in path.parent.iterdir() if each.name.startswith(".")) == []


def test_unused_waivers_go_one_after_the_other_and_comments_stay(repository: Path) -> None:
    path = repository / "policies/waivers.yaml"
    edit(path, "waivers: []\n", WAIVERS)
    assert check("--fail-on", "warning", folder=repository).code == 1
    ended = check("--fix", "--fail-on", "warning", folder=repository)
    assert (ended.code, ended.err.splitlines()[0]) == (0, "2 fixes in 1 file")
    text = path.read_text(encoding="utf-8")
    left = "  waivers:\n    # the first\n    # the second\n    []\n  # waivers:\n"
    assert left in text


def test_what_a_waiver_excuses_is_left_alone(repository: Path) -> None:
    slo = repository / "services/attendance/alert-policy.yaml"
    text = slo.read_text(encoding="utf-8")
    assert check("--fix", folder=repository).code == 0
    assert slo.read_text(encoding="utf-8") == text


def test_a_word_that_quotes_would_not_help_is_left_to_a_person(repository: Path) -> None:
    path = repository / "services/attendance/slo.yaml"
    edit(path, "counter: true", "counter: yes")
    before = path.read_bytes()
    ended = check("--fix", folder=repository)
    assert ended.code == 1
    assert path.read_bytes() == before


def test_a_file_outside_of_a_repository_is_mended_too(tmp_path: Path) -> None:
    path = tmp_path / "owner.yaml"
    path.write_bytes(
        b"apiVersion: reliability/v1\nkind: Ownership\nmetadata: {name: a}\n"
        b"spec: {team: x, criticalty: standard, description: on}  # \xe5\x8b\xa4\xe6\x80\xa0 on\n"
    )
    ended = check("--documents-only", "--fix", "owner.yaml", folder=tmp_path)
    assert (ended.code, ended.err.splitlines()[0]) == (0, "2 fixes in 1 file")
    assert path.read_bytes().splitlines()[3] == (
        b'spec: {team: x, criticality: standard, description: "on"}  # \xe5\x8b\xa4\xe6\x80\xa0 on'
    )


def test_a_diff_in_a_log_is_no_command(tmp_path: Path) -> None:
    path = tmp_path / "owner.yaml"
    path.write_text("# ##[add-mask]x\n# \u202e\n   ::error::y : {a: on}\n", encoding="utf-8")
    ended = check("--documents-only", "--diff", "owner.yaml", folder=tmp_path)
    assert not [line for line in ended.out.splitlines() if line.lstrip(" ").startswith("::")]
    assert "##[" not in ended.out
    assert "\u202e" not in ended.out


def test_a_prefix_that_keys_share_does_not_make_them_similar(tmp_path: Path) -> None:
    policy = tmp_path / "services/web/fast.yaml"
    policy.parent.mkdir(parents=True)
    annotations = "    reliability/signal: up\n    reliability/tiers: alert\n"
    policy.write_text(
        "apiVersion: openslo/v1\nkind: AlertPolicy\nmetadata:\n  name: fast\n"
        f"  annotations:\n{annotations}spec: {{}}\n"
    )
    ended = check("--fix", folder=tmp_path)
    assert ended.err.startswith("1 fix in 1 file\n")
    assert "known keys: reliability/runbook, reliability/tier" in ended.out
    fixed = annotations.replace("tiers", "tier")
    assert fixed in policy.read_text()
