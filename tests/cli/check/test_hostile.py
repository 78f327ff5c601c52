"""What a stranger may put into a pull request: it is a finding, and nothing else happens."""

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from reliability import pipeline
from reliability.finding import Severity
from tests.cli.copied import DAY, copied
from tests.cli.program import Ended, reliability

HERE: Final = "services/exports"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return copied(tmp_path)


def check(*arguments: str, folder: Path) -> Ended:
    return reliability("check", "--today", DAY, *arguments, folder=folder)


def one_finding(repository: Path) -> tuple[str, str]:
    """The place and the message of the one finding, which is an error; the rest went on."""
    loaded = pipeline.load_repository(repository)
    (finding,) = pipeline.check(loaded, date.fromisoformat(DAY))
    at = finding.problem.at
    assert finding.severity is Severity.ERROR
    return f"{at.path}:{at.span.line}: {finding.rule}", finding.problem.message


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"a: b\x00c\n", 1, "character U+0000 is not allowed in YAML"),
        (b"a: 1\nb: \x1b[2J\n", 2, "character U+001B is not allowed in YAML"),
        (b"a: \xe9\n", 1, "byte 0xe9 is not valid UTF-8"),
        (b"\x89PNG\r\n\x1a\n", 1, "byte 0x89 is not valid UTF-8"),
        (b"#" * 1_000_001, 1, "the file has 1,000,001 bytes; the limit is 1,000,000"),
        (b"a: " + b"[" * 5_000, 1, "nesting depth"),
        (b"\n".join(b" " * n + b"a:" for n in range(60)), 51, "50"),
        (
            b"a: &a [x,x,x,x,x,x,x,x,x,x]\n"
            + b"".join(
                b"%c: &%c [%s]\n" % (n, n, b",".join([b"*%c" % (n - 1)] * 10))
                for n in range(ord("b"), ord("j"))
            ),
            5,
            "the file has more than 100,000 nodes with aliases expanded, which is the limit",
        ),
        (b"a: &a [*a]\n", 1, "alias `*a` is inside of the value of `&a`"),
        (b"a: !!python/object/apply:os.system [ls]\n", 1, "is not in the core schema of YAML"),
    ],
    ids=["nul", "escape", "latin 1", "png", "big", "brackets", "deep", "bomb", "loop", "tag"],
)
def test_a_file_that_no_reader_should_take_is_one_finding(
    repository: Path, content: bytes, line: int, message: str
) -> None:
    (repository / HERE / "x.yaml").write_bytes(content)
    place, said = one_finding(repository)
    assert place == f"{HERE}/x.yaml:{line}: document-unreadable"
    assert message in said


def make_broken_link(path: Path) -> None:
    path.symlink_to("nowhere")


def make_link_outside(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def make_folder(path: Path) -> None:
    path.mkdir()


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (make_broken_link, "is a symbolic link; links are not followed"),
        (make_link_outside, "is a symbolic link; links are not followed"),
        (make_folder, "is a folder with the file extension of a document"),
        (make_pipe, "is neither a file nor a folder"),
    ],
    ids=["broken link", "link outside", "folder", "pipe"],
)
def test_what_is_no_file_is_not_read(
    repository: Path, make: Callable[[Path], None], message: str
) -> None:
    make(repository / HERE / "x.yaml")
    assert one_finding(repository) == (f"{HERE}/x.yaml:1: document-unreadable", message)


def test_a_folder_that_is_a_link_is_not_followed(repository: Path) -> None:
    (repository / "services" / "away").symlink_to("/etc")
    place, message = one_finding(repository)
    assert place == "services/away:1: document-unreadable"
    assert message == "is a symbolic link; links are not followed"


