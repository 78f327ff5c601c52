"""The provider of CODEOWNERS without the command: what it reads, refuses and writes."""

from pathlib import Path, PurePosixPath

import pytest

from reliability.compile.code_owners import lines_body
from reliability.errors import ProviderError
from reliability.load.code_owners import LARGEST
from reliability.plan.change import Change, Claim, Create, Delete, Reload, Update
from reliability.plan.held import DriftedResource, Foreign, Held, Intact, Owner
from reliability.plan.sync import ChangeFailed
from reliability.providers.codeowners import CodeOwnersProvider
from reliability.providers.disk import Disk
from reliability.resource import Resource, ResourceId

ID = ResourceId("owners", "code-owners", "CODEOWNERS")
OWNER = Owner("0123456789abcdef", "git.example/us")
FIRST = Resource(ID, lines_body(["/a/ @x @y", "/b/ @z"]))
SECOND = Resource(ID, lines_body(["/a/ @x"]))
BEGIN, END = "# reliability: begin", "# reliability: end"
PAIR = "expected one begin mark and one end mark after it; remove the others"
STALE = "was changed since the plan was made; plan again"


def provider(
    root: Path, path: str | None = None, *, owner: Owner | None = OWNER, writable: bool = True
) -> CodeOwnersProvider:
    return CodeOwnersProvider(
        target="owners",
        root=root,
        disk=Disk(writable=writable, durable=False),
        path=PurePosixPath(path) if path else None,
        owner=owner,
    )


def applied(opened: CodeOwnersProvider, *changes: Change) -> list[str]:
    return [
        outcome.why if isinstance(outcome, ChangeFailed) else "done"
        for outcome in opened.apply(changes)
    ]


def write(root: Path, change: Change, path: str | None = None) -> str:
    opened = provider(root, path)
    opened.read()
    [outcome] = applied(opened, change)
    return outcome


def test_lines_are_written_between_marks_with_their_own_mark(tmp_path: Path) -> None:
    assert write(tmp_path, Create(FIRST)) == "done"
    lines = (tmp_path / ".github/CODEOWNERS").read_text().splitlines()
    begin, mark, *owners, end = lines
    assert begin.startswith(BEGIN)
    assert mark.startswith(f"# reliability code-owners CODEOWNERS sha256={FIRST.digest} text=")
    assert mark.endswith(" owner=0123456789abcdef repository=git.example/us")
    assert (owners, end) == (["/a/ @x @y", "/b/ @z"], END)


def test_each_change_leaves_the_other_lines(tmp_path: Path) -> None:
    file = tmp_path / "CODEOWNERS"
    file.write_bytes(b"* @all\xff\r\n")
    assert write(tmp_path, Create(FIRST)) == "done"
    [kept] = provider(tmp_path).read().kept
    assert isinstance(kept, Intact)
    assert (kept.id, kept.digest, kept.owner) == (ID, FIRST.digest, OWNER)
    assert kept.resource.body == FIRST.body
    assert write(tmp_path, Update(FIRST, SECOND)) == "done"
    assert b"/b/" not in file.read_bytes()
    assert write(tmp_path, Claim(FIRST)) == "done"
    # The ends of lines are those of the file.
    assert b"/b/ @z\r\n" in file.read_bytes()
    assert write(tmp_path, Reload(ID, "old")) == "a file cannot be reloaded"
    assert write(tmp_path, Delete(FIRST)) == "done"
    assert file.read_bytes() == b"* @all\xff\r\n"


def test_a_file_that_becomes_empty_is_removed(tmp_path: Path) -> None:
    write(tmp_path, Create(FIRST), "docs/CODEOWNERS")
    file = tmp_path / "docs/CODEOWNERS"
    assert file.is_file()
    assert write(tmp_path, Delete(FIRST), "docs/CODEOWNERS") == "done"
    assert not file.exists()


def test_several_changes_follow_each_other(tmp_path: Path) -> None:
    opened = provider(tmp_path)
    assert opened.read() == Held()
    assert applied(opened, Create(FIRST), Update(FIRST, SECOND), Delete(SECOND)) == ["done"] * 3


def test_nothing_is_written_without_a_read_or_in_a_dry_run(tmp_path: Path) -> None:
    assert applied(provider(tmp_path), Create(FIRST)) == ["the file was not read"]
    dry = provider(tmp_path, writable=False)
    dry.read()
    [why] = applied(dry, Create(FIRST))
    assert why.endswith("a dry run does not write files")
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("text", [f"{BEGIN}\n", f"{END}\n", f"{END}\n{BEGIN}\n"])
def test_marks_that_are_not_a_pair_are_not_written_over(tmp_path: Path, text: str) -> None:
    file = tmp_path / "CODEOWNERS"
    file.write_text(text)
    opened = provider(tmp_path)
    assert opened.read() == Held(foreign=(Foreign(ID, f"CODEOWNERS: {PAIR}"),))
    for change in (Create(FIRST), Delete(FIRST)):
        assert applied(opened, change) == [f"{file}: {PAIR}"]
    assert file.read_text() == text


