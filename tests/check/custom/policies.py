"""Custom rules for tests: a policy made of some, laid over the minimal repository."""

from collections.abc import Iterator, Mapping
from typing import Final

from reliability.check.custom.findings import custom_findings
from reliability.check.custom.process import Process
from reliability.check.engine.run import Context
from reliability.check.rules import RULES
from reliability.finding import Finding
from tests.check.examples import Files, minimal_files
from tests.check.repository import TODAY, loaded

PATH: Final = "policies/rules.yaml"
HEAD: Final = """\
apiVersion: reliability/v1
kind: RulePolicy
metadata: {name: rules}
spec:
  custom:
"""
TRIBE: Final = """\
    - id: tribe-missing
      severity: warning
      subject: slo
      holds: "'tribe' in slo.labels"
      message: "{slo.name} of {service.name} has no label tribe"
      help: name the tribe
"""


def rule(name: str, holds: str, message: str = "found", subject: str = "service") -> str:
    """A rule; `holds` and `message` are YAML, but that true and false are CEL's."""
    if holds in ("true", "false"):
        holds = f"'{holds}'"
    return f"""\
    - id: {name}
      severity: error
      subject: {subject}
      holds: {holds}
      message: {message}
      help: mend it
"""


def policy(*rules: str) -> Files:
    """The minimal repository with custom rules."""
    return {**minimal_files(), PATH: HEAD + "".join(rules)}


def found_by(files: Mapping[str, str], process: Process) -> Iterator[Finding]:
    """What custom rules find when another process runs them."""
    context = Context(today=TODAY, catalog=loaded(files)[0])
    return custom_findings(context, [each.id for each in RULES], process=process)


def marked(finding: Finding, files: Mapping[str, str]) -> str:
    """The text that a finding points to."""
    at = finding.problem.at
    line = files[at.path.as_posix()].splitlines()[at.span.line - 1]
    assert at.span.line == at.span.end_line
    return line[at.span.column - 1 : at.span.end_column - 1]
