"""The two files that a build keeps for the next one: what is written, read, and left out."""

import hashlib
import os
import pickle
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.site.kept import (
    DETAILS,
    FOLDER,
    MAGIC,
    MOST_SITES,
    NO_PLACE,
    NOTHING,
    DamagedStateError,
    KeptSite,
    SiteState,
    digest_of,
)
from reliability.site.packing import packed
from reliability.site.state import (
    DetailPlace,
    KeptInputs,
    KeptPages,
    KeptService,
    KeptTargets,
    KeptTerms,
)
from reliability.site.summaries import ServiceDetail
from tests.site.crafted import detail, service

EMPTY: Final = detail(service("a"))


def kept_service(name: str, fingerprint: str = "1") -> KeptService:
    return KeptService(
        fingerprint=fingerprint,
        files=b"files",
        summary=service(name),
        place=NO_PLACE,
        inputs=KeptInputs(b"d", "t", ("f",), b"s", "h", "p"),
    )


def state(*names: str, **more: Any) -> SiteState:
    return SiteState("common", {name: kept_service(name) for name in names}, {}, {}, None)._replace(
        **more
    )


def site(root: Path, out: str = "out", top: Path | None = None) -> KeptSite:
    return KeptSite.at(root, root / out, top)


def test_a_state_is_read_as_it_was_saved(tmp_path: Path) -> None:
    whole = state(
        *("b", "a"),
        pages={"teams/x": KeptPages("print", ("en/x.html",), b"state")},
        targets={("a", "one"): KeptTargets("print", ())},
        terms=KeptTerms("terms", "store", b"list", ("a",)),
    )
    first = site(tmp_path)
    assert (first.state, first.chunks) == (NOTHING, {})
    contents = {"b": packed(EMPTY), "a": b"of a"}
    first.save(whole, contents)

    read = site(tmp_path)
    length = len(contents["b"])
    places = {
        "b": DetailPlace(0, length, digest_of(contents["b"])),
        "a": DetailPlace(length, 4, digest_of(b"of a")),
    }
    expected = {name: kept_service(name)._replace(place=places[name]) for name in ("b", "a")}
    assert read.state == whole._replace(services=expected)
    assert [*read.state.services] == ["b", "a"]
    assert (read.content("b"), read.content("a")) == (contents["b"], b"of a")
    assert isinstance(read.detail("b"), ServiceDetail)
    assert read.detail("b") is read.detail("b")
    assert read.details.read_bytes() == contents["b"] + b"of a"
    folder = tmp_path / FOLDER
    assert (folder / ".gitignore").read_bytes() == b"*\n"
    assert len([*folder.iterdir()]) == 3
    assert len(digest_of(b"")) == 16

    assert read.only("common") is read
    other = read.only("other")
    assert (other.state, other.path, other.top) == (NOTHING, read.path, None)
    assert site(tmp_path, "elsewhere").state == NOTHING
    assert site(tmp_path, "elsewhere").path != read.path


def test_details_that_were_kept_move_to_their_new_place(tmp_path: Path) -> None:
    site(tmp_path).save(state("a", "b", "c"), {"a": b"aa", "b": b"bbb", "c": b"c"})
    read = site(tmp_path)
    order = {name: read.state.services[name] for name in ("c", "b", "a")}
    read.save(read.state._replace(services=order), {"b": b"BBBB"})
    again = site(tmp_path)
    assert [again.content(name) for name in ("a", "b", "c")] == [b"aa", b"BBBB", b"c"]
    assert again.details.read_bytes() == b"cBBBBaa"

    # Details of changed services alone are added.
    again.save_changes(again.state, {"c": b"C", "a": b"A"})
    last = site(tmp_path)
    assert last.details.read_bytes() == b"cBBBBaaCA"
    assert [last.content(name) for name in ("a", "b", "c")] == [b"A", b"BBBB", b"C"]
    assert [*last.state.services] == ["c", "b", "a"]


