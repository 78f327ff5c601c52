"""Templates that another program has to render first: Helm, Jinja, ERB and Jsonnet."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final, Literal

from reliability.convert.converter import Diagnostic, OriginalLocation, PlainFile, left_out

TemplateKind = Literal["helm", "jinja", "erb", "jsonnet", "go"]

NAMES: Final[dict[TemplateKind, tuple[str, str]]] = {
    "helm": ("a Helm template", "render it first (helm template CHART) and import the result"),
    "jinja": ("a Jinja template", "render it first and import the result"),
    "erb": (
        "an ERB template",
        "render it first (erb FILE, or take the file from a BOSH instance) and import the result",
    ),
    "jsonnet": ("Jsonnet", "render it first (jsonnet -S FILE) and import the result"),
    "go": ("a template", "render it first and import the result"),
}
"""The name of each kind, and the help text of its diagnostic."""

JSONNET: Final = (".jsonnet", ".libsonnet")
HELM: Final = re.compile(
    r"\{\{-?[^}\n]*?(?:\.(?:Values|Release|Chart|Capabilities)\b|\b(?:include|tpl)\s+[\"$.])"
)
JINJA: Final = re.compile(r"\{%[-+]?\s*\w")
ERB: Final = re.compile(r"<%[-=#]?\s.*?%>", re.DOTALL)
GO_TEMPLATE: Final = re.compile(
    r"\{\{-?\s*(?:\$|\.(?:Common|Group|Alerts|Labels|Annotations|Status|Receiver|ExternalURL|Value)"
    r"|(?:with|range|end|if|else|define|template|humanize\w*|printf|query|first|label|value"
    r"|strvalue|externalURL|pathPrefix|tableLink|graphLink|match|toUpper|toLower|title"
    r"|reReplaceAll|sortByLabel|stripPort|stripDomain|parseDuration)\b)"
)
"""Beginnings of Prometheus and Alertmanager templates, which may be part of a rule file.

https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
"""
COMMENT: Final = re.compile(r"(?:^|\s)#(?!\{)[^\n]*")
LINE: Final = re.compile(r"^\s*\{\{", re.MULTILINE)
IMPORTABLE: Final = re.compile(
    r"\b(?:alert|record|groups|slos|receivers)['\"]?\s*:|PrometheusRule|ServiceLevel|backstage\.io/|openslo"
)
"""Text that marks a template with something to import once it is rendered."""


def template_kind(path: PurePosixPath, text: str) -> TemplateKind | None:
    """Return the program that has to render a file, by suffix and text, or None for a plain file.

    `{{ $labels.job }}` is a Prometheus template, which Prometheus itself expands. A template in a
    comment may be prose about templates, and a file with no other one is plain.
    """
    text = COMMENT.sub("", text)
    if path.suffix in JSONNET:
        return "jsonnet"
    if HELM.search(text):
        return "helm"
    if ERB.search(text):
        return "erb"
    return "jinja" if JINJA.search(text) else None


def unreadable_kind(path: PurePosixPath, text: str) -> TemplateKind | None:
    """Return the program that has to render a file that does not parse as YAML, or None.

    A `{{` may be the reason if it begins a line, or is not of Prometheus or Alertmanager.
    """
    is_template = LINE.search(text) or "{{" in GO_TEMPLATE.sub("", text)
    return template_kind(path, text) or ("go" if is_template else None)


def is_importable(text: str) -> bool:
    """Return whether a template contains something to import once it is rendered."""
    return IMPORTABLE.search(text) is not None


def template_diagnostic(path: PurePosixPath, kind: TemplateKind) -> Diagnostic:
    """Return the diagnostic on a template that has to be rendered first."""
    return left_out(OriginalLocation(PlainFile(path, "")), *NAMES[kind])
