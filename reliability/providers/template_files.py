"""Template files beside Alertmanager's configuration: written before it, removed after it.

Its body in a plan has the text at the key `template`; see `compile/alertmanager/templates.py`. The
name of a file has a digest of its content, so the mark of the configuration covers it, too.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

from reliability.compile.alertmanager.templates import KEY, NAME, name_of
from reliability.plan.held import DriftedResource, Foreign, MarkedObject, Unreadable
from reliability.providers.disk import FORMER, Disk
from reliability.resource import Json, Resource

CONFIGURATIONS: Final = (".yml", ".yaml", FORMER)
"""Suffixes of files that may name a template file; a server may still run a former file."""


def template_files(
    body: Mapping[str, Json], others: Mapping[str, Json] | None = None
) -> dict[str, Any]:
    """Return the template file of a configuration by its name, after `others` that are not ours."""
    text = body.get(KEY)
    kept = {name: file for name, file in (others or {}).items() if not NAME.fullmatch(name)}
    return {**kept, name_of(text): text} if isinstance(text, str) else kept


def write_template(resource: Resource, path: Path, disk: Disk) -> Iterator[tuple[Path, bool]]:
    """Write the template file of a configuration beside it; yield it, and whether it is new.

    It gets the permissions of the configuration, because the same server reads both.
    """
    for name, text in template_files(resource.body).items():
        file = path.with_name(name)
        yield file, disk.write(file, text.encode(), like=path)


def with_template(
    held: MarkedObject | Foreign, content: str, stored: Callable[[str], Any]
) -> MarkedObject | Foreign:
    """Add the stored template file that a configuration names to what was read.

    A configuration without it, or with another content than its name says, has drifted.
    """
    named = NAME.search(content)
    if named is None or isinstance(held, Unreadable | Foreign):
        return held
    text = stored(named[0])
    # Not a dictionary: the configuration is parsed only if it is needed.
    body = ChainMap({} if text is None else {KEY: text}, cast("Any", held.resource.body))
    whole = replace(held, resource=replace(held.resource, body=body))
    is_whole = text is not None and name_of(text) == named[0]
    if isinstance(whole, DriftedResource) or is_whole:
        return whole
    return DriftedResource(whole.resource, whole.digest, whole.owner)


def text_of(file: Path) -> str | None:
    """Return the text of a file; None if there is none."""
    return file.read_bytes().decode(errors="replace") if file.is_file() else None


def remove_unnamed(folder: Path, disk: Disk) -> Iterator[Path]:
    """Remove the template files of a folder that no configuration in it names; yield each."""
    there = [path for path in folder.glob("reliability-*.tmpl") if NAME.fullmatch(path.name)]
    if not there:
        return
    beside = (path for path in folder.iterdir() if path.name.endswith(CONFIGURATIONS))
    try:
        named = {name for path in beside for name in NAME.findall(text_of(path) or "")}
    except PermissionError:
        # The configuration of another program may name any of them.
        return
    for path in there:
        if path.name not in named:
            disk.remove(path)
            yield path
