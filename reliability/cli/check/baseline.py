"""`check --write-baseline`: write the baseline once; later, only remove fixed findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reliability.bugs import BUG
from reliability.check.custom.rules import rules_of
from reliability.check.engine.run import locked_rules, settings_of
from reliability.check.suppression.baseline import PATH, baseline_text, first_entries, kept
from reliability.errors import ReliabilityError
from reliability.model.baseline import Baseline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reliability.cli.app import App
    from reliability.finding import Finding


def write_baseline(app: App, findings: Sequence[Finding]) -> None:
    """Write the baseline, and print how many findings it has.

    Raises:
        ReliabilityError: a rule crashed, so its known findings would look fixed.
    """
    if any(finding.rule == BUG for finding in findings):
        raise ReliabilityError("a rule crashed, so the baseline is not written")
    catalog = app.catalog()
    written = catalog.only(Baseline)
    if written is None:
        rules = {rule.id: rule for rule in rules_of(catalog)}
        own = {name: rule.setting for name, rule in rules.items()}
        known = first_entries(findings, rules, locked_rules(own, settings_of(catalog)))
        path, summary = PATH, f"{len(known)} findings in the baseline"
    else:
        known = kept(findings, catalog)
        path = written.document.path
        summary = f"{len(known)} of {len(written.value.spec.findings)} are left"

    app.write(app.root / path, baseline_text(known))
    app.note(f"{path}: {summary}, and a baseline can only shrink")
