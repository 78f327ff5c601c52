"""The first files of a repository, as text by path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from reliability.finding import Severity
from reliability.load.catalog import BASE_ALERTMANAGER, Catalog
from reliability.load.files import DiskFiles, read_repository
from reliability.load.loader import load
from reliability.model.alert_policy import AlertPolicy
from reliability.model.targets import SyncTargets
from reliability.onboarding.environment_labels import FILE as ENVIRONMENTS
from reliability.onboarding.init.datadog_start import (
    SLO_POLICY,
    WINDOW_SET,
    DatadogStart,
    datadog_team,
    without_alertmanager,
)
from reliability.onboarding.init.joining import MONITORING
from reliability.onboarding.init.live_targets import LiveTargets, targets_text
from reliability.onboarding.people import People, team_text
from reliability.onboarding.starting import first_policies
from reliability.providers.owner import new_owner_id
from reliability.resolve.declared_targets import lacks_rule_target

SECRETS: Final = "/etc/alertmanager/secrets"
"""The default folder of Alertmanager's secret files."""

HEARTBEAT: Final = (
    "services/monitoring/alert-policy.yaml",
    "docs/runbooks/monitoring-heartbeat.md",
)
OWNERSHIP: Final = """\
apiVersion: reliability/v1
kind: Ownership
metadata: {{name: monitoring}}
spec:
  team: {team}
  criticality: critical             # critical, important or standard
  description: Prometheus and Alertmanager, which monitor all other services
"""
HISTORY: Final = """\
# Sources of SLI history, which `reliability history pull` stores and `backtest` replays.
apiVersion: reliability/v1
kind: HistorySources
metadata: {{name: history}}
spec:
{source}
  span: 30d                         # how far back to read; at most the retention of Prometheus
"""
FROM_SERVER: Final = """\
  source:
    type: prometheus
    url: {url}
    # authorization: env:PROMETHEUS_AUTHORIZATION   # a reference; never the secret itself"""
FROM_STORE: Final = """\
  source: {type: store}             # imported history only; for a server: type: prometheus, url"""
