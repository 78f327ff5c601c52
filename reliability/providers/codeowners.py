"""Provider of the generated lines of CODEOWNERS, in the file that the code host reads.

The lines are between two marks. In a file without marks they go to the end, since the last line
that matches a path decides (GitHub, "About code owners"), and above the first section of GitLab.
All other lines stay as they are.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from reliability.compile.code_owners import IDENTITY, lines_body
from reliability.errors import ProviderError
from reliability.load.code_owners import CODE_OWNERS, LARGEST, read_code_owners
from reliability.plan.change import Change, Claim, Create, Delete, Reload, Update
from reliability.plan.held import DriftedResource, Foreign, Held, Intact, MarkedObject, Owner
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome
from reliability.providers.disk import Disk, reason
from reliability.providers.mark import MARK, owner_in, owner_text
from reliability.resolve.code_owners import marked_lines, with_owner_lines, without_owner_lines
from reliability.resource import Resource, ResourceId

NO_PAIR: Final = "expected one begin mark and one end mark after it; remove the others"


@dataclass(slots=True, kw_only=True)
class CodeOwnersProvider:
    """A `Provider` of one object: the generated lines. `path` is that of the file, if declared."""

    target: str
    root: Path
    disk: Disk
    path: PurePosixPath | None = None
    owner: Owner | None = None
    seen: tuple[Path, bytes] | None = field(init=False, default=None)

    @property
    def identity(self) -> ResourceId:
        """Id of the only object."""
        return ResourceId(self.target, IDENTITY.kind, IDENTITY.name)

    def read(self) -> Held:
        """Return the generated lines, if the file has any.

        Raises:
            ProviderError: there is a file that cannot be read.
        """
        path, content = self._read()
        self.seen = (path, content)
        text = _text(content)
        lines = text.splitlines()
        numbers = marked_lines(text)
        if numbers is None:
            where = path.relative_to(self.root)
            return Held(foreign=(Foreign(self.identity, f"{where}: {NO_PAIR}"),))
        if not numbers:
            return Held()
        return Held(kept=(self._kept(lines[numbers.start + 1 : numbers.stop - 1]),))

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Replace the generated lines."""
        for change in changes:
            try:
                self._apply(change)
            except (OSError, ProviderError) as error:
                yield ChangeFailed(change, reason(error))
            else:
                yield ChangeApplied(change)

    def _apply(self, change: Change) -> None:
        if self.seen is None:
            raise ProviderError("the file was not read")
        path, before = self.seen
        text = _text(before)
        match change:
            case Create(after) | Update(_, after) | Claim(after):
                content = with_owner_lines(text, self._written(after))
            case Delete():
                content = without_owner_lines(text)
            case Reload():
                raise ProviderError("a file cannot be reloaded")
        if content is None:
            raise ProviderError(f"{path}: {NO_PAIR}")

        self.disk.make_folder(path.parent)
        with self.disk.locked(path.parent):
            if self._read() != self.seen:
                raise ProviderError(f"{path} was changed since the plan was made; plan again")
            self._write(path, content.encode("utf-8", "surrogateescape"))

    def _write(self, path: Path, content: bytes) -> None:
        if len(content) > LARGEST:
            raise ProviderError(
                f"{path} would have {len(content):,} bytes, and the code host ignores a file of "
                f"more than {LARGEST:,}"
            )
        if content:
            self.disk.stage(path, content)
            self.disk.put(path)
        else:
            self.disk.remove(path)
        self.seen = (path, content)

    def _read(self) -> tuple[Path, bytes]:
        """Return the file that the code host reads, or the one to create, and its content.

        Raises:
            ProviderError: it cannot be read, or is another one than the declared file.
        """
        file = read_code_owners(self.root)
        if file is not None and self.path not in (None, file[0]):
            raise ProviderError(
                f"{file[0]} exists, and is read instead of {self.path}: move it there, or change "
                f"`path` of the target {self.target}"
            )
        path = self.root / (file[0] if file else self.path or CODE_OWNERS[0])
        if file is None and os.path.lexists(path):
            raise ProviderError(
                f"{path}: not a regular file of at most {LARGEST:,} bytes, so it is left unchanged"
            )
        return path, file[1] if file else b""

    def _written(self, resource: Resource) -> list[str]:
        """Return the lines of a resource, with its mark as the first one."""
        lines = _lines(resource)
        by = owner_text(self.owner)
        identity = f"{IDENTITY.kind} {IDENTITY.name}"
        digests = f"sha256={resource.digest} text={_digest(lines)}"
        return [f"# reliability {identity} {digests}{by}", *lines]

    def _kept(self, lines: list[str]) -> MarkedObject:
        """Classify the lines between the marks; `build --code-owners` writes none with digests."""
        mark = MARK.fullmatch(f"{lines[0]}\n".encode()) if lines else None
        patterns = [line for line in lines if line.strip() and not line.startswith("#")]
        resource = Resource(self.identity, lines_body(patterns))
        if mark is None:
            return Intact(resource, resource.digest)
        written, owner = mark["body"].decode(), owner_in(mark)
        if _digest(lines[1:]) == mark["text"].decode():
            return Intact(resource, written, owner)
        return DriftedResource(resource, written, owner)


def _lines(resource: Resource) -> list[str]:
    body: Mapping[str, Any] = resource.body
    return [" ".join((line["name"], *line["owners"])) for line in body["lines"]]


def _digest(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
