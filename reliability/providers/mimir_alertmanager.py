"""Provider of the Alertmanager configuration of a tenant of Mimir or Cortex.

`GET` and `POST /api/v1/alerts` have one document: `alertmanager_config` as a text, which the server
keeps as it is, and `template_files` (pkg/alertmanager/api.go). The text begins with the mark of a
file and with the locations of secrets. The mark covers the configuration with references in place
of the secrets, so that no digest depends on a secret.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import httpx

from reliability.compile.alertmanager.templates import without_template
from reliability.errors import ProviderError, SettingsError
from reliability.http.reply import HttpReply
from reliability.plan.change import Change, Claim, Create, Delete, Reload, Update
from reliability.plan.held import DriftedResource, Foreign, Held, Intact, Owner, Stale, Unreadable
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome
from reliability.providers.http import HttpServer, NoAnswerError
from reliability.providers.mark import marked_text, read_marked
from reliability.providers.rulers.secret_references import (
    Place,
    part_at,
    references,
    replaced,
)
from reliability.providers.template_files import template_files, with_template
from reliability.providers.yaml_body import BodyError, parse_body
from reliability.render.yaml_text import yaml_text
from reliability.resource import Json, Resource, ResourceId

KIND: Final = "config"
NAME: Final = "alertmanager"
PATH: Final = "/api/v1/alerts"
YAML: Final = {"Content-Type": "application/yaml"}
NONE: Final = re.compile(r"\s*alertmanager (storage object|config) not found\s*", re.IGNORECASE)
"""Text of a 404 for a tenant without a configuration; any other 404 is not from an Alertmanager."""

SECRETS: Final = re.compile(r"^# reliability secrets (?P<places>\[.*\])\n", re.MULTILINE)
CHANGED: Final = "the configuration was changed since the plan was made; plan again"


@dataclass(slots=True, kw_only=True)
class MimirAlertmanagerProvider:
    """A `Provider` with one object, `config alertmanager`.

    `secret` resolves a reference to its value, and raises SettingsError if it is not set.
    """

    target: str
    server: HttpServer
    secret: Callable[[str], str]
    owner: Owner | None = None
    seen: str | None = field(default=None, init=False)
    templates: Mapping[str, str] = field(default_factory=dict, init=False)
    stored: Mapping[str, Json] | None = field(default=None, init=False)

    def read(self) -> Held:
        """Return the configuration with references, and whether a secret differs there."""
        self._fetch()
        self.stored = None
        if self.seen is None:
            return Held()
        identity = ResourceId(self.target, KIND, NAME)
        try:
            body = parse_body(self.seen.encode())
        except BodyError as error:
            return Held(foreign=(Foreign(identity, f"it cannot be read: {error}"),))

        places = _places(self.seen)
        marked = read_marked(identity, _with_references(self.seen, body, places))
        read = with_template(marked, self.seen, self.templates.get)
        match read:
            case Foreign():
                return Held(foreign=(read,))
            case Intact(resource) | DriftedResource(resource):
                self.stored = resource.body
            case Unreadable():
                pass
        stale = [Stale(identity, why) for why in self._other_values(body, places)]
        return Held(kept=(read,), stale=tuple(stale[:1]) if isinstance(read, Intact) else ())

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Store the configuration with the values of its secrets, and read it back."""
        for change in changes:
            try:
                self._apply(change)
            except (ProviderError, SettingsError) as error:
                yield ChangeFailed(change, str(error))
            else:
                yield ChangeApplied(change)

    def _apply(self, change: Change) -> None:
        before = self.seen
        self._fetch()
        if self.seen != before:
            raise ProviderError(CHANGED)
        match change:
            case Create(after) | Update(_, after) | Claim(after):
                self._store(after)
            case Reload(identity):
                if self.stored is not None:
                    self._store(Resource(identity, dict(self.stored)))
            case Delete():
                raise ProviderError("an Alertmanager does not run without a configuration")

    def _store(self, after: Resource) -> None:
        values = {text: self.secret(text) for _, text in references(after.body)}
        text = self._text(after, values)
        document: dict[str, Json] = {
            "template_files": template_files(after.body, self.templates),
            "alertmanager_config": text,
        }
        try:
            # A refusal may quote the configuration.
            server = replace(self.server, secrets=frozenset(values.values()))
            reply = server.write("POST", PATH, yaml_text(document).encode(), YAML)
        except NoAnswerError:
            self._fetch()
            if self.seen != text:
                raise
            return
        if not reply.is_success:
            raise ProviderError(f"refused: {reply.status_code}: {reply.words}")
        self._fetch()
        if self.seen != text:
            raise ProviderError("it is stored otherwise than sent; plan again")

    def _text(self, after: Resource, values: Mapping[str, str]) -> str:
        """Return the marked configuration with the values of its secrets."""
        marked = marked_text(after, self.owner).decode()
        places = [[list(at), reference] for at, reference in references(after.body)]
        body: Any = without_template(after.body)
        for at, reference in references(after.body):
            body = replaced(body, at, values[reference])
        head = "".join(marked.splitlines(keepends=True)[:2])
        noted = f"# reliability secrets {json.dumps(places, separators=(',', ':'))}\n"
        return f"{head}{noted}{yaml_text(body)}"

    def _other_values(
        self, body: Mapping[str, Json], places: Sequence[tuple[Place, str]]
    ) -> Iterator[str]:
        """Yield what is stored with another value than that of its variable, if that is set."""
        for at, reference in places:
            try:
                value = self.secret(reference)
            except SettingsError:
                continue  # a plan needs no secrets
            if part_at(body, at) != value:
                yield f"the secret of {reference} has another value there"

    def _fetch(self) -> None:
        reply = self.server.get(PATH)
        self.seen, self.templates = None, {}
        if reply.status_code == httpx.codes.NOT_FOUND and NONE.fullmatch(reply.words):
            return
        if reply.status_code != httpx.codes.OK:
            raise ProviderError(
                f"{self.target}: {reply.request} answers {reply.status_code}: {reply.words}; check "
                "url and tenant, and that the API of the Alertmanager is enabled"
            )
        self.seen, self.templates = _document(reply)


def _document(reply: HttpReply) -> tuple[str, Mapping[str, str]]:
    try:
        document: Mapping[str, Any] = parse_body(reply.content)
    except BodyError as error:
        raise reply.unexpected("an Alertmanager of Mimir", str(error)) from error
    text, templates = document.get("alertmanager_config"), document.get("template_files") or {}
    if not isinstance(text, str) or not isinstance(templates, dict):
        raise reply.unexpected("an Alertmanager of Mimir", "it has no alertmanager_config")
    return text, templates


def _with_references(
    text: str, body: Mapping[str, Json], places: Sequence[tuple[Place, str]]
) -> bytes:
    """Return what the mark of a stored text is about: the text with references again."""
    whole: Any = body
    for at, reference in places:
        whole = replaced(whole, at, reference)
    first = text.splitlines(keepends=True)[:2]
    return f"{''.join(line for line in first if line[0] == '#')}{yaml_text(whole)}".encode()


def _places(text: str) -> tuple[tuple[Place, str], ...]:
    """Return the locations of secrets that a stored text names; none if they cannot be read."""
    match = SECRETS.search(text)
    if match is None:
        return ()
    try:
        return tuple((tuple(at), str(reference)) for at, reference in json.loads(match["places"]))
    except (ValueError, TypeError):
        return ()
