"""Our mark: what it tells of a file, and what it cannot be fooled by."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.plan.held import DriftedResource, Foreign, Intact, Owner, Unreadable
from reliability.providers.mark import marked_text, read_marked
from reliability.resource import Json, Resource, ResourceId
from tests.plan.resources import bodies

ID = ResourceId("prometheus", "rules", "search")
BODY: dict[str, Json] = {"groups": [{"name": "search", "rules": []}]}
OWNER = Owner("0123456789abcdef", "github.com/acme/reliability")
WRITTEN = marked_text(Resource(ID, BODY), OWNER)


def test_a_file_of_ours_says_so_to_whoever_opens_it() -> None:
    first, second, *rest = WRITTEN.decode().splitlines()
    assert first == (
        "# Written by reliability; do not edit: change services/ and run `reliability sync`."
    )
    assert second.startswith("# reliability rules search sha256=")
    assert second.endswith(" owner=0123456789abcdef repository=github.com/acme/reliability")
    assert rest == ["groups:", "  - name: search", "    rules: []"]


@given(bodies)
def test_what_was_written_is_intact(body: dict[str, Json]) -> None:
    resource = Resource(ID, body)
    found = read_marked(ID, marked_text(resource))
    assert isinstance(found, Intact)
    assert (found.digest, dict(found.resource.body)) == (resource.digest, body)


@given(st.integers(0, len(WRITTEN) - 1), st.binary(min_size=1, max_size=3))
def test_no_change_of_any_byte_goes_unseen(at: int, instead: bytes) -> None:
    changed = WRITTEN[:at] + instead + WRITTEN[at + 1 :]
    if changed != WRITTEN:
        assert not isinstance(read_marked(ID, changed), Intact)


def test_an_added_comment_is_drift_with_the_same_body() -> None:
    found = read_marked(ID, WRITTEN + b"# checked by hand\n")
    assert isinstance(found, DriftedResource)
    assert found.resource.digest == found.written


def test_a_comment_above_the_mark_does_not_hide_it() -> None:
    assert isinstance(read_marked(ID, b"# hello\n" + WRITTEN), DriftedResource)


def test_a_copy_under_another_name_is_not_ours() -> None:
    found = read_marked(ResourceId("prometheus", "rules", "copy"), WRITTEN)
    assert found == Foreign(
        ResourceId("prometheus", "rules", "copy"),
        "it has the mark of rules search, so it is a copy",
    )


def test_what_others_broke_is_still_ours_and_says_where() -> None:
    found = read_marked(ID, WRITTEN.replace(b"  - name", b"  - [name"))
    assert isinstance(found, Unreadable)
    assert "changed outside the repository, and no longer readable: 5:" in found.why


def test_a_file_that_grows_enormous_when_it_is_read_is_unreadable() -> None:
    lines = [b"a0: &a0 [x, x]"]
    lines += [b"a%d: &a%d [%s]" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 9)]
    found = read_marked(ID, WRITTEN + b"\n".join(lines) + b"\n")
    assert isinstance(found, Unreadable)


def test_bytes_that_are_no_text_are_not_ours() -> None:
    assert isinstance(read_marked(ID, b"\xff\xfe\x00"), Foreign)


def test_the_owner_is_read_back_also_without_an_address_and_without_an_owner() -> None:
    for owner in (OWNER, Owner("0123456789abcdef"), None):
        found = read_marked(ID, marked_text(Resource(ID, BODY), owner))
        assert isinstance(found, Intact)
        assert found.owner == owner


def test_an_owner_that_was_written_over_by_hand_is_drift() -> None:
    found = read_marked(ID, WRITTEN.replace(b"github.com/acme", b"github.com/evil"))
    assert isinstance(found, DriftedResource)


DASHBOARD = ResourceId("grafana", "grafana-dashboard", "reliability-service")
AS_JSON = marked_text(Resource(DASHBOARD, BODY), OWNER)


def test_the_mark_of_a_json_file_is_its_first_key() -> None:
    written = json.loads(AS_JSON)
    assert list(written) == ["__reliability", "groups"]
    assert written["__reliability"].startswith("reliability grafana-dashboard reliability-service ")
    assert written["groups"] == BODY["groups"]


@given(bodies)
def test_what_was_written_as_json_is_intact(body: dict[str, Json]) -> None:
    resource = Resource(DASHBOARD, body | {"title": "x"})
    found = read_marked(DASHBOARD, marked_text(resource, OWNER))
    assert isinstance(found, Intact)
    assert (found.digest, dict(found.resource.body)) == (resource.digest, dict(resource.body))
    assert found.owner == OWNER


@given(st.integers(0, len(AS_JSON) - 1), st.binary(min_size=1, max_size=3))
def test_no_change_of_any_byte_of_json_goes_unseen(at: int, instead: bytes) -> None:
    changed = AS_JSON[:at] + instead + AS_JSON[at + 1 :]
    if changed != AS_JSON:
        assert not isinstance(read_marked(DASHBOARD, changed), Intact)


def test_a_changed_json_file_is_drift_of_its_body_without_the_mark() -> None:
    found = read_marked(DASHBOARD, AS_JSON.replace(b'"search"', b'"found"'))
    assert isinstance(found, DriftedResource)
    assert found.resource.body == {"groups": [{"name": "found", "rules": []}]}


@pytest.mark.parametrize("added", [b"[", b"\n[1]", b"[" * 100_000])
def test_json_that_is_no_longer_readable_is_still_of_its_owner(added: bytes) -> None:
    found = read_marked(DASHBOARD, AS_JSON + added)
    assert isinstance(found, Unreadable)
    assert found.owner == OWNER


def test_half_of_a_surrogate_pair_is_unreadable() -> None:
    found = read_marked(DASHBOARD, AS_JSON.replace(b'"search"', b'"\\ud800"'))
    assert isinstance(found, Unreadable)


def test_an_address_with_quotes_keeps_the_file_json() -> None:
    owner = Owner("0123456789abcdef", 'example.com/a"b\\c')
    content = marked_text(Resource(DASHBOARD, BODY), owner)
    json.loads(content)
    found = read_marked(DASHBOARD, content)
    assert isinstance(found, Intact)
    assert found.owner == Owner("0123456789abcdef", "example.com/a%22b%5Cc")


def test_a_newer_json_mark_asks_for_an_update() -> None:
    found = read_marked(DASHBOARD, AS_JSON.replace(b'"reliability graf', b'"reliability/7 graf'))
    assert isinstance(found, Foreign)
    assert "its mark has format 7" in found.why
