"""The exceptions a command can end with; each knows its exit code.

::

    ReliabilityError                2  cannot run as asked
    ├── RootNotFoundError           2  no repository here
    ├── RevisionError               2  a Git revision that cannot be read
    ├── EvidenceError               2  the result of a backtest that cannot be read
    ├── SettingsError               2  an environment variable or a secret that is not there
    ├── ProcessLostError            2  a process that shared the work was ended
    ├── MissingExtraError           2  a command that needs an optional dependency
    ├── SourceError                 2  a history source that does not answer as it should
    ├── ProviderError               2  a target that cannot be reached or refuses us
    ├── ForgeError                  2  a forge that cannot be reached or refuses us
    ├── DemoError                   2  a demo that has no room or lacks a program
    └── UnsafePlanError             1  a plan over its limits
"""

from __future__ import annotations

from typing import ClassVar


class ReliabilityError(Exception):
    """What a person can act on; `cli/main.py` prints it and ends with `exit_code`."""

    exit_code: ClassVar[int] = 2

    @property
    def message(self) -> str:
        """The text; if it is a `Message`, it keeps its template, which `str()` does not."""
        return self.args[0] if self.args else ""


class RootNotFoundError(ReliabilityError):
    """No folder here or above holds `services/`."""


class RevisionError(ReliabilityError):
    """A Git revision is missing, or this folder is not in a Git repository."""


class EvidenceError(ReliabilityError):
    """A file of evidence is missing, is not a result of a backtest, or of another version."""


class SettingsError(ReliabilityError):
    """A setting or a secret that is referred to is not set."""


class ProcessLostError(ReliabilityError):
    """A process that shared the work was ended from outside."""


class MissingExtraError(ReliabilityError):
    """An optional dependency is not installed."""

    def __init__(self, command: str, extra: str) -> None:
        super().__init__(f"`{command}` needs the extra {extra!r}; run `{install_command(extra)}`")


def install_command(extra: str) -> str:
    """What installs the packages of an extra.

    It names them and not the distribution, which is on no index: whoever registers that name there
    would run code here.
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


class SourceError(ReliabilityError):
    """A history source is unreachable, or answers what cannot be used."""


class ProviderError(ReliabilityError):
    """A target is unreachable, or refuses what we ask."""


class ForgeError(ReliabilityError):
    """A forge, the host of comments and issues, is unreachable or refuses a request."""


class DemoError(ReliabilityError):
    """The demo has no folder to write, or a program that it shows is missing."""


class UnsafePlanError(ReliabilityError):
    """A plan changes more than its limits allow."""

    exit_code: ClassVar[int] = 1
