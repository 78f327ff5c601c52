"""Opens the providers of files in the repository, which contact no server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from reliability.errors import ProviderError
from reliability.model.targets import (
    BackstageTarget,
    CodeOwnersTarget,
    FilesTarget,
    KubernetesTarget,
)
from reliability.plan.sync import Provider
from reliability.providers.access import ProviderAccess
from reliability.real_path import real_path
from reliability.writing import repository_of

if TYPE_CHECKING:
    from reliability.providers.disk import Disk
    from reliability.providers.shelf import FolderPlace


def open_files(target: FilesTarget, access: ProviderAccess) -> Provider:
    """Open the provider of a folder in the repository.

    Raises:
        ProviderError: a symbolic link leads out of the repository.
    """
    from reliability.providers.files import output_places

    folder = _inner_folder(target.name, target.folder, access)
    return _files_provider(target.name, output_places(folder, target.writes), access)


def open_kubernetes(target: KubernetesTarget, access: ProviderAccess) -> Provider:
    """Open the provider of a folder of Kubernetes manifests in the repository.

    Raises:
        ProviderError: a symbolic link leads out of the repository.
    """
    from reliability.providers.kubernetes.places import manifest_places

    folder = _inner_folder(target.name, target.folder, access)
    return _files_provider(target.name, manifest_places(folder), access)


def open_backstage(target: BackstageTarget, access: ProviderAccess) -> Provider:
    """Open the provider of a folder of Backstage entities in the repository.

    Raises:
        ProviderError: a symbolic link leads out of the repository.
    """
    from reliability.providers.backstage import entity_places

    folder = _inner_folder(target.name, target.folder, access)
    return _files_provider(target.name, entity_places(folder), access)


def open_codeowners(target: CodeOwnersTarget, access: ProviderAccess) -> Provider:
    """Open the provider of the CODEOWNERS file of the repository."""
    from reliability.providers.codeowners import CodeOwnersProvider

    return CodeOwnersProvider(
        target=target.name,
        root=access.root,
        disk=_repository_disk(access),
        path=PurePosixPath(target.path) if target.path else None,
        owner=access.owner,
    )


def _inner_folder(target: str, folder: str, access: ProviderAccess) -> Path:
    """Return a folder of the repository.

    Raises:
        ProviderError: a symbolic link leads out of the repository.
    """
    path = access.root / folder
    if not real_path(path).is_relative_to(real_path(access.root)):
        raise ProviderError(f"{target}: {folder} leads out of the repository")
    return path


def _files_provider(
    target: str, places: Mapping[str, FolderPlace], access: ProviderAccess
) -> Provider:
    from reliability.providers.files import FilesProvider

    disk = _repository_disk(access)
    return FilesProvider(target=target, places=places, disk=disk, owner=access.owner)


def _repository_disk(access: ProviderAccess) -> Disk:
    """Return the access to files of the repository, which Git keeps: none is flushed."""
    from reliability.providers.disk import Disk

    return Disk(writable=access.writable, durable=False, top=repository_of(access.root))
