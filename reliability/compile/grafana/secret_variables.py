"""Variables of Grafana's environment in place of the secret files that documents name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

GLOBAL_SLACK: Final = "SLACK_URL"
"""Variable of the URL of Slack, if it is in the existing configuration of Alertmanager."""
FILE_KEYS: Final = ("api_url_file", "routing_key_file", "url_file")
NO_NAME: Final = re.compile(r"[^A-Z0-9]+")


@dataclass(frozen=True, slots=True)
class SecretVariables:
    """Variable of each path: its last part, or the whole if two paths have the same last part."""

    names: Mapping[str, str]

    @classmethod
    def of(cls, receivers: Iterable[Mapping[str, Any]]) -> Self:
        """Name the variables of all secret files in receivers."""
        paths = dict.fromkeys(_paths(receivers))
        count = Counter(_last(path) for path in paths)
        return cls(
            {path: _last(path) if count[_last(path)] == 1 else _named(path) for path in paths}
        )

    def reference(self, path: str | None) -> str:
        """Return the text that Grafana replaces by the secret of a path: `${PAYROLL_KEY}`."""
        return f"${{{self.names[path] if path else GLOBAL_SLACK}}}"


def _paths(receivers: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for receiver in receivers:
        for configs in receiver.values():
            for config in configs if isinstance(configs, list) else ():
                yield from (config[key] for key in FILE_KEYS if key in config)


def _last(path: str) -> str:
    return _named(path.rpartition("/")[2])


def _named(text: str) -> str:
    name = NO_NAME.sub("_", text.upper()).strip("_")
    return f"_{name}" if name[:1].isdigit() or not name else name
