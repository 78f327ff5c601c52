"""A ConfigMap with a configuration of Alertmanager: a mapping in a plan, a text in the file.

As a mapping, a plan shows the fields that change, and every secret in it is found and masked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reliability.compile.alertmanager.templates import KEY as TEMPLATE
from reliability.compile.alertmanager.templates import NAME, without_template
from reliability.providers.template_files import template_files
from reliability.providers.yaml_body import BodyError, YamlBody, parse_body
from reliability.render.yaml_text import yaml_text
from reliability.resource import Json

KIND: Final = "alertmanager-config-map"
KEY: Final = "alertmanager.yml"
"""Key of the data, and so the name of the file where the ConfigMap is mounted."""


def stored_body(body: Mapping[str, Json]) -> dict[str, Json]:
    """Return a ConfigMap whose configuration is a text, as Kubernetes requires."""
    config = configuration(body)
    text = yaml_text(without_template(config))
    return {**body, "data": {**_data(body), KEY: text, **template_files(config)}}


def planned_body(body: Mapping[str, Json]) -> dict[str, Json]:
    """Return a ConfigMap whose configuration is a mapping with its template file.

    Raises:
        BodyError: there is no configuration, or it is not a single YAML mapping.
    """
    data = _data(body)
    text = data.get(KEY)
    if not isinstance(text, str):
        raise BodyError(f"data has no text {KEY}")
    try:
        config = dict(parse_body(text.encode()))
    except BodyError as error:
        raise BodyError(f"{KEY}: {error}") from error
    others = {name: file for name, file in data.items() if not NAME.fullmatch(name)}
    for name in data.keys() - others.keys():
        config[TEMPLATE] = data[name]
    return {**body, "data": {**others, KEY: config}}


def configuration(body: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return the configuration of a ConfigMap in a plan; empty if it could not be read."""
    value = _data(body).get(KEY)
    return value if isinstance(value, Mapping) else {}


class ConfigMapBody(YamlBody):
    """Body that is read and parsed on first use: a plan without changes needs no body."""

    def parsed(self) -> Mapping[str, Json]:
        """Parse the text.

        Raises:
            BodyError: the text is not a ConfigMap with a configuration.
        """
        return planned_body(parse_body(self._text()))


def _data(body: Mapping[str, Json]) -> Mapping[str, Json]:
    data = body.get("data")
    return data if isinstance(data, Mapping) else {}
