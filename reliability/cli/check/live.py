"""The single server lookup of `check --live`; the check goes on if it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reliability.check.context import Context
from reliability.check.facts.live import look
from reliability.cli.check.options import is_address
from reliability.errors import ReliabilityError, SettingsError
from reliability.providers.metrics_api import open_metrics

if TYPE_CHECKING:
    from reliability.check.facts.live import Live
    from reliability.cli.app import App
    from reliability.load.catalog import Catalog


class LiveLookup:
    """The answers of a server about a catalog: queried once and then kept."""

    def __init__(self, app: App, address: str, authorization: str | None = None) -> None:
        self.app = app
        self.address = address
        self.authorization = authorization
        self.seen: Live | ReliabilityError | None = None

    def at(self, catalog: Catalog) -> Live | None:
        """Return the server's answers, or None if it does not answer; notes go to stderr."""
        if self.seen is None:
            try:
                self.seen = self._ask(catalog)
            except ReliabilityError as error:
                self.seen = error
            else:
                for note in self.seen.notes:
                    self.app.note(f"--live: {note}")
        return None if isinstance(self.seen, ReliabilityError) else self.seen

    def ensure_answered(self) -> None:
        """Raise the error of the server, if it did not answer.

        Raises:
            ReliabilityError: the server did not answer; the message is the reason.
        """
        if isinstance(self.seen, ReliabilityError):
            raise self.seen

    def _ask(self, catalog: Catalog) -> Live:
        with open_metrics(self._url(), self._secret()) as server:
            server.ensure_ready()
            return look(Context(today=self.app.today, catalog=catalog), server)

    def _url(self) -> str:
        if is_address(self.address):
            return self.address
        url = self.app.settings.secret(self.address)
        if not is_address(url):
            raise SettingsError(
                f"--live: {self.address} does not hold an address such as http://HOST:PORT"
            )
        return url

    def _secret(self) -> str | None:
        if self.authorization is None:
            return None
        secret = self.app.settings.secret(self.authorization)
        if not (secret.isascii() and secret.isprintable()):
            raise SettingsError(f"--live: {self.authorization} holds more than one line of ASCII")
        return secret