@pytest.mark.parametrize(
    ("old", "new", "is_drift"),
    [
        ("/b/ @z", "/b/ @w", True),
        ("/b/ @z", "/b/ @z\n# by hand", True),
        ("/b/ @z", "/b/ @z\n", True),
        ("* @all", "* @everybody", False),
    ],
)
def test_a_changed_line_between_the_marks_is_drift(
    tmp_path: Path, old: str, new: str, is_drift: bool
) -> None:
    file = tmp_path / "CODEOWNERS"
    file.write_text("* @all\n")
    write(tmp_path, Create(FIRST))
    file.write_text(file.read_text().replace(old, new))
    [kept] = provider(tmp_path).read().kept
    assert isinstance(kept, DriftedResource) is is_drift
    if isinstance(kept, DriftedResource):
        assert (kept.written, kept.owner) == (FIRST.digest, OWNER)
        assert kept.resource.body == lines_body(["/a/ @x @y", new.partition("\n")[0]])


@pytest.mark.parametrize(
    ("inside", "lines"),
    [("", []), ("/a/ @x\n", ["/a/ @x"]), ("# words\n\n/a/ @x\n/b/\n", ["/a/ @x", "/b/"])],
)
def test_lines_without_a_mark_are_of_nobody(tmp_path: Path, inside: str, lines: list[str]) -> None:
    (tmp_path / "CODEOWNERS").write_text(f"{BEGIN}\n{inside}{END}\n")
    resource = Resource(ID, lines_body(lines))
    assert provider(tmp_path).read().kept == (Intact(resource, resource.digest),)


def test_a_file_that_changes_after_the_plan_is_left(tmp_path: Path) -> None:
    opened = provider(tmp_path, "CODEOWNERS")
    opened.read()
    file = tmp_path / "CODEOWNERS"
    file.write_text("* @all\n")
    assert applied(opened, Create(FIRST)) == [f"{file} {STALE}"]
    assert file.read_text() == "* @all\n"
    # Another file that comes first is read by the code host from now on.
    opened = provider(tmp_path)
    opened.read()
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/CODEOWNERS").write_text("* @all\n")
    assert applied(opened, Create(FIRST)) == [f"{file} {STALE}"]


@pytest.mark.parametrize(("more", "is_written"), [(0, True), (1, False)])
def test_a_file_is_not_larger_than_the_code_host_reads(
    tmp_path: Path, more: int, is_written: bool
) -> None:
    file = tmp_path / "CODEOWNERS"
    file.write_text("#\n")
    write(tmp_path, Create(FIRST))
    size = file.stat().st_size
    write(tmp_path, Delete(FIRST))
    content = b"#" * (LARGEST - size + 1 + more) + b"\n"
    file.write_bytes(content)
    outcome = write(tmp_path, Create(FIRST))
    if is_written:
        assert (outcome, file.stat().st_size) == ("done", LARGEST)
    else:
        assert outcome == (
            f"{file} would have 3,000,001 bytes, and the code host ignores a file of more than "
            "3,000,000"
        )
        assert file.read_bytes() == content


def test_the_declared_path_is_used_unless_the_code_host_reads_another(tmp_path: Path) -> None:
    assert write(tmp_path, Create(FIRST), "docs/CODEOWNERS") == "done"
    assert (tmp_path / "docs/CODEOWNERS").is_file()
    assert len(provider(tmp_path, "docs/CODEOWNERS").read().kept) == 1
    assert len(provider(tmp_path).read().kept) == 1
    with pytest.raises(ProviderError) as raised:
        provider(tmp_path, ".gitlab/CODEOWNERS").read()
    assert str(raised.value) == (
        "docs/CODEOWNERS exists, and is read instead of .gitlab/CODEOWNERS: move it there, or "
        "change `path` of the target owners"
    )


@pytest.mark.parametrize("kind", ["folder", "link", "large"])
def test_what_cannot_be_read_as_a_file_is_left(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "CODEOWNERS"
    match kind:
        case "folder":
            file.mkdir()
        case "link":
            file.symlink_to("nowhere")
        case _:
            file.write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(ProviderError) as raised:
        provider(tmp_path, "CODEOWNERS").read()
    assert str(raised.value) == (
        f"{file}: not a regular file of at most 3,000,000 bytes, so it is left unchanged"
    )


def test_without_an_owner_the_mark_names_none(tmp_path: Path) -> None:
    opened = provider(tmp_path, owner=None)
    opened.read()
    assert applied(opened, Create(FIRST)) == ["done"]
    [kept] = opened.read().kept
    assert kept.owner is None
