"""Templates that another program renders first: Helm, Jinja and Jsonnet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final, Literal

from reliability.convert.converter import OriginalLocation, PlainFile, Remark, left_out

TemplateKind = Literal["helm", "jinja", "jsonnet", "go"]

NAMES: Final[dict[TemplateKind, tuple[str, str]]] = {
    "helm": ("a Helm template", "render it first (helm template CHART), and import the result"),
    "jinja": ("a Jinja template", "render it first, and import the result"),
    "jsonnet": ("Jsonnet", "render it first (jsonnet -S FILE), and import the result"),
    "go": ("a template", "render it first, and import the result"),
}
"""What each kind is called, and what to do with it."""

JSONNET: Final = (".jsonnet", ".libsonnet")
HELM: Final = re.compile(
    r"\{\{-?[^}\n]*?(?:\.(?:Values|Release|Chart|Capabilities)\b|\b(?:include|tpl)\s+[\"$.])"
)
JINJA: Final = re.compile(r"\{%[-+]?\s*\w")
THEIRS: Final = re.compile(
    r"\{\{-?\s*(?:\$|\.(?:Common|Group|Alerts|Labels|Annotations|Status|Receiver|ExternalURL|Value)"
    r"|(?:with|range|end|if|else|define|template|humanize\w*|printf|query|first|label|value"
    r"|strvalue|externalURL|pathPrefix|tableLink|graphLink|match|toUpper|toLower|title"
    r"|reReplaceAll|sortByLabel|stripPort|stripDomain|parseDuration)\b)"
)
"""How templates of Prometheus and Alertmanager begin, which stay in the file as it is loaded.

https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
"""
LINE: Final = re.compile(r"^\s*\{\{", re.MULTILINE)
IMPORTABLE: Final = re.compile(
    r"\b(?:alert|record|groups|slos|receivers)['\"]?\s*:|PrometheusRule|ServiceLevel|backstage\.io/|openslo"
)
"""What a file holds that an import would read once it is rendered."""


def template_kind(path: PurePosixPath, text: str) -> TemplateKind | None:
    """What has to render a file, by its suffix and its text.

    `{{ $labels.job }}` alone is a template of Prometheus, which stays as it is.
    """
    if path.suffix in JSONNET:
        return "jsonnet"
    if HELM.search(text):
        return "helm"
    return "jinja" if JINJA.search(text) else None


def unreadable_kind(path: PurePosixPath, text: str) -> TemplateKind | None:
    """The same for a file that is not YAML as it stands.

    A `{{` may be the reason if it begins a line, or is not of Prometheus or Alertmanager.
    """
    is_template = LINE.search(text) or "{{" in THEIRS.sub("", text)
    return template_kind(path, text) or ("go" if is_template else None)


def is_importable(text: str) -> bool:
    """Whether an import would read a part of a template once it is rendered."""
    return IMPORTABLE.search(text) is not None


def template_remarks(
    templates: Iterable[tuple[PurePosixPath, TemplateKind]],
) -> Iterator[Remark]:
    """A remark for each folder and kind, at the first of its files."""
    folders: dict[tuple[PurePosixPath, TemplateKind], list[PurePosixPath]] = {}
    for path, kind in templates:
        folders.setdefault((path.parent, kind), []).append(path)
    for (_, kind), paths in folders.items():
        name, help_text = NAMES[kind]
        others = f", like {len(paths) - 1} other files of this folder" if len(paths) > 1 else ""
        origin = OriginalLocation(PlainFile(paths[0], ""))
        yield left_out(origin, f"{name}{others}", help_text, reason=name)
