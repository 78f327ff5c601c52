"""Template files beside a configuration: what a folder holds, and when one is removed."""

from pathlib import Path

import pytest

from reliability.compile.alertmanager.templates import KEY, name_of
from reliability.plan.held import DriftedResource, Intact
from reliability.providers.disk import Disk
from reliability.providers.mark import marked_text
from reliability.providers.shelf import FilePlace, TargetFiles
from reliability.providers.template_files import remove_unnamed, write_template
from tests.providers.worlds import TARGET, config

DISK = Disk(writable=True, durable=False)
CONFIG = config()
TEXT = str(CONFIG.body[KEY])
NAME = name_of(TEXT)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "alertmanager.yml"
    file.write_bytes(marked_text(CONFIG))
    file.chmod(0o640)
    assert list(write_template(CONFIG, file, DISK)) == [(tmp_path / NAME, True)]
    return file


def test_it_is_written_once_with_the_permissions_of_the_configuration(file: Path) -> None:
    template = file.with_name(NAME)
    assert (template.read_text(), oct(template.stat().st_mode & 0o777)) == (TEXT, "0o640")
    assert list(write_template(CONFIG, file, DISK)) == [(template, False)]
    assert "\ntemplate:" not in file.read_text()


@pytest.mark.parametrize(
    ("stored", "kind"), [(TEXT, Intact), (f"{TEXT}x", DriftedResource), (None, DriftedResource)]
)
def test_a_configuration_without_the_template_file_that_it_names_has_drifted(
    file: Path, stored: str | None, kind: type
) -> None:
    template = file.with_name(NAME)
    template.unlink()
    if stored is not None:
        template.write_text(stored)
    [held] = TargetFiles(TARGET, {"config": FilePlace("alertmanager", file)}).read()
    assert isinstance(held, Intact | DriftedResource)
    assert isinstance(held, kind)
    assert held.resource.body.get(KEY) == stored
    assert {**held.resource.body, KEY: TEXT} == CONFIG.body


OLD = "reliability-0123456789ab.tmpl"


@pytest.mark.parametrize(
    ("other", "is_kept"),
    [
        ("eu.yml", True),
        ("eu.yaml", True),
        (".alertmanager.yml.reliability-former", True),
        ("notes.txt", False),
        (None, False),
    ],
)
def test_one_that_no_configuration_names_is_removed(
    file: Path, other: str | None, is_kept: bool
) -> None:
    old = file.with_name(OLD)
    old.write_text("old")
    file.with_name("reliability-mine.tmpl").write_text("mine")
    if other:
        file.with_name(other).write_text(f"templates: [{OLD}]\n")
    assert list(remove_unnamed(file.parent, DISK)) == ([] if is_kept else [old])
    assert old.exists() == is_kept
    assert file.with_name(NAME).exists()
    assert file.with_name("reliability-mine.tmpl").exists()
