"""Provider of a vmalert of VictoriaMetrics: one rule file per service, reloaded and verified.

vmalert has Prometheus's API of rules, with some differences: `/-/reload` returns before the files
are read, there is no endpoint that formats a query, and the reason of a refused reload is only in
its log. `vmalert -dryRun` has the same reason, if the program is installed here.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import httpx

from reliability.errors import ProviderError
from reliability.http.reply import one_line
from reliability.plan.change import Change
from reliability.providers.http import NoAnswerError
from reliability.providers.live import ReloadRefused, Verdict
from reliability.providers.loaded_files import LoadedFiles, LookedAt
from reliability.providers.loaded_rules import is_same_expression
from reliability.providers.prometheus import PrometheusProvider
from reliability.providers.prometheus_runner import PrometheusRunner
from reliability.providers.reload import PATH, metric
from reliability.render.yaml_text import yaml_text
from reliability.resource import ResourceId

METRICS: Final = "vmalert_config_last_reload"
TRIES: Final = 60
"""Number of looks at the metrics for the end of a reload; more if `timeout` is longer."""
PAUSE: Final = 0.5
ASKED_AGAIN_AFTER: Final = 4
"""Looks after which a counted reload that changed no other metric is asked for again.

Equal files change no timestamp, and two reloads within a second have the same one. A reload is
counted when it begins, and one follows another (`configReload` in app/vmalert/main.go), so the
first has ended when the second is counted.
"""
UPDATED_WITHIN: Final = 20
"""Looks at the running rules until a difference counts, which is 10 seconds."""
REFUSED: Final = "vmalert reports that the reload failed; its log has the reason"
FATAL: Final = re.compile(
    r'failed to parse "\[[^\n]*?\]": (?:failed to parse [^\n]*?errors\(\d+\): )?'
)
DRY_RUN_WITHIN: Final = 60


@dataclass(frozen=True, slots=True)
class VmalertReloads:
    """Counters of a vmalert's reloads, and the time of the last successful one in seconds."""

    count: float
    errors: float
    success: float
    successful: bool


@dataclass(frozen=True, slots=True)
class VmalertRunner(PrometheusRunner):
    """A `Runner` of a vmalert; `program` is a vmalert on this machine, for `-dryRun`."""

    program: str | None = None

    @property
    def names_files(self) -> str:
        """See `PrometheusRunner`."""
        return "-rule"

    def ensure_ready(self) -> None:
        """See `Runner`; a GET of /-/reload would reload, so only the metrics are read."""
        self.reloads()

    def reload(self) -> str | None:
        """See `Runner`."""
        before = self.reloads()
        self._ask()
        # A reload of 10,000 files takes longer than 30 seconds on a busy machine.
        tries = max(TRIES, round(self.server.bounds.longest / PAUSE))
        looks = 0
        for _ in range(tries):
            now = self.reloads()
            if now.errors > before.errors:
                return REFUSED
            begun = now.count - before.count
            if now.successful and (begun > 1 or (begun and now.success > before.success)):
                return None
            looks += begun > 0
            if looks == ASKED_AGAIN_AFTER:
                self._ask()
            self.server.pause(PAUSE)
        raise ProviderError(
            f"{self.server.target}: {self.server.url} did not finish its reload within "
            f"{tries * PAUSE:g} s; a longer `timeout` of the target gives it more time"
        )

    def _ask(self) -> None:
        try:
            reply = self.server.post(PATH)
        except NoAnswerError:
            return  # the counter says whether it arrived
        if reply.status_code != httpx.codes.OK:
            raise ProviderError(
                f"{self.server.target}: POST {PATH} answers {reply.status_code}: {reply.words}"
            )

    def verdicts(self, changes: Sequence[Change]) -> Mapping[ResourceId, Verdict]:
        """See `Runner`; a group takes its new rules between two evaluations.

        vmalert starts many groups one after another, so looks are counted from the last progress.
        """
        verdicts = self._look(changes)[0]
        left, refused = UPDATED_WITHIN, _refused(verdicts)
        while refused and left:
            self.server.pause(PAUSE)
            verdicts = self._look(changes)[0]
            before, refused = refused, _refused(verdicts)
            left = UPDATED_WITHIN if refused < before else left - 1
        return verdicts

    def reloads(self) -> VmalertReloads:
        """Read the metrics of a vmalert's reloads.

        Raises:
            ProviderError: the server does not answer, or is not a vmalert.
        """
        text = self.server.get("/metrics").text
        read = {
            name: metric(text, f"{METRICS}_{name}", self.server)
            for name in ("total", "errors_total", "success_timestamp_seconds", "successful")
        }
        return VmalertReloads(
            count=read["total"],
            errors=read["errors_total"],
            success=read["success_timestamp_seconds"],
            successful=read["successful"] == 1,
        )

    def last_reload(self) -> datetime:
        """See `PrometheusRunner`."""
        return datetime.fromtimestamp(self.reloads().success, UTC)

    def loaded(self, looked_at: LookedAt) -> LoadedFiles:
        """See `PrometheusRunner`; a reload puts changed rules at the end of their group."""
        # `Group.updateWith` (app/vmalert/rule/group.go) keeps equal rules in place and appends the
        # rest, until vmalert is started again.
        return LoadedFiles.of(self.place.folder, self.api.groups(), looked_at, ordered=False)

    def is_same(self, ours: str, theirs: str) -> bool:
        """See `PrometheusRunner`; vmalert returns expressions as they were written."""
        return is_same_expression(ours, theirs)

    def explain(self, change: Change) -> str:
        """See `Runner`; it is what `vmalert -dryRun` prints."""
        body = self._body(change)
        if self.program is None or body is None:
            return ""
        with TemporaryDirectory(prefix="reliability-") as folder:
            file = Path(folder) / f"{change.id.name}.yml"
            file.write_text(yaml_text(body), encoding="utf-8")
            return _refusal(self.program, file)


@dataclass(slots=True, kw_only=True)
class VmalertProvider(PrometheusProvider):
    """A `Provider` of the rule files in `folder`, which `-rule` of the vmalert has to name.

    A vmalert named in `search_path` explains what the server refuses.
    """

    search_path: str = ""

    def _runner(self) -> PrometheusRunner:
        program = shutil.which("vmalert", path=self.search_path) if self.search_path else None
        return VmalertRunner(self.server, self.place, self.stored, tell=self.tell, program=program)

    def alertmanagers(self) -> frozenset[str]:
        """Raise, because vmalert does not report whom it notifies.

        Raises:
            ProviderError: always.
        """
        raise ProviderError(f"{self.target}: a vmalert does not report its Alertmanagers")


def _refusal(program: str, file: Path) -> str:
    """Return why a vmalert refuses a file; empty if it accepts it."""
    done = _dry_run((program, "-dryRun", f"-rule={file}"))
    if done.returncode == 0:
        return ""
    last = done.stderr.strip().rpartition("\n")[2]
    reason = FATAL.split(last)[-1].replace(f' in file "{file}"', "").replace(f"{file}", file.name)
    return one_line(reason)


def _dry_run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            errors="replace",
            timeout=DRY_RUN_WITHIN,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ProviderError(f"{command[0]} -dryRun cannot be run: {error}") from error


def _refused(verdicts: Mapping[ResourceId, Verdict]) -> int:
    return sum(isinstance(verdict, ReloadRefused) for verdict in verdicts.values())
