"""The options of `reliability check` as one value: a field for each option."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click

from reliability.check.report.forms import FORMS, Form
from reliability.cli.options import FAIL_ON
from reliability.finding import Severity


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report that is written in addition to the printed one: `sarif=findings.sarif`."""

    form: Form
    path: Path


def report_files(
    _context: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]
) -> tuple[ReportFile, ...]:
    """Read each `FORM=FILE`, split at the first `=`."""
    return tuple(map(_report_file, texts))


def server_address(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> str | None:
    """Read an address or a reference to one (`env:NAME`); messages never repeat the input."""
    if text is None or text.startswith(("env:", "file:")):
        return text
    if not is_address(text):
        raise click.BadParameter("not a valid address; write http://HOST:PORT or env:NAME")
    return text


def secret_reference(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> str | None:
    """Read a reference to a secret; messages never repeat the input."""
    if text is not None and not text.startswith(("env:", "file:")):
        raise click.BadParameter("a secret must be a reference; write env:NAME or file:PATH")
    return text


def is_address(text: str) -> bool:
    """Return whether a text is an HTTP or HTTPS URL of a server, without a query."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    plain = text.isprintable() and " " not in text and not (parts.query or parts.fragment)
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname)


def _report_file(text: str) -> ReportFile:
    word, _, path = text.partition("=")
    form = next((name for name in FORMS if name == word), None)
    if form is None or not path:
        raise click.BadParameter(f"{text} is not FORM=FILE with one of {', '.join(FORMS)}")
    return ReportFile(form, Path(path))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """The options of one run, under the names that `cli/check/command.py` gives them."""

    paths: tuple[Path, ...]
    form: Form
    reports: tuple[ReportFile, ...]
    statistics: bool
    fix: bool
    diff: bool
    fail_on: str
    base: str | None
    approved: frozenset[str]
    evidence: Path | None
    live: str | None
    live_authorization: str | None
    amtool: str | None
    write_baseline: bool
    jobs: int
    documents_only: bool
    test_rules: bool

    @property
    def limit(self) -> Severity | None:
        """The severity from which the command exits with 1; None if no finding does that."""
        return FAIL_ON[self.fail_on]

    def refuse_with_documents_only(self) -> None:
        """Refuse options that single documents cannot have, such as --base.

        Raises:
            click.UsageError: such an option is set.
        """
        given = {
            "--evidence": self.evidence,
            "--live": self.live,
            "--amtool": self.amtool,
            "--write-baseline": self.write_baseline,
            "--base": self.base,
            "--approved-by": self.approved,
        }
        if option := next(filter(given.get, given), None):
            raise click.UsageError(f"{option} needs the whole repository; drop --documents-only")

    def refuse_with_test_rules(self) -> None:
        """Refuse options that do not apply to test cases.

        Raises:
            click.UsageError: such an option is set.
        """
        given = {
            "--fix": self.fix,
            "--diff": self.diff,
            "--write-baseline": self.write_baseline,
            "--documents-only": self.documents_only,
            "--live": self.live,
            "PATHS": self.paths,
        }
        if option := next(filter(given.get, given), None):
            raise click.UsageError(f"--test-rules runs cases only; drop {option}")

    def refuse_with_fix(self) -> None:
        """Refuse options that exclude fixes, and --diff together with --fix.

        Raises:
            click.UsageError: such an option is set.
        """
        if self.fix and self.diff:
            raise click.UsageError("--diff and --fix exclude each other; pass one of them")
        if self.live:
            raise click.UsageError("--fix changes no findings of a server; drop --live")
        if self.write_baseline:
            raise click.UsageError("--write-baseline and --fix exclude each other; run --fix first")
