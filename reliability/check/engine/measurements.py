"""Findings of rules about measurements, for each environment that was measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reliability.check.context import Context
from reliability.check.engine.run import run
from reliability.check.facts.evidence import BacktestEvidence
from reliability.check.rule import Rule
from reliability.errors import EvidenceError
from reliability.finding import Finding
from reliability.message import Message
from reliability.model.environments import Environments
from reliability.resolve.environments.measured import compared_sides, governed_by
from reliability.resolve.environments.placements import placements


def environment_findings(
    rules: Iterable[Rule], context: Context, measured: Sequence[BacktestEvidence]
) -> Iterator[Finding]:
    """Yield the findings of rules that read evidence, on the catalog of each environment.

    All other rules read what is written, once for all environments. The environments are those of
    the policies that apply: in a review, those of the base.

    Raises:
        EvidenceError: an environment is not declared.
    """
    reading = [rule for rule in rules if rule.needs == "evidence"]
    known = {rule.id for rule in reading}
    catalog = governed_by(context.catalog, context.policies, (Environments,))
    declared = {placement.name for placement in placements(catalog)}
    for evidence in measured:
        name = evidence.environment
        if name not in declared:
            raise EvidenceError(f"the evidence is about {name}, which is not a known environment")
        [(base, head)] = compared_sides(context.base, catalog, [name])
        here = replace(context, catalog=head, base=base, evidence=evidence)
        # Others are about waivers and custom rules, which the run over what is written has judged.
        yield from (_named(each, name) for each in run(reading, here) if each.rule in known)


def _named(finding: Finding, environment: str) -> Finding:
    """Return a finding that names its environment, also in its fingerprint."""
    problem = finding.problem
    message = Message(
        "in {environment}: {problem}", environment=environment, problem=problem.message
    )
    subject = f"{environment} {problem.subject}".rstrip()
    return replace(finding, problem=replace(problem, message=message, subject=subject))
