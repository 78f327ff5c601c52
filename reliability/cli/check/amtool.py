"""Runs amtool on the merged Alertmanager configuration, if it is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reliability.alertmanager.validation.values import has_placeholder
from reliability.check.masking.masking import masked_words
from reliability.compile.alertmanager.compiler import AlertmanagerConfig
from reliability.compile.alertmanager.templates import without_template
from reliability.compile.pieces import Piece
from reliability.providers.amtool import amtool_refusal, found_amtool
from reliability.resource import Resource

if TYPE_CHECKING:
    from reliability.cli.app import App
    from reliability.load.catalog import Catalog


def ask_amtool(app: App, named: str | None, catalog: Catalog) -> str | None:
    """Return why amtool refuses the configuration; None if it does not, or is not requested.

    A configuration that the rules refuse already is not sent, nor one in which another program
    fills in values. Template files are left out because they are on the Alertmanager's machine.
    """
    amtool = found_amtool(named, app.settings.search_path)
    if amtool is None:
        return None
    from reliability.render.yaml_text import yaml_text

    for compiled in Piece(AlertmanagerConfig(), catalog).compiled():
        if isinstance(compiled, Resource):
            if has_placeholder(compiled.body):
                app.note(
                    "amtool was not run: the configuration has placeholders such as ${NAME} "
                    "that another program fills in"
                )
                return None
            sent = {**without_template(compiled.body), "templates": []}
            refusal = amtool_refusal(amtool, yaml_text(sent))
            return masked_words(refusal, sent) if refusal else None
    return None
