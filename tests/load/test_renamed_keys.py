"""Keys under a former name: they are read, reported with a warning, and renamed by `--fix`."""

from pathlib import Path, PurePosixPath
from typing import Final

import pytest

from reliability.finding import Severity
from reliability.load.document import parse
from reliability.load.loader import load
from reliability.load.renamed_keys import with_new_keys
from reliability.model.baseline import Baseline
from reliability.model.kinds import KINDS
from reliability.model.renamed_keys import RENAMED_KEYS, RenamedKey
from reliability.model.slo_policy import SloPolicy
from tests.cli.copied import copied, edit
from tests.cli.program import in_process

POLICY: Final = "policies/slo.yaml"
WARNING: Final = (
    "warning[document-key-deprecated]: key lowest was renamed to min; the old name is read until "
    "version 0.3"
)


def test_an_old_key_warns_and_fix_renames_it(tmp_path: Path) -> None:
    repository = copied(tmp_path)
    before = (repository / POLICY).read_text(encoding="utf-8")
    edit(repository / POLICY, "min:", "lowest:")

    checked = in_process("check", "--fail-on", "error", folder=repository)
    assert checked.code == 0
    assert WARNING in checked.out
    assert in_process("check", "--fail-on", "warning", folder=repository).code == 1

    fixed = in_process("check", "--fix", folder=repository)
    assert fixed.code == 0
    assert "document-key-deprecated" not in fixed.out
    assert (repository / POLICY).read_text(encoding="utf-8") == before


def test_an_old_key_has_the_effect_of_the_new_one(tmp_path: Path) -> None:
    text = "apiVersion: reliability/v1\nkind: SloPolicy\nmetadata: {name: slo}\nspec:\n"
    old = f"{text}  targets: {{lowest: 0.9, max: 0.99}}\n".encode()
    catalog, findings = load([(PurePosixPath(POLICY), old)])
    assert [finding.severity for finding in findings] == [Severity.WARNING]
    policy = catalog.only(SloPolicy)
    assert policy is not None
    assert (str(policy.value.spec.targets.min), str(policy.value.spec.targets.max)) == (
        "0.9",
        "0.99",
    )


def test_both_names_are_an_error(tmp_path: Path) -> None:
    repository = copied(tmp_path)
    edit(repository / POLICY, "min:", "lowest: 0.5\n    min:")
    checked = in_process("check", folder=repository)
    assert checked.code == 1
    assert "error[document-key-unknown]: unknown key spec.targets.lowest" in checked.out


def test_a_key_in_each_item_of_a_list() -> None:
    head = "apiVersion: reliability/v1\nkind: Baseline\nmetadata: {name: b}\nspec:\n  findings:\n"
    rest = "rule: name-differs, path: a, place: b, message: c"
    items = "".join(f"    - {{fingerprint: '{n:016x}', {rest}}}\n" for n in range(2))
    text = head + items
    catalog, findings = load([(PurePosixPath("policies/baseline.yaml"), text.encode())])
    assert [finding.problem.at.span.line for finding in findings] == [6, 7]
    baseline = catalog.only(Baseline)
    assert baseline is not None
    assert [known.location for known in baseline.value.spec.findings] == ["b", "b"]


def test_the_values_of_the_document_itself_stay_as_they_are() -> None:
    [document] = parse(PurePosixPath("a.yaml"), b"kind: K\nspec: {old: 1}\n").documents
    table = (RenamedKey("K", ("spec", "old"), "new", "0.9"),)
    values, [problem] = with_new_keys(document, document.values, (), table)
    assert values == {"kind": "K", "spec": {"new": 1}}
    assert document.values == {"kind": "K", "spec": {"old": 1}}
    assert str(problem.message) == (
        "key old was renamed to new; the old name is read until version 0.9"
    )


@pytest.mark.parametrize("entry", RENAMED_KEYS, ids=lambda entry: ".".join(entry.path))
def test_each_entry_names_a_kind_and_a_version(entry: RenamedKey) -> None:
    assert entry.kind in {kind for _, kind in KINDS}
    assert tuple(map(int, entry.until.split("."))) >= (0, 3)
