"""Which services have a state, and when `services/` is not as usual."""

import os
from pathlib import Path

import pytest

from reliability.load.folder_states import UNKNOWN, FolderStates, state_of
from reliability.load.listing import DEEPEST


def states(root: Path, *files: str) -> tuple[list[str], bool]:
    """Write files, and return the services that have a state, and whether all is as usual."""
    for name in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("a: 1\n", encoding="utf-8")
    result = FolderStates.of(root)
    return sorted(result.services), result.is_usual


@pytest.mark.parametrize(
    ("files", "services", "is_usual"),
    [
        (["services/shop/slo.yaml", "services/cart/a/b/slo.json"], ["cart", "shop"], True),
        (["services/shop/slo.yml", "services/cart/notes.md"], ["shop"], True),
        (["services/shop/slo.yaml", "services/README.md"], ["shop"], True),
        (["services/shop/slo.yaml", "services/other.yaml"], ["shop"], False),
        (["services/shop/slo.yaml", "services/cart.yaml/slo.yaml"], ["shop"], False),
        (["services/shop/slo.yaml", "services/.hidden/slo.yaml"], ["shop"], True),
        (["services/shop/.hidden/slo.yaml"], [], True),
        ([f"services/shop/{'d/' * DEEPEST}slo.yaml"], ["shop"], True),
        ([f"services/shop/{'d/' * (DEEPEST + 1)}slo.yaml"], [], True),
    ],
)
def test_services_with_documents_have_a_state(
    tmp_path: Path, files: list[str], services: list[str], is_usual: bool
) -> None:
    assert states(tmp_path, *files) == (services, is_usual)


def test_a_link_is_not_as_usual_and_not_followed(tmp_path: Path) -> None:
    states(tmp_path, "services/shop/slo.yaml", "other/slo.yaml")
    (tmp_path / "services" / "cart").symlink_to(tmp_path / "other")
    assert states(tmp_path) == (["shop"], False)


def test_files_that_were_just_written_have_no_state(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n", encoding="utf-8")
    assert state_of([str(tmp_path / "a.yaml")]) == UNKNOWN
    # A time of content that was set back hides nothing: the time of the state cannot be set.
    os.utime(tmp_path / "a.yaml", (0, 0))
    assert state_of([str(tmp_path / "a.yaml")]) == UNKNOWN
    absent = state_of([str(tmp_path / "b.yaml")])
    assert len(absent) == 16
    assert absent == state_of([str(tmp_path / "b.yaml")])
    assert absent != state_of([str(tmp_path / "c.yaml")])
    assert absent != state_of([])