HOOKS: Final = """\
# Run `pre-commit install` once to check every commit (https://pre-commit.com).
repos:
  - repo: local
    hooks:
      - id: reliability-check
        name: reliability check
        entry: reliability check    # reliability must be on the PATH
        language: system
        files: ^(services|policies)/
        pass_filenames: false
"""
IGNORED: Final = "# written by `reliability history`, `build` and `sync`\n.reliability/\nbuild/\n"
SOLO: Final = re.compile(r"^  approvals: team ", re.MULTILINE)
SLACK: Final = re.compile(rf"file:{SECRETS}/slack-url")
FOLDER: Final = re.compile(r"^  runbookBase: .*\n", re.MULTILINE)
NAMED: Final = re.compile(rf"\b(name|service): {MONITORING}\b")
KIND: Final = re.compile(r"^kind: (\w+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryStart:
    """The values of the first files.

    `prometheus` is a URL; empty for none. `owner_id` marks each object that a sync writes.
    `secrets` is the folder of secret files, `slack_file` the file with the Slack webhook URL.
    `base` is the text of policies/alertmanager.base.yml, and `environments` that of
    policies/environments.yaml; empty for none. `datadog` is set if Datadog has the SLOs, and not
    Prometheus and Alertmanager. `monitoring` is the service of the heartbeat.
    """

    people: People
    prometheus: str = ""
    is_solo: bool = False
    owner_id: str = ""
    secrets: str = SECRETS
    slack_file: str = ""
    base: str = ""
    runbook_base: str = ""
    live: LiveTargets = field(default_factory=LiveTargets)
    monitoring: str = MONITORING
    environments: str = ""
    datadog: DatadogStart | None = None


def wanted_files(wanted: RepositoryStart, shipped: Path) -> dict[PurePosixPath, str]:
    """Return every first file by path; `shipped` is the folder of the shipped repository."""
    files = first_policies(shipped)
    policy = PurePosixPath("policies/notification.yaml")
    files[policy] = notification(files[policy], wanted)
    files[PurePosixPath("policies/history.yaml")] = history(wanted.prometheus)
    targets = (shipped / "policies/targets.yaml").read_text(encoding="utf-8")
    files[PurePosixPath("policies/targets.yaml")] = targets_text(
        targets, wanted.owner_id, wanted.live, datadog=wanted.datadog
    )
    if wanted.base:
        files[BASE_ALERTMANAGER] = wanted.base
    if wanted.environments:
        files[ENVIRONMENTS] = wanted.environments

    if wanted.datadog is None:
        files |= _monitoring(wanted, shipped)
    else:
        files |= _datadog(wanted.people, wanted.datadog, files)
    files[PurePosixPath(".pre-commit-config.yaml")] = HOOKS
    files[PurePosixPath(".gitignore")] = IGNORED

    return files


def _monitoring(wanted: RepositoryStart, shipped: Path) -> dict[PurePosixPath, str]:
    """Return the files of a team with Prometheus and Alertmanager: the team, and a heartbeat."""
    people, folder = wanted.people, f"services/{wanted.monitoring}/"
    texts = {path: (shipped / path).read_text(encoding="utf-8") for path in HEARTBEAT}
    texts["services/monitoring/ownership.yaml"] = OWNERSHIP.format(team=people.team)
    heartbeat = {
        PurePosixPath(path.replace(f"services/{MONITORING}/", folder)): (
            NAMED.sub(lambda key: f"{key[1]}: {wanted.monitoring}", text)
        )
        for path, text in texts.items()
    }
    return {_team_path(people): team_text(people), **heartbeat}


def _datadog(
    people: People, site: DatadogStart, shipped: Mapping[PurePosixPath, str]
) -> dict[PurePosixPath, str]:
    """Return the files of a team with Datadog; a heartbeat is PromQL, which Datadog has not."""
    windows, slo, policy = (
        PurePosixPath("policies", f"{name}.yaml") for name in ("burn-rates", "slo", "notification")
    )
    kept = HISTORY.replace("at most the retention of Prometheus", "Datadog keeps 15 months")
    return {
        PurePosixPath("services/.gitkeep"): "",
        PurePosixPath("policies/history.yaml"): kept.format(source=site.source),
        _team_path(people): datadog_team(people),
        windows: shipped[windows] + WINDOW_SET,
        slo: SLO_POLICY,
        policy: without_alertmanager(shipped[policy]),
    }


def _team_path(people: People) -> PurePosixPath:
    return PurePosixPath("policies/teams", f"{people.team}.yaml")


def owner_id_in(catalog: Catalog) -> str:
    """Return the owner ID that a repository declares, or a new one."""
    targets = catalog.only(SyncTargets)
    owner = targets.value.spec.owner if targets else None
    return owner.id if owner else new_owner_id()


def notification(text: str, wanted: RepositoryStart) -> str:
    """Return the shipped policy with approvals, the paths of secret files and the runbook URL."""
    if wanted.is_solo:
        text = SOLO.sub("  approvals: solo ", text)
    if wanted.slack_file:
        text = SLACK.sub(lambda _: f"file:{wanted.slack_file}", text)

    text = text.replace(f"file:{SECRETS}/", f"file:{wanted.secrets}/")
    base = f"runbookBase: {wanted.runbook_base}    # prefix of runbook paths"
    if not wanted.runbook_base:
        base = (
            "# runbookBase: https://git.example.com/org/repo/blob/main   # prefix of runbook paths"
        )

    return FOLDER.sub(lambda _: f"  {base}\n", text)


def history(prometheus: str) -> str:
    """Return the text of `policies/history.yaml`, with or without a server."""
    source = FROM_SERVER.format(url=prometheus) if prometheus else FROM_STORE
    return HISTORY.format(source=source)


def not_declared(files: Mapping[PurePosixPath, str], catalog: Catalog) -> dict[PurePosixPath, str]:
    """Return the files whose kinds are not declared yet; a second policy would be an error.

    If the repository already has a heartbeat or its service, or no sync target takes rules, those
    files are omitted.
    """
    declared = {type(located.value).__name__ for located in catalog.everything()}
    beats = any(_beats(catalog)) or lacks_rule_target(catalog)
    services = {path.parts[1] for path in files if path.parts[0] == "services"}
    has_service = not services.isdisjoint(catalog.services)
    left = {}

    for path, text in files.items():
        is_monitoring = str(path).startswith("services/") or "heartbeat" in path.name
        if is_monitoring and (beats or has_service):
            continue
        if path.parts[0] == "policies" and path.as_posix() not in map(str, catalog.texts):
            kinds = set(KIND.findall(text))
            if kinds & declared:
                continue
        left[path] = text

    return left


def _beats(catalog: Catalog) -> Iterator[bool]:
    for policy in catalog.documents(AlertPolicy):
        yield from (signal.kind == "heartbeat" for signal in policy.value.spec.signals)


def declared_in(root: Path) -> tuple[Catalog, tuple[str, ...]]:
    """Return the catalog of a folder, and the files in `services/` that are not documents."""
    files, _ = read_repository(root)
    catalog, findings = load(files, DiskFiles(root))
    strange = {
        finding.problem.at.path for finding in findings if finding.severity is Severity.ERROR
    }
    inside = sorted(str(path) for path in strange if path.parts[0] == "services")
    return catalog, tuple(inside)
