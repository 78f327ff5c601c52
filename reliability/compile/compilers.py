"""List of all compilers, in the order in which resources are written."""

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
"""Compiler of promtool tests for the rules, which are deployed to no tool."""

COMPATIBLE: Final[Mapping[str, tuple[Compiler, ...]]] = {
    "sloth": (PrometheusCompiler((rule_file, manifest), sloth_rules),),
}
"""Compilers used instead of COMPILERS for `--compatible`, by the name of the other tool."""


def compilers_of(*, tests: bool, compatible: str | None) -> tuple[Compiler, ...]:
    """Return COMPILERS or their replacement, with or without the tests of the rules."""
    compilers = COMPATIBLE[compatible] if compatible else COMPILERS
    return (*compilers, TESTS) if tests else compilers