def test_damaged_details_are_none_or_an_error(tmp_path: Path) -> None:
    site(tmp_path).save(state("a", "b"), {"a": packed(EMPTY), "b": packed(EMPTY)})
    read = site(tmp_path)
    content = bytearray(read.details.read_bytes())
    content[-1] ^= 1
    read.details.write_bytes(content)
    assert read.content("a") is not None
    assert read.content("b") is None
    with pytest.raises(DamagedStateError, match="b"):
        read.detail("b")
    read.details.unlink()
    assert read.content("a") is None
    with pytest.raises(DamagedStateError, match="a"):
        read.detail("a")
    # What cannot be read is not kept.
    read.save(read.state, {"b": b"new"})
    assert [*site(tmp_path).state.services] == ["b"]


@pytest.mark.parametrize("size", [0, 10, 60, -1])
def test_a_state_that_ends_early_is_nothing(tmp_path: Path, size: int) -> None:
    site(tmp_path).save(state("a"), {"a": b"a"})
    path = site(tmp_path).path
    path.write_bytes(path.read_bytes()[:size])
    assert site(tmp_path).state == NOTHING


def test_services_without_a_state_of_their_own_are_damage(tmp_path: Path) -> None:
    kept = site(tmp_path)
    kept.save(state("a"), {"a": b"a"})
    chunk = pickle.dumps([kept_service("a")], protocol=5)
    for names, expected in ((("a",), ["a"]), (("a", "b"), []), ((), [])):
        body = pickle.dumps(([(names, chunk)], "common", {}, {}, None), protocol=5)
        kept.path.write_bytes(MAGIC + hashlib.sha256(body).digest() + body)
        assert [*site(tmp_path).state.services] == expected


def test_the_states_of_the_latest_eight_sites_are_kept(tmp_path: Path) -> None:
    for number in range(MOST_SITES):
        site(tmp_path, f"out{number}").save(state("a"), {"a": b"a"})
        for path in (site(tmp_path, f"out{number}").path, site(tmp_path, f"out{number}").details):
            os.utime(path, (1_000 - number, 1_000 - number))
    known = [site(tmp_path, f"out{number}") for number in range(MOST_SITES)]
    assert all(one.state.services for one in known)
    site(tmp_path, "new").save(state("a"), {"a": b"a"})
    left = [number for number, one in enumerate(known) if one.path.exists()]
    assert left == [*range(MOST_SITES - 1)]
    assert [one.details.exists() for one in known] == [one.path.exists() for one in known]
    assert site(tmp_path, "new").state.services


def test_nothing_is_written_through_a_link_or_into_a_file(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / ".reliability").mkdir(parents=True)
    outside.mkdir()
    (root / FOLDER).symlink_to(outside)
    site(root, top=root).save(state("a"), {"a": b"a"})
    site(root, top=root).save_changes(state("a"), {"a": b"a"})
    assert [*outside.iterdir()] == []

    (root / FOLDER).unlink()
    (root / FOLDER).write_text("a file")
    site(root, top=root).save(state("a"), {"a": b"a"})
    site(root, top=root).save_changes(state("a"), {"a": b"a"})
    assert (root / FOLDER).read_text() == "a file"

    (root / FOLDER).unlink()
    kept = site(root, top=root)
    kept.path.parent.mkdir()
    (outside / "mine").write_text("mine")
    kept.path.symlink_to(outside / "mine")
    kept.details.symlink_to(outside / "mine")
    kept.save(state("a"), {"a": b"a"})
    kept.save_changes(state("a"), {"a": b"a"})
    assert (outside / "mine").read_text() == "mine"
    assert kept.path.is_symlink()


def test_a_file_that_a_killed_build_left_is_replaced(tmp_path: Path) -> None:
    kept = site(tmp_path)
    kept.path.parent.mkdir(parents=True)
    for path in (kept.path, kept.path.with_suffix(DETAILS)):
        path.with_name(f".{path.name}.{os.getpid()}.tmp").write_text("torn")
    kept.save(state("a"), {"a": b"a"})
    assert site(tmp_path).content("a") == b"a"
    assert [path.name for path in kept.path.parent.iterdir() if ".tmp" in path.name] == []
