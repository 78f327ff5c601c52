"""The program and its streams: names that are no text, closed pipes, full disks, and crashes."""

import errno
import sys
import tempfile
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest

from reliability.cli.main import denied, exit_code_of, run
from reliability.version import version_text
from tests.cli.program import Terminal, answered, in_process


class FailingStream(StringIO):
    """A stream to which nothing can be written."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def write(self, _text: str) -> int:
        raise self.error


def failed(error: Exception) -> tuple[int, StringIO]:
    """The exit code and the errors of a command whose results cannot be written."""
    errors = StringIO()
    with redirect_stdout(FailingStream(error)), redirect_stderr(errors):
        return exit_code_of(["--color", "never", "explain"]), errors


def test_a_reader_that_closes_the_pipe_early_is_no_failure() -> None:
    code, errors = failed(BrokenPipeError())
    assert (code, errors.closed) == (0, True)


def test_a_full_disk_is_an_error_of_the_request_and_names_no_file() -> None:
    code, errors = failed(OSError(errno.ENOSPC, "No space left on device"))
    assert (code, errors.getvalue()) == (2, "reliability: no space left on device\n")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (OSError(), "oserror"),
        (PermissionError(), "permissionerror"),
        (OSError(errno.EACCES, "Permission denied", "a/b"), "a/b: permission denied"),
        (OSError(errno.EACCES, "Permission denied", ""), ": permission denied"),
    ],
)
def test_what_the_system_refused_is_named(error: OSError, text: str) -> None:
    assert denied(error) == text


def test_a_bug_has_an_exit_code_and_a_log_of_its_own() -> None:
    code, errors = failed(LookupError("first\nlast"))
    start, log = errors.getvalue().strip().rsplit(" ", 1)
    assert (code, start) == (
        3,
        "reliability: bug: last; this is a bug in reliability: please report it with",
    )
    path = Path(log)
    assert path.parent == Path(tempfile.gettempdir())
    assert (path.name[:18], path.suffix) == ("reliability-crash-", ".log")
    lines = path.read_text(encoding="utf-8").splitlines()
    path.unlink()
    assert (lines[0], lines[-2:]) == (
        "Traceback (most recent call last):",
        ["LookupError: first", "last"],
    )


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [(["check"], 2, rb"/a\udcff or its parents;"), (["schema"], 0, b"")],
)
def test_a_name_that_is_no_text_is_escaped_and_the_process_ends_with_the_code(
    tmp_path: Path, arguments: list[str], code: int, error: bytes
) -> None:
    folder = tmp_path / "a\udcff"
    folder.mkdir()
    out, err = BytesIO(), BytesIO()
    texts = [TextIOWrapper(stream, encoding="utf-8") for stream in (out, err)]
    with (
        chdir(folder),
        redirect_stdout(texts[0]),
        redirect_stderr(texts[1]),
        pytest.raises(SystemExit) as ended,
    ):
        run(arguments)
    for text in texts:
        text.flush()
    assert ended.value.code == code
    assert (error in err.getvalue(), bool(out.getvalue())) == (True, code == 0)


def test_streams_that_cannot_be_configured_are_left_alone() -> None:
    out = StringIO()
    with redirect_stdout(out), pytest.raises(SystemExit) as ended:
        run(["--version"])
    assert (ended.value.code, out.getvalue()) == (0, f"reliability, version {version_text()}\n")


def test_the_end_of_the_input_interrupts_the_program(tmp_path: Path) -> None:
    (tmp_path / "services").mkdir()
    ended = answered("new", "shop", folder=tmp_path, typed=())
    assert (ended.code, ended.err[-25:]) == (130, "reliability: interrupted\n")


def test_questions_are_bold_if_colors_are_requested(tmp_path: Path) -> None:
    for color, question in (("always", "\x1b[1mWhich team?\x1b[0m"), ("never", "Which team?")):
        ended = answered("--color", color, "init", folder=tmp_path, typed=())
        assert ended.err.startswith(f"\n{question}\n  the team owns ")


def test_without_a_terminal_for_questions_nothing_is_asked(tmp_path: Path) -> None:
    (tmp_path / "services").mkdir()
    before, sys.stdin = sys.stdin, Terminal("A user pays\n")
    try:
        ended = in_process("new", "shop", "--kind", "http", folder=tmp_path)
    finally:
        sys.stdin = before
    line = "--journey is required without a terminal: what do users do here that must work?"
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"reliability: {line} see `reliability new --help`\n"


def test_counts_of_a_check_are_notes(tmp_path: Path) -> None:
    (tmp_path / "services").mkdir()
    counts = "0 services, 0 documents: no findings\n"
    empty = in_process("check", folder=tmp_path)
    assert (empty.code, empty.out, empty.err) == (
        0,
        "",
        f"{counts}no documents to check; `reliability demo` shows an example repository\n",
    )
    assert in_process("--quiet", "check", folder=tmp_path).err == ""
    assert in_process("check", "--format", "json", folder=tmp_path).err == ""
    (tmp_path / "services/notes.yaml").write_text("# nothing\n")
    assert in_process("check", folder=tmp_path).err == counts
