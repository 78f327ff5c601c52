"""The forges of `tests/forge`, for issues that are kept on them."""

from tests.forge.conftest import behind_proxy, github, proxy, world

__all__ = ["behind_proxy", "github", "proxy", "world"]
