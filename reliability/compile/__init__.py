"""Catalog -> resources: what each tool will be given. COMPILERS is the one list."""

from __future__ import annotations

from typing import Final

from reliability.compile.alertmanager.compiler import AlertmanagerConfig
from reliability.compile.compiler import Compiler
from reliability.compile.prometheus.compilers import PrometheusManifests, PrometheusRules

COMPILERS: Final[tuple[Compiler, ...]] = (
    PrometheusRules(),
    PrometheusManifests(),
    AlertmanagerConfig(),
)
