"""GitHub's emulator, for the comment of a pull request with rule files."""

from tests.forge.conftest import behind_proxy, github, proxy

__all__ = ["behind_proxy", "github", "proxy"]
