"""`gate` and `status`: all that they print of the shipped repository, in golden files.

`pytest tests/cli/gate --update-golden` rewrites them; read what has changed.
"""

from pathlib import Path
from typing import Final

import pytest

from tests.cli.copied import copied, edit
from tests.cli.program import in_process, transcript
from tests.golden import Golden
from tests.servers.process import free_port

GOLDEN: Final = Path(__file__).parent / "golden"
DAY: Final = ("--today", "2026-11-25")
HISTORY: Final = ("--from", "history")
SERVICES: Final = ("attendance", "exports", "monitoring", "payroll-batch", "payslips")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copied(tmp_path)


def test_every_service_and_slo(golden: Golden, root: Path) -> None:
    gates = ((*DAY, "gate", service, *HISTORY) for service in SERVICES)
    text = transcript(
        root,
        *gates,
        (*DAY, "gate", "attendance", *HISTORY, "--format", "json"),
        (*DAY, "status", *HISTORY),
        (*DAY, "status", *HISTORY, "attendance", "payslips-list", "--format", "json"),
    )
    golden.check(GOLDEN / "shipped.txt", text)


def test_budgets_that_are_exhausted(golden: Golden, root: Path) -> None:
    edit(root / "services/attendance/slo.yaml", "target: 0.999 ", "target: 0.99999 ")
    text = transcript(
        root,
        (*DAY, "gate", "attendance", *HISTORY),
        (*DAY, "gate", "attendance", *HISTORY, "--format", "json"),
        (*DAY, "status", *HISTORY, "attendance"),
    )
    for service, old in (("exports", "target: 0.99"), ("payslips", "target: 0.995")):
        edit(root / f"services/{service}/slo.yaml", old, "target: 0.99999")
        text += transcript(root, (*DAY, "gate", service, *HISTORY))
    (root / "services/payslips/ownership.yaml").unlink()
    text += transcript(root, (*DAY, "gate", "payslips", *HISTORY))
    golden.check(GOLDEN / "exhausted.txt", text)


def test_requests_that_cannot_be_served(golden: Golden, root: Path) -> None:
    (root / "policies/error-budget.yaml").unlink()
    (root / "services/exports/slo.yaml").write_text("kind: [\n")
    text = transcript(
        root,
        (*DAY, "gate", "attendance", *HISTORY),
        (*DAY, "gate", "nobody", *HISTORY),
        (*DAY, "gate", "attendance", *HISTORY, "--prometheus", "http://127.0.0.1:9"),
        (*DAY, "gate", "attendance", "--from", "live"),
        (*DAY, "status", *HISTORY, "nobody"),
        (*DAY, "status", *HISTORY, "attendance"),
    )
    golden.check(GOLDEN / "refused.txt", text)


@pytest.mark.parametrize("command", [("status",), ("gate", "attendance")])
def test_the_source_is_the_server_of_the_policies_unless_it_is_named(
    root: Path, command: tuple[str, ...]
) -> None:
    history = root / "policies/history.yaml"
    text = history.read_text()
    start, end = text.index("  source:\n"), text.index("  # source:")
    declared, named = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    source = f"  source: {{type: prometheus, url: '{declared}'}}\n"
    history.write_text(text[:start] + source + text[end:])
    for options, url in (
        ((), declared),
        (("--from", "live"), declared),
        (("--prometheus", named), named),
        (("--prometheus", named, "--from", "live"), named),
    ):
        ended = in_process(*DAY, *command, *options, folder=root)
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.startswith(f"reliability: prometheus: {url} does not answer")
    stored = in_process(*DAY, *command, *HISTORY, folder=root)
    assert (stored.code, "does not answer" in stored.err) == (
        0 if "status" in command else 5,
        False,
    )
    history.write_text(text)
    made = in_process(*DAY, *command, folder=root)
    assert made.out == in_process(*DAY, *command, *HISTORY, folder=root).out != ""


def test_quiet_prints_results_only(root: Path) -> None:
    ended = in_process("--quiet", *DAY, "status", *HISTORY, "attendance", folder=root)
    assert (ended.code, ended.err, "attendance" in ended.out) == (0, "", True)
