"""Targets of files in the repository; each folder has a file of somebody else, too."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reliability.resolve.code_owners import marked_lines
from tests.soak.server import SoakServer, TargetFolder

MINE = {"kustomization.yaml": b"resources: []\n", ".hidden": b"x"}
OTHERS = b"* @acme/everybody\n"


@contextmanager
def kubernetes(root: Path) -> Iterator[SoakServer]:
    """A folder of manifests; its objects are files."""
    yield _folder(root / "manifests", "kubernetes")


@contextmanager
def backstage(root: Path) -> Iterator[SoakServer]:
    """A folder of entities; its objects are files."""
    yield _folder(root / "backstage", "backstage")


@contextmanager
def codeowners(root: Path) -> Iterator[SoakServer]:
    """A CODEOWNERS file; its objects are the generated lines."""
    folder = TargetFolder(root / ".github", {"CODEOWNERS": OTHERS})
    folder.create()

    def lines() -> list[str]:
        return (folder.path / "CODEOWNERS").read_text().splitlines()

    def generated() -> range:
        found = marked_lines("\n".join(lines()))
        assert found is not None
        return found

    yield SoakServer(
        answer=None,
        entry=lambda _url: {"provider": "codeowners"},
        state=folder.files,
        foreign=lambda: lines()[: generated().start][:1],
        save=folder.files,
        restore=folder.restore,
        count=lambda: max(0, len(generated()) - 3),
    )


def _folder(path: Path, provider: str) -> SoakServer:
    folder = TargetFolder(path, MINE)
    folder.create()
    return SoakServer(
        answer=None,
        entry=lambda _url: {"provider": provider},
        state=folder.files,
        foreign=folder.others,
        save=folder.files,
        restore=folder.restore,
        count=lambda: len(folder.files()) - len(MINE),
    )
