"""The template file of generated receivers, which stands once, beside the configuration.

In a compiled configuration it is the text at the key `template`, so that a plan shows how it
changes. A target stores it under a name made from its content, and `templates` names it: a changed
text is another file, so a configuration that is loaded never misses the one that it names. The name
is relative, because Alertmanager resolves it from the folder of its configuration
(`resolveFilepaths` in its config/config.go).

Receivers use a definition by `{{ block "name" . }}{{ end }}`. An empty one does not replace the
definition of the file (`associate` in text/template of Go), and without the file the text is empty:
`{{ template "name" . }}` would be an error, which drops the notification.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from reliability.compile.alertmanager.pagerduty import DETAILS
from reliability.compile.alertmanager.slack import MESSAGE
from reliability.resource import Json

KEY: Final = "template"
NAME: Final = re.compile(r"reliability-[0-9a-f]{12}\.tmpl")
TEXT: Final = (
    f"{{{{/* Written by reliability: the texts of its receivers. */}}}}\n{MESSAGE}{DETAILS}"
)
USED_BY: Final = frozenset(("slack_configs", "pagerduty_configs"))


def name_of(text: str) -> str:
    """Return the name of the file with a text."""
    return f"reliability-{hashlib.sha256(text.encode()).hexdigest()[:12]}.tmpl"


def without_template(config: Mapping[str, Json]) -> dict[str, Any]:
    """Return a configuration as Alertmanager reads it."""
    return {key: value for key, value in config.items() if key != KEY}
