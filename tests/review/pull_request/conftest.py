"""GitHub's emulator, for reviews that are written there."""

from tests.forge.conftest import behind_proxy, github, proxy

__all__ = ["behind_proxy", "github", "proxy"]
