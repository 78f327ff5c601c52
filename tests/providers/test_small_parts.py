"""Small parts of providers: amtool's words, owners, last changes, and where alerts are read."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from reliability.errors import ProviderError, ReliabilityError
from reliability.model.targets import SyncTargetsSpec
from reliability.plan.held import DriftedResource, Held, Intact, Owner
from reliability.providers.amtool import amtool_refusal, found_amtool
from reliability.providers.last_change import LastChange, with_last_changes
from reliability.providers.owner import new_owner_id, owner_of
from reliability.providers.past import open_past
from reliability.resource import ResourceId
from tests.check.repository import loaded
from tests.plan.resources import resource

# --- amtool


def program(folder: Path, text: str, mode: int = 0o755) -> str:
    file = folder / "amtool"
    file.write_text(text)
    file.chmod(mode)
    return str(file)


SHOWN = """#!/bin/sh
case "$1" in
--version) echo "amtool, version 0.28.1 (branch: HEAD)"; exit 0;;
esac
test "$1" = check-config || exit 9
stat -c %a "$(dirname "$2")" > MODE
cp "$2" COPY
"""


@pytest.mark.parametrize(
    ("printed", "code", "reason"),
    [
        ("printf 'fine'", 0, None),
        (
            "printf 'Checking x\\n  FAILED: undefined receiver\\n\\namtool: error: 1'",
            1,
            "amtool 0.28.1 refuses the merged configuration: undefined receiver",
        ),
        (
            "printf '  FAILED: yaml: unmarshal errors:\\n  line 5: a\\n  line 6: b\\namtool: x'",
            1,
            "amtool 0.28.1 refuses the merged configuration: a b",
        ),
        (
            "printf '  FAILED: to the end'",
            1,
            "amtool 0.28.1 refuses the merged configuration: to the end",
        ),
        (
            "printf 'first\\nsecond\\n' >&2",
            2,
            "amtool 0.28.1 refuses the merged configuration: first",
        ),
        ("true", 3, "amtool 0.28.1 refuses the merged configuration: "),
    ],
)
def test_what_amtool_refuses(tmp_path: Path, printed: str, code: int, reason: str | None) -> None:
    mode, copy = tmp_path / "mode", tmp_path / "copy"
    text = SHOWN.replace("MODE", str(mode)).replace("COPY", str(copy))
    amtool = program(tmp_path, f"{text}{printed}\nexit {code}\n")
    assert amtool_refusal(amtool, "route: {receiver: ä}\n") == reason
    # Only this user can read the configuration, which may have secrets in it.
    assert (mode.read_text(), copy.read_text()) == ("700\n", "route: {receiver: ä}\n")


def test_an_amtool_without_a_version(tmp_path: Path) -> None:
    amtool = program(tmp_path, "#!/bin/sh\necho '  FAILED: no'; exit 1\n")
    assert amtool_refusal(amtool, "") == "amtool refuses the merged configuration: no"


def test_an_amtool_that_cannot_be_started(tmp_path: Path) -> None:
    amtool = program(tmp_path, "#!/missing\n")
    with pytest.raises(ProviderError) as raised:
        amtool_refusal(amtool, "")
    assert str(raised.value) == f"{amtool} cannot be started: No such file or directory"


def test_amtool_is_looked_up_by_its_name(tmp_path: Path) -> None:
    assert found_amtool(None, str(tmp_path)) is None
    amtool = program(tmp_path, "#!/bin/sh\n", mode=0o644)
    assert found_amtool(None, str(tmp_path)) is None
    Path(amtool).chmod(0o755)
    assert found_amtool(None, str(tmp_path)) == amtool
    assert found_amtool("off", str(tmp_path)) is None
    assert found_amtool(amtool, "") == amtool
    assert found_amtool("amtool", str(tmp_path)) == amtool
    with pytest.raises(ProviderError) as raised:
        found_amtool("other", str(tmp_path))
    assert str(raised.value) == "other is not there; pass --amtool PROGRAM, or --amtool off"


# --- owners


def spec(**owner: str) -> SyncTargetsSpec:
    more = {"owner": owner} if owner else {}
    return SyncTargetsSpec.model_validate(
        {"targets": [{"name": "files", "provider": "files"}], **more}
    )


def test_the_owner_of_what_is_written(tmp_path: Path) -> None:
    identity = "0123456789abcdef"
    assert owner_of(tmp_path, spec()) is None
    assert owner_of(tmp_path, spec(id=identity)) == Owner(identity, "")
    named = spec(id=identity, repository="Git.Example/Us/SLOs")
    assert owner_of(tmp_path, named) == Owner(identity, "git.example/us/slos")
    assert len({new_owner_id() for _ in range(9)}) == 9
    assert len(new_owner_id()) == 16


# --- last changes

AT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
A, B, C = (resource(name) for name in "abc")
HELD = Held(
    kept=(
        DriftedResource(A, "x"),
        Intact(B, B.digest),
        DriftedResource(C, "x", by="before"),
    )
)


def test_last_changes_are_those_of_drifted_objects() -> None:
    asked: list[Collection[ResourceId]] = []

    def changes(ids: Collection[ResourceId]) -> list[tuple[ResourceId, LastChange]]:
        asked.append(ids)
        return [(A.id, LastChange(AT, "ann")), (B.id, LastChange(AT, "bob"))]

    said: list[str] = []
    found = with_last_changes(HELD, changes, said.append)
    assert found.kept == (
        DriftedResource(A, "x", by="ann, 2026-11-26 09:30 UTC"), *HELD.kept[1:]
    )  # fmt: skip
    assert (asked, said) == ([[A.id, C.id]], [])
    assert str(LastChange(AT, "")) == "unknown, 2026-11-26 09:30 UTC"
    settled = Held(kept=HELD.kept[1:2])
    assert with_last_changes(settled, changes, said.append) is settled
    assert len(asked) == 1


def test_drift_is_shown_without_an_audit_log_too() -> None:
    def failing(_ids: Collection[ResourceId]) -> list[tuple[ResourceId, LastChange]]:
        raise ProviderError("dd: 403")

    said: list[str] = []
    assert with_last_changes(HELD, failing, said.append) == HELD
    assert said == ["drift is shown without who made it: dd: 403"]


# --- where alerts of the past are read

PROMETHEUS = {"provider": "prometheus", "folder": "/rules", "url": "http://p.example:9090/"}
ALERTMANAGER = {"provider": "alertmanager", "file": "am.yml", "url": "http://am.example"}
SOURCE = {"source": {"prometheus": {"url": "http://h.example"}}}


def documents(*targets: dict[str, str], history: bool = False) -> dict[str, str]:
    spec = {
        "owner": {"id": "0123456789abcdef"},
        "allowedHosts": ["p.example", "am.example"],
        "targets": [{"name": f"t{number}", **item} for number, item in enumerate(targets)],
    }
    files = {}
    if targets:
        files["policies/targets.yaml"] = document("SyncTargets", "targets", spec)
    if history:
        files["policies/history.yaml"] = document(
            "HistorySources",
            "history",
            {"source": {"type": "prometheus", "url": "http://h.example", "authorization": "env:H"}},
        )
    return files


def document(kind: str, name: str, spec: object) -> str:
    return yaml.safe_dump(
        {"apiVersion": "reliability/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}
    )


@pytest.mark.parametrize(
    ("files", "options", "expected"),
    [
        ({}, {}, None),
        ({}, {"prometheus": "http://x.example/p/"}, ("http://x.example/p", True)),
        ({}, {"alertmanager": "http://x.example"}, ("http://x.example", False)),
        (
            documents(PROMETHEUS),
            {"prometheus": "http://x.example", "alertmanager": "http://y.example"},
            ("http://x.example", True),
        ),
        (documents(ALERTMANAGER, PROMETHEUS), {}, ("http://p.example:9090", True)),
        (documents(ALERTMANAGER), {}, ("http://am.example", False)),
        (documents({"provider": "files"}), {}, None),
        (documents(PROMETHEUS, history=True), {}, ("http://h.example", True)),
    ],
)
def test_the_server_that_reports_alerts(
    files: dict[str, str], options: dict[str, str], expected: tuple[str, bool] | None
) -> None:
    catalog, findings = loaded(files)
    assert not findings
    secrets: list[str] = []

    def secret(reference: str) -> str:
        secrets.append(reference)
        return "Bearer x"

    with open_past(catalog, secret, **options) as past:
        if expected is None:
            assert past is None
        else:
            assert past is not None
            assert (past.server.url, past.is_prometheus) == expected
    assert secrets == (["env:H"] if "policies/history.yaml" in files else [])


@pytest.mark.parametrize("option", ["prometheus", "alertmanager"])
def test_an_address_that_is_not_valid_names_its_option(option: str) -> None:
    catalog, _ = loaded({})
    opened: Callable[..., object] = open_past
    with (
        pytest.raises(ReliabilityError, match=f"^--{option}: "),
        opened(catalog, str, **{option: "ftp://x"}),  # type: ignore[attr-defined]
    ):
        pytest.fail("it was opened")


def test_a_host_that_is_not_allowed_is_refused() -> None:
    files = documents({**PROMETHEUS, "url": "http://other.example"})
    catalog, _ = loaded(files)
    with (
        pytest.raises(ProviderError, match=r"t0: host other\.example is not allowed"),
        open_past(catalog, str),
    ):
        pytest.fail("it was opened")
