"""`policies/targets.yaml` of a new repository: a local folder, or live servers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from reliability.onboarding.init.datadog_start import DatadogStart

OWNER: Final = re.compile(r"^  # owner: .*\n", re.MULTILINE)
TARGETS: Final = re.compile(r"^  targets:\n.*", re.MULTILINE | re.DOTALL)
OPTIONAL: Final = re.compile(
    r"^ +(?:onDrift: hold|limits:|# Live|# - name|#   \w+|#  |# allowedHosts).*\n", re.MULTILINE
)
"""Lines that say what holds without them, and the example of live servers."""

PROMETHEUS: Final = """\
    - name: prometheus
      provider: prometheus
      url: {url}
      folder: {folder}    # for generated rules only; list it in rule_files of prometheus.yml
"""
ALERTMANAGER: Final = """\
    - name: alertmanager
      provider: alertmanager
      url: {url}
      file: {file}    # replaced by policies/alertmanager.base.yml with the generated routes
"""
EXTERNAL: Final = """\
    - name: alertmanager
      provider: alertmanager
      url: {url}
      file: {file}
      routes: external    # {owner} owns the file; this repository only reads it
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTargets:
    """The servers that a sync writes to, with their URLs and the paths of their files.

    `config_owner` is the repository that owns the configuration; empty for this one.
    """

    prometheus: str = ""
    rules_folder: str = ""
    alertmanager: str = ""
    config_file: str = ""
    config_owner: str = ""

    @property
    def entries(self) -> str:
        """The entries of `targets`; empty if no server has both a URL and a path."""
        entries = ""
        if self.prometheus and self.rules_folder:
            entries += PROMETHEUS.format(url=self.prometheus, folder=self.rules_folder)
        if self.alertmanager and self.config_file:
            entry = EXTERNAL if self.config_owner else ALERTMANAGER
            entries += entry.format(
                url=self.alertmanager, file=self.config_file, owner=self.config_owner
            )
        return entries


def targets_text(
    shipped: str, owner_id: str, live: LiveTargets, datadog: DatadogStart | None = None
) -> str:
    """Return the shipped file with an owner, and with live servers instead of the folder."""
    # Quoted, since YAML reads an ID such as 12345678e1234567 as a float.
    line = f'  owner: {{id: "{owner_id}"}}    # marks everything that sync writes; keep it\n'
    text = OWNER.sub(line, shipped)
    entries = datadog.target if datadog else live.entries
    if not entries:
        return OPTIONAL.sub("", text)

    servers = f"  allowedHosts: [{', '.join(_hosts(entries))}]\n  targets:\n{entries}"
    text = TARGETS.sub(servers, text)
    return re.sub(
        r"^#.*\n#.*\n", "# The servers that `plan` compares with and `sync` writes to.\n", text
    )


def _hosts(entries: str) -> tuple[str, ...]:
    """Return the hosts of the entries, without duplicates."""
    urls = re.findall(r"url: (\S+)", entries)
    return tuple(dict.fromkeys(urlsplit(url).hostname or "" for url in urls))
