"""What `reliability check` does with its options."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from reliability.check.engine.run import BUG
from reliability.cli.check.options import (
    CheckOptions,
)
from reliability.cli.check.output import show
from reliability.cli.check.scope import checked, look_of

if TYPE_CHECKING:
    from reliability.cli.app import App
    from reliability.finding import Finding


def run(app: App, /, **given: Any) -> int:
    """Do what the options say; the exit code."""
    asked = CheckOptions(**given)
    if asked.test_rules:
        from reliability.cli.check.custom import test_rules

        asked.refuse_with_test_rules()
        return test_rules(app)
    if asked.fix or asked.diff:
        return _fix(app, asked)
    look = look_of(app, asked)
    repository, findings = checked(app, asked, look=look)
    show(app, asked, repository, findings=findings)
    if look is not None:
        look.ensure_answered()
    return _exit_code(asked, findings)


def _fix(app: App, asked: CheckOptions) -> int:
    """Show the fixes and exit with 1 if there are any; or write them and show what is left."""
    from reliability.cli.check.fix import mended, show_diff, write

    asked.refuse_with_fix()
    state = mended(app, asked)
    if asked.diff:
        show_diff(app, state)
        return int(bool(state.after))
    write(app, state)
    show(app, asked, state.repository, findings=state.findings)
    return _exit_code(asked, state.findings)


def _exit_code(asked: CheckOptions, findings: Iterable[Finding]) -> int:
    if any(finding.rule == BUG for finding in findings):
        return 3
    counted = (finding for finding in findings if finding.waiver is None)
    limit = asked.limit
    return int(limit is not None and any(finding.severity >= limit for finding in counted))
