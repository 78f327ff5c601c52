"""Detects a team's tools from a folder, its Git remote and names of environment variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reliability.errors import RevisionError
from reliability.git import GitRepository
from reliability.onboarding.environment_labels import EnvironmentLabel, environment_labels
from reliability.onboarding.init.config_files import ConfigFile, config_files

TOOLS: Final = ("prometheus", "alertmanager", "slack", "pagerduty", "datadog", "github")
VARIABLES: Final[Mapping[str, re.Pattern[str]]] = {
    "prometheus": re.compile(r"(^|_)PROM(ETHEUS)?_(URL|ADDRESS|ENDPOINT|SERVER)$"),
    "alertmanager": re.compile(r"(^|_)ALERTMANAGER_(URL|ADDRESS|ENDPOINT)$"),
    "slack": re.compile(r"(^|_)SLACK_\w*(URL|WEBHOOK|TOKEN)\w*$"),
    "pagerduty": re.compile(r"(^|_)(PAGERDUTY|PD)_\w*(KEY|TOKEN)$"),
    "datadog": re.compile(r"^(DD|DATADOG)_\w*KEY$"),
    "github": re.compile(r"^(GITHUB|GH)_TOKEN$"),
}
ADDRESS: Final = re.compile(r"https?://[\w.\-\[\]:]+(/[\w./-]*)?")
GITHUB_REMOTE: Final = re.compile(r"github\.com[:/]([\w.-]+/[\w.-]+?)(\.git)?/?$")


@dataclass(frozen=True, slots=True)
class DetectedTool:
    """A detected tool and the evidence; `value` is its URL or name, empty if unknown."""

    tool: str
    where: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The detected tools, the most certain evidence first, and the files to import."""

    seen: tuple[DetectedTool, ...]
    rule_files: tuple[str, ...] = ()
    alertmanager_files: tuple[str, ...] = ()
    environment_labels: tuple[EnvironmentLabel, ...] = ()

    def first(self, tool: str) -> DetectedTool | None:
        """Return the first evidence of a tool, preferably with a value."""
        matches = [detected for detected in self.seen if detected.tool == tool]
        with_value = (detected for detected in matches if detected.value)
        return next(with_value, matches[0] if matches else None)

    def value(self, tool: str) -> str:
        """Return the URL or name of a tool; empty if unknown."""
        detected = self.first(tool)
        return detected.value if detected else ""

    def has(self, tool: str) -> bool:
        """Return whether a tool was detected."""
        return self.first(tool) is not None


def look_around(root: Path, environment: Mapping[str, str]) -> Surroundings:
    """Read configuration files, the Git remote and names of variables; ask no server.

    Only a URL is ever taken from a variable; keys and tokens are not read.
    """
    files = tuple(config_files(root))
    seen = (*_of_variables(environment), *_of_files(files), *_of_git(root))
    return Surroundings(
        tuple(dict.fromkeys(seen)),
        tuple(file.path for file in files if file.form == "rules"),
        tuple(file.path for file in files if file.form == "alertmanager"),
        environment_labels(expression for file in files for expression in _expressions(file)),
    )


def _of_variables(environment: Mapping[str, str]) -> Iterator[DetectedTool]:
    for tool, pattern in VARIABLES.items():
        for name in sorted(environment):
            if pattern.search(name) and environment[name]:
                is_address = tool in ("prometheus", "alertmanager")
                address = ADDRESS.fullmatch(environment[name]) if is_address else None
                yield DetectedTool(
                    tool, f"the variable {name}", address.group().rstrip("/") if address else ""
                )


def _of_files(files: tuple[ConfigFile, ...]) -> Iterator[DetectedTool]:
    for file in files:
        match file.form:
            case "prometheus":
                yield DetectedTool("prometheus", file.path)
                for address in _alertmanagers(file.values):
                    yield DetectedTool("alertmanager", file.path, address)
            case "alertmanager":
                yield DetectedTool("alertmanager", file.path)
                yield from _of_receivers(file)
            case "compose":
                yield from _of_services(file)
            case _:
                pass


def _expressions(file: ConfigFile) -> Iterator[str]:
    """Yield the expressions of a rule file, also of one for the Prometheus operator."""
    spec = file.values.get("spec")
    groups = spec.get("groups") if isinstance(spec, dict) else file.values.get("groups")
    for group in _dicts(groups) if file.form == "rules" else ():
        for rule in _dicts(group.get("rules")):
            if isinstance(rule.get("expr"), str):
                yield rule["expr"]


def _alertmanagers(values: Mapping[str, Any]) -> Iterator[str]:
    alerting = values.get("alerting")
    entries = alerting.get("alertmanagers") if isinstance(alerting, dict) else None
    for entry in _dicts(entries):
        for static in _dicts(entry.get("static_configs")):
            for target in static.get("targets") or ():
                yield f"{entry.get('scheme', 'http')}://{target}"


def _of_receivers(file: ConfigFile) -> Iterator[DetectedTool]:
    for receiver in _dicts(file.values.get("receivers")):
        for slack in _dicts(receiver.get("slack_configs")):
            yield DetectedTool("slack", file.path, str(slack.get("channel") or ""))
        if receiver.get("pagerduty_configs"):
            yield DetectedTool("pagerduty", file.path)


def _of_services(file: ConfigFile) -> Iterator[DetectedTool]:
    """Yield Docker Compose services by image, with the port published on this machine."""
    services = file.values.get("services")
    for name, service in (services if isinstance(services, dict) else {}).items():
        image = str(service.get("image", "")) if isinstance(service, dict) else ""
        for tool, part in (
            ("prometheus", "/prometheus"),
            ("alertmanager", "/alertmanager"),
            ("datadog", "datadog/agent"),
        ):
            if part in image:
                port = _published(service.get("ports")) if tool != "datadog" else ""
                address = f"http://localhost:{port}" if port else ""
                yield DetectedTool(tool, f"{file.path}, service {name}", address)


def _published(ports: object) -> str:
    for port in ports if isinstance(ports, list) else ():
        if isinstance(port, dict):
            return str(port.get("published") or "")
        parts = str(port).partition("/")[0].split(":")
        if len(parts) > 1 and parts[-2].isdigit():
            return parts[-2]
    return ""


def _of_git(root: Path) -> Iterator[DetectedTool]:
    try:
        remotes = GitRepository.containing(root).remotes()
    except RevisionError:  # no repository, or no git: then there is no remote to be seen
        return
    for address in remotes:
        remote = GITHUB_REMOTE.search(address)
        if remote:
            yield DetectedTool("github", "the Git remote", remote.group(1))


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
