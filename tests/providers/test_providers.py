"""The list of providers, and which compiled outputs each target takes."""

import re
from contextlib import ExitStack
from pathlib import Path
from typing import get_args

import pytest

import reliability.providers
from reliability.errors import ProviderError, SettingsError
from reliability.model.targets import (
    AlertmanagerTarget,
    FilesTarget,
    PrometheusTarget,
    TargetSettings,
)
from reliability.providers import EXPERIMENTAL, PROVIDERS, open_provider, wanted_by
from reliability.providers.access import ProviderAccess
from reliability.resource import Resource, ResourceId
from reliability.settings import Settings
from tests.project.repository import ROOT

COMPILED = [
    Resource(ResourceId("prometheus", "rules", "search"), {}),
    Resource(ResourceId("prometheus-operator", "manifest", "search"), {}),
    Resource(ResourceId("alertmanager", "config", "alertmanager"), {}),
]


def access(root: Path, closing: ExitStack, **environment: str) -> ProviderAccess:
    secret = Settings(environment).secret
    return ProviderAccess(
        root=root,
        allowed_hosts=("127.0.0.1",),
        secret=secret,
        tell=lambda _: None,
        writable=False,
        closing=closing,
    )


def all_settings(settings: type[TargetSettings]) -> list[type[TargetSettings]]:
    inner = [each for kind in settings.__subclasses__() for each in all_settings(kind)]
    return [settings, *inner]


def test_every_provider_that_targets_may_name_can_be_opened() -> None:
    named = {
        name
        for settings in all_settings(TargetSettings)
        if "provider" in settings.model_fields
        for name in get_args(settings.model_fields["provider"].annotation)
    }
    assert named == set(PROVIDERS)


def test_every_provider_has_a_module_or_a_package_of_its_name() -> None:
    folder = Path(reliability.providers.__file__).parent
    named = {path.stem for path in folder.rglob("*") if path.suffix in ("", ".py")}
    assert {name.replace("-", "_") for name in PROVIDERS} <= named


def test_the_guide_names_the_level_of_every_provider() -> None:
    guide = (ROOT / "docs/guides/sync.md").read_text()
    table = re.findall(r"^\| \[?`([a-z-]+)`\S* \| (stable|experimental) \|", guide, re.MULTILINE)
    levels = {name: "experimental" if name in EXPERIMENTAL else "stable" for name in PROVIDERS}
    assert dict(table) == levels


def test_a_target_takes_its_outputs_under_its_own_name() -> None:
    files = FilesTarget(name="out", provider="files", writes=("prometheus-operator",))
    assert [each.id for each in wanted_by(files, COMPILED)] == [
        ResourceId("out", "manifest", "search")
    ]
    prometheus = PrometheusTarget(name="p", provider="prometheus", url="http://x", folder="f")
    assert [each.id.kind for each in wanted_by(prometheus, COMPILED)] == ["rules"]
    alertmanager = AlertmanagerTarget(name="a", provider="alertmanager", url="http://x", file="f")
    assert [each.id.kind for each in wanted_by(alertmanager, COMPILED)] == ["config"]


def test_a_credential_that_is_not_set_is_told_before_any_call(tmp_path: Path) -> None:
    target = PrometheusTarget(
        name="p",
        provider="prometheus",
        url="http://127.0.0.1:1",
        folder="f",
        authorization="env:PROMETHEUS_AUTHORIZATION",
    )
    with ExitStack() as closing:
        with pytest.raises(SettingsError, match="PROMETHEUS_AUTHORIZATION is not set"):
            open_provider(target, access(tmp_path, closing))
        secret = access(tmp_path, closing, PROMETHEUS_AUTHORIZATION="Bearer x")
        assert open_provider(target, secret).target == "p"


def test_a_host_that_is_not_allowed_is_told_before_any_call(tmp_path: Path) -> None:
    target = AlertmanagerTarget(name="a", provider="alertmanager", url="http://x.test", file="f")
    with (
        ExitStack() as closing,
        pytest.raises(ProviderError, match=r"host x\.test is not allowed; add it to"),
    ):
        open_provider(target, access(tmp_path, closing))
