"""Settings and secrets from environment variables; no other module reads the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reliability.errors import SettingsError

PLUGINS_SWITCH: Final = "PYDANTIC_DISABLE_PLUGINS"


def without_plugins() -> None:
    """Keep pydantic from loading plugins, which it does when the first model is defined.

    A plugin is any installed package with an entry point `pydantic`; one that raises would end a
    command that never needed it. A value that the user has set is kept.
    https://docs.pydantic.dev/latest/concepts/plugins/
    """
    os.environ.setdefault(PLUGINS_SWITCH, "__all__")


@dataclass(frozen=True, slots=True)
class Settings:
    """The environment as a value, so that tests can pass another one."""

    environment: Mapping[str, str]

    @classmethod
    def from_process(cls) -> Settings:
        """Return the environment of this process."""
        return cls(dict(os.environ))

    @property
    def color_is_off(self) -> bool:
        """Whether NO_COLOR is set to anything (https://no-color.org) or the terminal is dumb."""
        return bool(self.environment.get("NO_COLOR")) or self.environment.get("TERM") == "dumb"

    @property
    def in_continuous_integration(self) -> bool:
        """Whether CI is set, as by GitHub Actions and other CI systems."""
        return self.environment.get("CI", "").lower() in ("1", "true")

    @property
    def servers_folder(self) -> Path | None:
        """The folder with the servers of `demo --live` (RELIABILITY_SERVERS), if it is set."""
        named = self.environment.get("RELIABILITY_SERVERS")
        return Path(named) if named else None

    @property
    def cache_folder(self) -> Path | None:
        """The folder for what can be fetched again; None if there is no home folder.

        https://specifications.freedesktop.org/basedir-spec/latest/
        """
        named = self.environment.get("XDG_CACHE_HOME")
        if named and Path(named).is_absolute():
            return Path(named) / "reliability-as-code"
        home = self.environment.get("HOME")
        return Path(home) / ".cache" / "reliability-as-code" if home else None

    @property
    def search_path(self) -> str:
        """The PATH on which programs are searched."""
        return self.environment.get("PATH", "")

    @property
    def github_api_url(self) -> str:
        """The URL of GitHub's API; Actions runners set it, and GitHub Enterprise has its own."""
        return self.environment.get("GITHUB_API_URL") or "https://api.github.com"

    @property
    def github_repository(self) -> str:
        """The repository as `owner/name`, which an Actions runner sets.

        Raises:
            SettingsError: GITHUB_REPOSITORY is not set, or is not such a pair.
        """
        name = self.environment.get("GITHUB_REPOSITORY", "")
        if re.fullmatch(r"[\w.-]+/[\w.-]+", name) is None:
            raise SettingsError(
                f"GITHUB_REPOSITORY is {name!r}, and a repository is named `owner/name`"
            )

        return name

    @property
    def github_token(self) -> str:
        """The token in GITHUB_TOKEN; it must not be printed.

        Raises:
            SettingsError: it is not set.
        """
        return self.secret("env:GITHUB_TOKEN")

    @property
    def github_event(self) -> Path | None:
        """The file with the event that triggered the workflow; None outside of a runner."""
        named = self.environment.get("GITHUB_EVENT_PATH")
        return Path(named) if named else None

    @property
    def github_run_url(self) -> str:
        """The URL of this job's workflow run; empty outside of a runner.

        https://docs.github.com/actions/reference/workflows-and-actions/variables
        """
        names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
        server, repository, run = (self.environment.get(name, "") for name in names)
        known = server and repository and run.isdecimal()
        return f"{server}/{repository}/actions/runs/{run}" if known else ""

    @property
    def former_authors(self) -> frozenset[str]:
        """The accounts in RELIABILITY_FORMER_AUTHORS (commas), which wrote earlier comments."""
        named = self.environment.get("RELIABILITY_FORMER_AUTHORS", "").split(",")
        return frozenset(name.strip().removeprefix("@") for name in named if name.strip())

    @property
    def job_summary(self) -> Path | None:
        """The file to which a job appends its summary; None outside of a runner."""
        named = self.environment.get("GITHUB_STEP_SUMMARY")
        return Path(named) if named else None

    def secret(self, reference: str) -> str:
        """Return the value that `env:NAME` or `file:PATH` refers to.

        Raises:
            SettingsError: the variable is not set, or the file cannot be read.
        """
        scheme, _, rest = reference.partition(":")
        if scheme == "env":
            if not self.environment.get(rest):
                raise SettingsError(
                    f"the environment variable {rest} is not set; {reference} needs it"
                )
            return self.environment[rest]

        try:
            return Path(rest).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"{reference} cannot be read: {error.strerror}") from error
