"""List of all compilers, in the order in which resources are written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from reliability.compile.alertmanager.compiler import AlertmanagerConfig
from reliability.compile.backstage import BackstageCompiler
from reliability.compile.boards.compilers import (
    GRAFANA,
    GRAFANA_CONFIG_MAP,
    PERSES,
    PERSES_RESOURCE,
)
from reliability.compile.code_owners import CodeOwnersCompiler
from reliability.compile.compiler import Compiler
from reliability.compile.datadog.compiler import DatadogCompiler
from reliability.compile.environments import EachEnvironment
from reliability.compile.grafana.alerting import GrafanaAlerting
from reliability.compile.grafana.compiler import GrafanaCompiler
from reliability.compile.pagerduty.compiler import PagerDutyCompiler
from reliability.compile.prometheus.compilers import PrometheusCompiler, manifest, rule_file
from reliability.compile.prometheus.rule_tests import PrometheusTests
from reliability.compile.sloth.groups import sloth_rules
from reliability.load.catalog import Catalog
from reliability.model.targets import FilesTarget, KubernetesTarget, SyncTargets

COMPILERS: Final[tuple[Compiler, ...]] = (
    PrometheusCompiler((rule_file, manifest)),
    AlertmanagerConfig(),
)

BOARDS: Final[tuple[Compiler, ...]] = (GRAFANA, GRAFANA_CONFIG_MAP, PERSES, PERSES_RESOURCE)
"""Compilers of dashboards, used only if one is chosen by the name of its target."""

CHOSEN: Final[tuple[Compiler, ...]] = (*BOARDS, GrafanaAlerting())
"""Compilers that are used only if one is chosen by the name of its target."""

API_COMPILERS: Final[tuple[Compiler, ...]] = (
    DatadogCompiler(),
    PagerDutyCompiler(),
    GrafanaCompiler(),
    BackstageCompiler(),
    CodeOwnersCompiler(),
)
"""Compilers of objects that a declared target alone has, so `build` writes no file."""

TESTS: Final[Compiler] = PrometheusTests()
"""Compiler of promtool tests for the rules, which are deployed to no tool."""

COMPATIBLE: Final[Mapping[str, tuple[Compiler, ...]]] = {
    "sloth": (PrometheusCompiler((rule_file, manifest), sloth_rules),),
}
"""Compilers used instead of COMPILERS for `--compatible`, by the name of the other tool."""


def compilers_of(
    *, tests: bool, compatible: str | None, dashboards: Collection[str] = ()
) -> tuple[Compiler, ...]:
    """Return COMPILERS or their replacement, those of CHOSEN that are named, and maybe TESTS."""
    compilers = COMPATIBLE[compatible] if compatible else COMPILERS
    optional = (compiler for compiler in CHOSEN if compiler.target in dashboards)
    chosen = (*compilers, *optional, *((TESTS,) if tests else ()))
    return tuple(EachEnvironment(each) if each.by_service else each for each in chosen)


def written_by_targets(catalog: Catalog) -> frozenset[str]:
    """Return the names of all compiled outputs that sync targets of a catalog write as files."""
    declared = catalog.only(SyncTargets)
    targets = declared.value.spec.targets if declared else ()
    return frozenset(
        output
        for target in targets
        if isinstance(target, FilesTarget | KubernetesTarget)
        for output in target.writes
    )