def test_services_themselves_may_not_be_a_link(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    away = tmp_path_factory.mktemp("away") / "services"
    (repository / "services").rename(away)
    (repository / "services").symlink_to(away)
    ended = check(folder=repository)
    assert ended.code == 1
    assert "services:1:1: error[document-unreadable]: is a symbolic link" in ended.out


def test_two_paths_that_differ_in_case_are_a_finding(repository: Path) -> None:
    twin = repository / "services" / "Exports"
    twin.mkdir()
    (twin / "ownership.yaml").write_bytes((repository / HERE / "ownership.yaml").read_bytes())
    ended = check("--format", "json", folder=repository)
    found = {(each["rule"], each["path"]) for each in json.loads(ended.out)["findings"]}
    assert ("document-unreadable", f"{HERE}/ownership.yaml") in found
    assert ended.code == 1


@pytest.mark.parametrize(
    ("path", "old", "new", "line", "message"),
    [
        (
            "services/exports/alert-policy.yaml",
            "docs/runbooks/exports.md",
            "../../x",
            11,
            "is outside of the repository",
        ),
        (
            "services/exports/alert-policy.yaml",
            "docs/runbooks/exports.md",
            "/etc/x",
            11,
            "is outside of the repository",
        ),
        (
            "services/exports/alert-policy.yaml",
            "service: exports",
            "service: ../x",
            5,
            "expected a name of at most 63 lower-case letters",
        ),
        (
            "services/exports/slo.yaml",
            "name: exports-csv\n",
            "name: ../../x\n",
            12,
            "expected a name of at most 63 lower-case letters",
        ),
        (
            "policies/targets.yaml",
            "folder: build",
            "folder: ../build",
            11,
            "is outside of the repository",
        ),
        (
            "policies/history.yaml",
            "store: .reliability",
            "store: /tmp",
            23,
            "is outside of the repository",
        ),
    ],
)
def test_a_name_or_a_path_that_leads_out_is_refused(
    repository: Path, path: str, old: str, new: str, line: int, message: str
) -> None:
    file = repository / path
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    place, said = one_finding(repository)
    assert place == f"{path}:{line}: document-value"
    assert message in said


def test_what_a_file_says_cannot_steer_the_terminal_or_the_runner(repository: Path) -> None:
    kind = '"Own\\e[2J\\r\\n::error::gotcha\\u202e\\u0007"'
    text = f"apiVersion: reliability/v1\nkind: {kind}\n"
    (repository / HERE / "x.yaml").write_text(text, encoding="utf-8")
    (repository / HERE / "\x1b[2J\n::error::y.yaml").write_text("a: 1\n", encoding="utf-8")
    ended = check(folder=repository)
    assert ended.code == 1
    assert all(line.isprintable() for line in ended.out.splitlines())
    assert not any(line.lstrip().startswith("::") for line in ended.out.splitlines())
    assert "has no kind Own\\x1b[2J\\r\\n::error::gotcha\\u202e\\x07" in ended.out
    assert f"{HERE}/\\x1b[2J\\n::error::y.yaml:1:1: error" in ended.out


@pytest.mark.parametrize("encoding", ["utf-8:strict", "ascii:strict"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_name_that_is_no_text_can_be_printed(repository: Path, form: str, encoding: str) -> None:
    name = os.fsdecode(b"\xff\xc3\xa9.yaml")
    (repository / HERE / name).write_text("ключ: 1\n", encoding="utf-8")
    ended = reliability("check", "--format", form, folder=repository, PYTHONIOENCODING=encoding)
    assert ended.code == 1
    assert "document-key-missing" in ended.out
    if form == "json":
        assert {each["path"] for each in json.loads(ended.out)["findings"]} == {f"{HERE}/{name}"}


def test_an_empty_file_says_nothing(repository: Path) -> None:
    (repository / HERE / "x.yaml").write_bytes(b"")
    assert check(folder=repository).code == 0


@pytest.mark.parametrize(
    ("text", "shown", "rest"),
    [
        (
            "apiVersion: reliability/v1\nkind: AlertPolicy\nmetadata: {name: a}\n"
            + "".join(f"key{number}: 1\n" for number in range(999)),
            200,
            "800 more errors in this document; the first 200 are shown",
        ),
        (
            "a: 1\n---\n" * 1234,
            1000,
            "234 more findings in this file; the first 1,000 are shown",
        ),
    ],
    ids=["keys", "documents"],
)
def test_faults_without_end_are_counted(repository: Path, text: str, shown: int, rest: str) -> None:
    (repository / HERE / "x.yaml").write_text(text, encoding="utf-8")
    findings = pipeline.load_repository(repository).findings
    assert len(findings) == shown + 1
    assert findings[-1].problem.message == rest


def test_a_file_larger_than_any_memory_is_not_read(repository: Path) -> None:
    with (repository / HERE / "x.yaml").open("wb") as file:
        file.truncate(1 << 40)
    message = "the file has 1,099,511,627,776 bytes; the limit is 1,000,000"
    assert one_finding(repository) == (f"{HERE}/x.yaml:1: document-unreadable", message)


def test_folders_in_folders_without_end_are_a_finding(repository: Path) -> None:
    (repository / "services" / "/".join(["deep"] * 30)).mkdir(parents=True)
    place, message = one_finding(repository)
    assert place == f"services/{'/'.join(['deep'] * 21)}:1: document-unreadable"
    assert message == "is nested more than 20 folders deep; deeper folders are not read"


def test_directives_without_end_are_one_finding(repository: Path) -> None:
    text = "".join(f"%TAG !t{number}! x\n" for number in range(200)) + "---\na: 1\n"
    (repository / HERE / "x.yaml").write_text(text, encoding="utf-8")
    place, message = one_finding(repository)
    assert place == f"{HERE}/x.yaml:101: document-unreadable"
    assert message == "the file has more than 100 lines that start with `%`, which is the limit"
