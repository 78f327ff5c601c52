"""`policies/targets.yaml` of a new repository: a folder, or the live servers that were named."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

OWNER: Final = re.compile(r"^  # owner: .*\n", re.MULTILINE)
TARGETS: Final = re.compile(r"^  targets:\n.*", re.MULTILINE | re.DOTALL)
PROMETHEUS: Final = """\
    - name: prometheus
      provider: prometheus
      url: {url}
      folder: {folder}    # holds nothing else; rule_files of prometheus.yml names it
"""
ALERTMANAGER: Final = """\
    - name: alertmanager
      provider: alertmanager
      url: {url}
      file: {file}    # written whole, from policies/alertmanager.base.yml and our routes
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTargets:
    """Servers that a sync writes to: each is named by its address and where its files lie."""

    prometheus: str = ""
    rules_folder: str = ""
    alertmanager: str = ""
    config_file: str = ""

    @property
    def entries(self) -> str:
        """The entries of `targets`, empty if no server is known well enough to be written to."""
        entries = ""
        if self.prometheus and self.rules_folder:
            entries += PROMETHEUS.format(url=self.prometheus, folder=self.rules_folder)
        if self.alertmanager and self.config_file:
            entries += ALERTMANAGER.format(url=self.alertmanager, file=self.config_file)
        return entries

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of the entries, each once."""
        urls = re.findall(r"url: (\S+)", self.entries)
        return tuple(dict.fromkeys(urlsplit(url).hostname or "" for url in urls))


def targets_text(shipped: str, owner_id: str, live: LiveTargets) -> str:
    """The file: the shipped one with an owner, and live servers in place of the folder.

    The id stands in quotes, since `12345678e1234567` is a float.
    """
    line = f'  owner: {{id: "{owner_id}"}}    # in the mark of all that is written; keep it\n'
    text = OWNER.sub(line, shipped)
    if not live.entries:
        return text
    servers = f"  allowedHosts: [{', '.join(live.hosts)}]\n  targets:\n{live.entries}"
    text = TARGETS.sub(servers, text)
    return re.sub(r"^#.*\n#.*\n", "# What `plan` and `sync` write to.\n", text)
