"""Runs `reliability check`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from reliability.cli.check.options import (
    CheckOptions,
)
from reliability.cli.check.output import show
from reliability.cli.check.scope import checked, look_of

if TYPE_CHECKING:
    from reliability.cli.app import App
    from reliability.finding import Finding


def run(app: App, /, **given: Any) -> int:
    """Check, fix or test custom rules, as the options say; return the exit code."""
    options = CheckOptions(**given)
    if options.test_rules:
        from reliability.cli.check.custom import test_rules

        options.refuse_with_test_rules()
        return test_rules(app)
    if options.fix or options.diff:
        return _fix(app, options)
    look = look_of(app, options)
    repository, findings = checked(app, options, look=look)
    show(app, options, repository, findings=findings)
    if look is not None:
        look.ensure_answered()
    return _exit_code(options, findings)


def _fix(app: App, options: CheckOptions) -> int:
    """Show the fixes and exit with 1 if there are any; or write them and show what is left."""
    from reliability.cli.check.fix import fixed_files, show_diff, write

    options.refuse_with_fix()
    state = fixed_files(app, options)
    if options.diff:
        show_diff(app, state)
        return int(bool(state.after))
    write(app, state)
    show(app, options, state.repository, findings=state.findings)
    return _exit_code(options, state.findings)


def _exit_code(options: CheckOptions, findings: Iterable[Finding]) -> int:
    counted = (finding for finding in findings if finding.waiver is None)
    limit = options.limit
    return int(limit is not None and any(finding.severity >= limit for finding in counted))
