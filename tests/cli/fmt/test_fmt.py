"""`reliability fmt` as a user runs it: what it prints, its exit code, and the files."""

from pathlib import Path
from typing import Final

import pytest

from tests.cli.copied import copied, edit
from tests.cli.program import in_process, transcript
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
SLO: Final = "services/payslips/slo.yaml"
CHECKING: Final = ("--check", "--diff")


def test_files_are_shown_changed_and_named(tmp_path: Path, golden: Golden) -> None:
    repository = copied(tmp_path)
    edit(repository / SLO, "  timeWindow: [{duration: 30d", "  timeWindow:   [ {duration:  30d")
    edit(repository / SLO, "  objectives:\n    - displayName", "  objectives:\n    -   displayName")
    edit(repository / SLO, "\n      target", "\n        target")
    (repository / "services/payslips/bad.yaml").write_text("a: 1\nb: [\n", encoding="utf-8")
    (repository / "policies/old.yml").write_text("%YAML 1.2\n---\na: 1\n", encoding="utf-8")

    commands = [["fmt", "--check"], ["fmt", "--diff"], ["fmt"], ["fmt", SLO], ["--quiet", "fmt"]]
    golden.check(GOLDEN / "fmt.txt", transcript(repository, *commands))
    assert (repository / SLO).read_bytes() == (copied(tmp_path / "again") / SLO).read_bytes()


def test_the_exit_code_says_whether_a_file_would_change(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("a:    1\n")
    check, diff = (in_process("fmt", option, file, folder=tmp_path) for option in CHECKING)
    assert (check.code, check.out, check.err) == (
        1,
        f"{file}: would change\n",
        "1 of 1 files would change\n",
    )
    assert (diff.code, diff.err) == (1, "1 of 1 files would change\n")
    assert diff.out.splitlines()[-3:] == ["-a:    1", "+a: 1", " "]
    written = in_process("fmt", file, folder=tmp_path)
    assert (written.code, written.out) == (0, f"{file}: formatted\n")
    for option in CHECKING:
        again = in_process("fmt", option, file, folder=tmp_path)
        assert (again.code, again.out, again.err) == (0, "", "0 of 1 files would change\n")


def test_a_file_that_is_left_is_a_note_and_one_that_is_no_yaml_an_error(tmp_path: Path) -> None:
    left, bad = tmp_path / "left.yaml", tmp_path / "bad.yaml"
    left.write_text("%YAML 1.2\n---\na: 1\n")
    bad.write_text("a: [\n")
    ended = in_process("fmt", left, folder=tmp_path)
    quiet = in_process("--quiet", "fmt", left, folder=tmp_path)
    assert (ended.code, quiet.code, quiet.err) == (0, 0, "")
    assert ended.err.startswith(f"{left}: left as it is: ")
    assert ended.err.endswith("\n0 of 1 files formatted, 1 left as they are\n")
    refused = in_process("--quiet", "fmt", left, bad, folder=tmp_path)
    assert refused.code == 1
    assert refused.err.startswith(f"{bad}:2")
    assert len(refused.err.splitlines()) == 1


def test_line_breaks_a_byte_order_mark_and_permissions_stay(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xef\xbb\xbfa:\r\n    b:   1\r\n")
    file.chmod(0o640)
    ended = in_process("fmt", file, folder=tmp_path)
    assert ended.code == 0
    assert file.read_bytes() == b"\xef\xbb\xbfa:\r\n  b: 1\r\n"
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_link_in_a_repository_is_not_followed(tmp_path: Path) -> None:
    repository = copied(tmp_path / "repository")
    outside = tmp_path / "outside.yaml"
    outside.write_text("a:    1\n", encoding="utf-8")
    link = repository / "services/payslips/link.yaml"
    link.symlink_to(outside)
    ended = in_process("fmt", link, folder=repository)
    assert ended.code == 2
    assert outside.read_text(encoding="utf-8") == "a:    1\n"


@pytest.mark.parametrize("folder", ["services", "policies"])
def test_the_shipped_files_have_this_layout(tmp_path: Path, folder: str) -> None:
    ended = in_process("fmt", "--check", folder, folder=copied(tmp_path))
    assert (ended.code, ended.out) == (0, "")
