"""What an import adds to a folder that is no repository yet."""

from pathlib import Path, PurePosixPath

import pytest

from reliability.cli.import_.run import starting, with_services_folder
from reliability.onboarding.shipped import shipped_repository
from reliability.onboarding.starting import starting_policies

KEEP = "services/.gitkeep"


@pytest.mark.parametrize(
    ("there", "files", "expected"),
    [
        ((), (), (KEEP,)),
        ((), ("policies/a.yaml",), ("policies/a.yaml", KEEP)),
        ((), ("policies/services/a.yaml",), ("policies/services/a.yaml", KEEP)),
        ((), ("services/a.yaml",), ("services/a.yaml",)),
        ((), ("policies/a.yaml", "services/a.yaml"), ("policies/a.yaml", "services/a.yaml")),
        (("services",), (), ()),
        (("services",), ("policies/a.yaml",), ("policies/a.yaml",)),
        (("policies",), ("policies/a.yaml",), ("policies/a.yaml", KEEP)),
    ],
)
def test_a_repository_has_a_folder_of_services(
    tmp_path: Path, there: tuple[str, ...], files: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    for name in there:
        (tmp_path / name).mkdir()
    wanted = with_services_folder(tmp_path, {PurePosixPath(name): "text" for name in files})
    assert {str(path): text for path, text in wanted.items()} == {
        name: "" if name == KEEP else "text" for name in expected
    }


def test_policies_are_only_for_a_repository_without_any(tmp_path: Path) -> None:
    shipped = shipped_repository()
    assert starting(tmp_path) == starting_policies(shipped, label_set="plain")
    assert starting(tmp_path, "prefixed") == starting_policies(shipped, label_set="prefixed")
    assert starting(tmp_path) != starting(tmp_path, "prefixed")
    (tmp_path / "policies").mkdir()
    assert starting(tmp_path) == {}
