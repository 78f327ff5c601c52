"""A document that cannot be read is not taken for one that is not there."""

from pathlib import Path

from tests.cli.copied import copied, edit
from tests.cli.program import in_process

ARGUMENTS = ("--from", "history")


def test_a_gate_is_not_open_by_a_document_that_cannot_be_read(tmp_path: Path) -> None:
    root = copied(tmp_path)
    (root / "services/attendance/second.yaml").write_text("kind: [")
    ended = in_process("gate", "attendance", *ARGUMENTS, folder=root)
    assert (ended.code, ended.out) == (2, "")
    start = "reliability: cannot evaluate the gate: documents that it needs cannot be read:\n"
    assert ended.err.startswith(f"{start}services/attendance/second.yaml:1:")
    assert len(ended.err.splitlines()) == 2
    assert in_process("gate", "payslips", *ARGUMENTS, folder=root).code in (0, 1)
    edit(root / "policies/error-budget.yaml", "kind: ErrorBudgetPolicy", "kind: Budget")
    assert in_process("gate", "payslips", *ARGUMENTS, folder=root).code == 2


def test_a_status_says_that_slos_may_be_missing(tmp_path: Path) -> None:
    root = copied(tmp_path)
    (root / "services/payslips/slo.yaml").write_text("kind: [")
    ended = in_process("status", *ARGUMENTS, folder=root)
    assert ended.code == 0
    assert "SLOs may be missing" in ended.err
    assert "services/payslips/slo.yaml:1:" in ended.err
