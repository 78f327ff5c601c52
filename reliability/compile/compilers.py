"""COMPILERS: every compiler, in the order in which resources are written. The one list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reliability.compile.alertmanager.compiler import AlertmanagerConfig
from reliability.compile.compiler import Compiler
from reliability.compile.prometheus.compilers import PrometheusCompiler, manifest, rule_file
from reliability.compile.prometheus.rule_tests import PrometheusTests
from reliability.compile.sloth.groups import sloth_rules

COMPILERS: Final[tuple[Compiler, ...]] = (
    PrometheusCompiler((rule_file, manifest)),
    AlertmanagerConfig(),
)

TESTS: Final[Compiler] = PrometheusTests()
"""What no tool is given: tests of the rules, for promtool."""

COMPATIBLE: Final[Mapping[str, tuple[Compiler, ...]]] = {
    "sloth": (PrometheusCompiler((rule_file, manifest), sloth_rules),),
}
"""In place of COMPILERS, what another tool would make of the same SLOs, by its name."""


def compilers_of(*, tests: bool, compatible: str | None) -> tuple[Compiler, ...]:
    """COMPILERS, or those that stand in for them; with tests of the rules or not."""
    compilers = COMPATIBLE[compatible] if compatible else COMPILERS
    return (*compilers, TESTS) if tests else compilers
