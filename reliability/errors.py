"""The exceptions that end a command, with their exit codes.

::

    ReliabilityError                2  the request cannot be carried out
    ├── RootNotFoundError           2  there is no repository here
    ├── RevisionError               2  a Git revision that cannot be read
    ├── EvidenceError               2  the result of a backtest that cannot be read
    ├── SettingsError               2  an environment variable or a secret that is not set
    ├── ProcessLostError            2  a process that shared the work was killed
    ├── MissingExtraError           2  a command that needs an optional dependency
    ├── ClockError                  2  a clock that differs from that of a server
    ├── SourceError                 2  a history source that cannot be read
    ├── ProviderError               2  a target that cannot be reached or refuses a request
    ├── ForgeError                  2  a forge that cannot be reached or refuses a request
    ├── DemoError                   2  a demo without a folder to write or a program to run
    └── UnsafePlanError             1  a plan over its limits
"""

from __future__ import annotations

from typing import ClassVar


class ReliabilityError(Exception):
    """An error that a person can act on; `cli/main.py` prints it and exits with `exit_code`."""

    exit_code: ClassVar[int] = 2

    @property
    def message(self) -> str:
        """The text; if it is a `Message`, it keeps its template, which `str()` does not."""
        return self.args[0] if self.args else ""


class RootNotFoundError(ReliabilityError):
    """Neither this folder nor one above it has `services/`."""


class RevisionError(ReliabilityError):
    """A Git revision is missing, or this folder is not in a Git repository."""


class EvidenceError(ReliabilityError):
    """A file of evidence is missing, not a result of a backtest, or of another version."""


class SettingsError(ReliabilityError):
    """A setting or a secret is not set."""


class ProcessLostError(ReliabilityError):
    """A process that shared the work was killed from outside."""


class MissingExtraError(ReliabilityError):
    """An optional dependency is not installed."""

    def __init__(self, command: str, extra: str) -> None:
        super().__init__(f"`{command}` needs the extra {extra!r}; run `{install_command(extra)}`")


def install_command(extra: str) -> str:
    """Return the command that installs the packages of an extra.

    It names the packages and not the distribution, which is on no index: whoever registers that
    name there could run code here.
    """
    from importlib.metadata import PackageNotFoundError, requires

    try:
        lines = requires("reliability-as-code") or []
    except PackageNotFoundError:
        lines = []
    wanted = [
        line.partition(";")[0].strip()
        for line in lines
        if f"extra == '{extra}'" in (line.replace('"', "'"))
    ]
    packages = " ".join(f"'{package}'" for package in wanted)
    return f"pip install {packages}" if packages else f"pip install '.[{extra}]'"


class ClockError(ReliabilityError):
    """The clock or the date of this run is not that of the server; nothing may be written."""


class SourceError(ReliabilityError):
    """A history source is unreachable, or its data cannot be used."""


class ProviderError(ReliabilityError):
    """A target is unreachable, or refuses a request."""


class ForgeError(ReliabilityError):
    """A forge, the host of comments and issues, is unreachable or refuses a request."""


class DemoError(ReliabilityError):
    """The demo has no folder to write to, or a program that it runs is missing."""


class UnsafePlanError(ReliabilityError):
    """A plan changes more than its limits allow."""

    exit_code: ClassVar[int] = 1


def reason_of(error: OSError) -> str:
    """Return the system's reason in lower case; without one, the name of the error."""
    return (error.strerror or type(error).__name__).lower()
