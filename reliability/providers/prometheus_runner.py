"""Reload of a Prometheus, and verification that it runs equal rules and has evaluated them once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reliability.errors import ProviderError
from reliability.http.prometheus import OBJECT, data_of
from reliability.plan.change import Change, Claim, Create, Delete, Reload, Update
from reliability.providers.http import HttpServer
from reliability.providers.live import ReloadRefused, Unproven, Verdict
from reliability.providers.loaded_files import (
    Groups,
    LoadedFiles,
    LookedAt,
    evaluation_error,
    is_evaluated,
    is_unproven,
)
from reliability.providers.loaded_rules import Body, is_same_expression, rules_of
from reliability.providers.reload import ensure_reloadable, reload
from reliability.providers.rules_api import NotParsed, RulesApi
from reliability.providers.shelf import FolderPlace
from reliability.resource import ResourceId

FLAGS = "/api/v1/status/flags"
LIFECYCLE = "web.enable-lifecycle"

NOTED_EVERY = 15.0
"""Seconds between two lines of progress."""

LONGEST_WAIT = 900.0
"""Seconds after which rules are reported as not evaluated, even if their interval is longer."""

GRACE = 5.0
"""Seconds beyond the interval until the first evaluation of a group.

Prometheus spreads groups over their interval by a hash, so the first one may take a whole interval.
"""


@dataclass(frozen=True, slots=True)
class PrometheusRunner:
    """A `Runner`; `stored` are the bodies of the files at the last read."""

    server: HttpServer
    place: FolderPlace
    stored: Mapping[ResourceId, Body]
    tell: Callable[[str], None]

    @property
    def names_files(self) -> str:
        """What names the rule files to the server."""
        return "rule_files"

    @property
    def api(self) -> RulesApi:
        """Client of the server's API."""
        return RulesApi(self.server)

    def ensure_ready(self) -> None:
        """See `Runner`."""
        ensure_reloadable(self.server, "check that the URL is that of a Prometheus")
        # Prometheus answers GET /-/reload with 405 in both cases, so only the flag tells whether it
        # would reload (web/web.go). vmalert and proxies have no flags to read.
        reply = self.server.get(FLAGS)
        if reply.is_success and data_of(reply, OBJECT).get(LIFECYCLE) == "false":
            raise ProviderError(
                f"{self.server.target}: --{LIFECYCLE} is off, so nothing was written; start "
                f"Prometheus with --{LIFECYCLE}"
            )

    def reload(self) -> str | None:
        """See `Runner`."""
        return reload(self.server, "prometheus")

    def last_reload(self) -> datetime:
        """Return when the server last loaded its files."""
        return self.api.last_reload()

    def loaded(self, looked_at: LookedAt) -> LoadedFiles:
        """Return what the server runs now."""
        return LoadedFiles.of(self.place.folder, self.api.groups(), looked_at)

    def is_same(self, ours: str, theirs: str) -> bool:
        """Return whether two expressions are equal; the server decides if our parser cannot."""
        # Parse here first: asking the server takes a request per rule, and is needed only for
        # syntax that is newer than the parser.
        if is_same_expression(ours, theirs):
            return True
        return self.api.formatted(ours) == self.api.formatted(theirs)

    def explain(self, change: Change) -> str:
        """See `Runner`; it is about the first expression that the server cannot parse."""
        for group, rule, expression in rules_of(self._body(change) or {}):
            formatted = self.api.formatted(expression)
            if isinstance(formatted, NotParsed):
                return f"groups[{group}].rules[{rule}].expr: {formatted.why}"
        return ""

    def verdicts(self, changes: Sequence[Change]) -> Mapping[ResourceId, Verdict]:
        """See `Runner`."""
        return self._look(changes)[0]

    def settled(
        self, changes: Sequence[Change], verdicts: Mapping[ResourceId, Verdict]
    ) -> Mapping[ResourceId, Verdict]:
        """See `Runner`; the wait for the first evaluation is one interval long.

        Only changes that were not evaluated yet are looked at again: a look parses each expression.
        """
        waiting = [change for change in changes if isinstance(verdicts.get(change.id), Unproven)]
        if not waiting:
            return verdicts
        rules = sum(
            len(list(rules_of(self._body(change) or {})))
            for change in changes
            if not isinstance(verdicts.get(change.id), ReloadRefused)
        )
        settled, running = self._looked_again(waiting, verdicts)
        longest = max((group.interval for groups in running for group in groups), default=0)
        # Prometheus spreads groups over their interval (`Group.EvalTimestamp`), so the first
        # evaluation comes within one interval.
        patience = min(longest, LONGEST_WAIT) + GRACE
        pause = max(0.5, patience / 40)
        begin, waited, noted = time.monotonic(), 0.0, -NOTED_EVERY

        while any(map(is_unproven, running)) and waited < patience:
            if waited >= noted + NOTED_EVERY:
                noted = waited
                self.tell(self._progress(running, rules, patience - waited))
            self.server.pause(pause)
            # The larger of the two: a pause that returns at once in a test still counts, and a slow
            # request does too.
            waited = max(waited + pause, time.monotonic() - begin)
            waiting = [
                change
                for change, groups in zip(waiting, running, strict=True)
                if is_unproven(groups)
            ]
            settled, running = self._looked_again(waiting, settled)

        return settled

    def _looked_again(
        self, changes: Sequence[Change], verdicts: Mapping[ResourceId, Verdict]
    ) -> tuple[Mapping[ResourceId, Verdict], list[Groups]]:
        """Return all verdicts with new ones of some changes, and the running groups of these."""
        newer, running = self._look(changes)
        again = {change.id for change in changes}
        kept = {item: verdict for item, verdict in verdicts.items() if item not in again}
        return {**kept, **newer}, running

    def _progress(self, running: Sequence[Groups], rules: int, left: float) -> str:
        missing = sum(
            not is_evaluated(rule) for groups in running for group in groups for rule in group.rules
        )
        return (
            f"{self.server.target}: waiting up to {left:.0f} s for the first evaluation: "
            f"{rules - missing} of {rules} rules evaluated"
        )

    def _look(self, changes: Sequence[Change]) -> tuple[dict[ResourceId, Verdict], list[Groups]]:
        """Return what is wrong with changes now, and the running groups of correct ones."""
        names = frozenset(self.place.path_of(change.id.name).name for change in changes)
        loaded = self.loaded(LookedAt(names=names, compared=names))
        verdicts: dict[ResourceId, Verdict] = {}
        running: list[Groups] = []
        for change in changes:
            groups, verdict = self._verdict(change, loaded)
            running.append(groups)
            if verdict is not None:
                verdicts[change.id] = verdict
        return verdicts, running

    def _verdict(self, change: Change, loaded: LoadedFiles) -> tuple[Groups, Verdict | None]:
        path = self.place.path_of(change.id.name)
        body = self._body(change)
        if body is None:
            still = loaded.ours.get(path.name, ())
            return (), ReloadRefused("the server still runs its rules") if still else None

        running = loaded.running(path, body, self.is_same)
        if running.differs is not None:
            why = "" if running.groups else f"; add {self.place.glob} to its {self.names_files}"
            return (), ReloadRefused(f"the server reloaded, but {running.differs}{why}")

        error = evaluation_error(running.groups)
        if error is not None:
            return (), ReloadRefused(error)
        if is_unproven(running.groups):
            return running.groups, Unproven("it is loaded, and was not evaluated in time")

        return running.groups, None

    def _body(self, change: Change) -> Body | None:
        """Return what the server should run of a change's file; None if it should run nothing."""
        match change:
            case Create(after) | Update(_, after) | Claim(after):
                return after.body
            case Delete():
                return None
            case Reload(identity):
                return self.stored.get(identity)
