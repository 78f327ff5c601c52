"""What the fingerprints of a service, of a team and of all pages cover, and what is separable."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.load.code_owners import CODE_OWNERS
from reliability.load.folder_states import FolderStates
from reliability.site.build import neighbors_in
from reliability.site.fingerprints import (
    Fingerprints,
    history_digest,
    history_folders,
    texts_digest,
)
from reliability.site.kept import NO_PLACE, SiteState
from reliability.site.measuring import SiteInputs
from reliability.site.merged import GitPast, MergedCommit
from reliability.site.separate import SeparateTerms, is_separable, terms_of, witnesses
from reliability.site.state import KeptInputs, KeptService
from reliability.timespan import DAY
from tests.site.crafted import service, waivers
from tests.site.test_last_build import FILES as THREE
from tests.site.test_last_build import WORLD as APART
from tests.site.test_worlds import BARE, FILES, FULL, INCIDENTS, TRAFFIC
from tests.site.worlds import WINDOWS, SiteWorld, WrittenHistory, at, document, slo

SERVICES: Final = ("bare", "cart", "lonely", "shop")
COMMIT: Final = MergedCommit("0" * 40, at("2026-10-01"), "A commit")


def prints(world: SiteWorld, inputs: SiteInputs | None = None) -> dict[str, str]:
    """The fingerprints of all pages, of each service, and of a team."""
    inputs = inputs or world.inputs()
    made = Fingerprints.of(inputs, world.past, neighbors_in(inputs))
    return {
        "common": made.common,
        **{name: made.service(name, "history") for name in SERVICES},
        **{f"texts of {name}": made.texts_of(name) for name in SERVICES},
    }


def changed(world: SiteWorld, inputs: SiteInputs | None = None) -> str:
    """What differs from the fingerprints of the whole site; `all` if it is common to all pages."""
    before, now = prints(FULL), prints(world, inputs)
    names = [name for name in before if before[name] != now[name]]
    return " ".join(names) if "common" not in names else " ".join(("all", *names[5:]))


def edited(path: str, text: str, *old: str) -> SiteWorld:
    """The site with another text of a file, or with some words of it replaced."""
    return replace(FULL, files={**FILES, path: FILES[path].replace(old[0], text) if old else text})


EMPTY: Final = "# a comment\n"
CASES: Final[tuple[tuple[str, SiteWorld, str], ...]] = (
    ("nothing", FULL, ""),
    ("an SLO", edited("services/cart/slo.yaml", "0.98", "0.99"), "cart texts of cart"),
    ("an owner", edited("services/bare/ownership.yaml", BARE + "\n"), "bare texts of bare"),
    (
        "a dependency on a known service",
        edited("services/shop/ownership.yaml", "[gone, bare]", "[gone, cart]"),
        "bare cart shop texts of shop",
    ),
    (
        "a service that another one needs",
        replace(FULL, files={**FILES, "services/gone/slo.yaml": slo("gone-a", "target: 0.9")}),
        "shop",
    ),
    (
        "incidents in the folder of another service",
        edited("services/shop/elsewhere.yaml", INCIDENTS.replace("service: shop", "service: cart")),
        "cart shop texts of cart texts of shop",
    ),
    (
        "incidents below the policies",
        replace(FULL, files={**FILES, "policies/x.yaml": INCIDENTS.replace("shop", "lonely")}),
        "lonely texts of lonely",
    ),
    ("windows", edited("policies/burn.yaml", "budget: 3%", "budget: 2%"), "all"),
    ("a team", edited("policies/teams/web.yaml", "UTC", "Europe/Berlin"), "all"),
    (
        "waivers",
        replace(
            FULL,
            files={**FILES, "policies/w.yaml": waivers(("r", "shop", "2026-12-01")).decode()},
        ),
        "",
    ),
    ("owners of code", replace(FULL, files={**FILES, str(CODE_OWNERS[0]): "* @a\n"}), ""),
    (
        "a team in the folder of a service",
        replace(
            FULL,
            files={
                **{path: text for path, text in FILES.items() if "teams" not in path},
                "services/bare/team.yaml": FILES["policies/teams/web.yaml"],
            },
        ),
        "all texts of bare",
    ),
    (
        "a file that belongs to nothing",
        replace(FULL, files={**FILES, "policies/empty.yaml": EMPTY}),
        "all",
    ),
    ("the day", replace(FULL, today=date(2026, 10, 6)), "all"),
    ("the shown days", replace(FULL, shown=101 * DAY), "all"),
    ("the replay", replace(FULL, replayed=29 * DAY), "all"),
    ("Git", replace(FULL, past=GitPast(head="abc")), "all"),
    (
        "a commit",
        replace(FULL, past=GitPast(merged={"cart": {COMMIT.day: (COMMIT,)}})),
        "cart",
    ),
    ("the start of a clone", replace(FULL, past=GitPast(begins=at("2026-01-01"))), "all"),
)


@pytest.mark.parametrize(
    ("world", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_fingerprint_covers_what_pages_show(world: SiteWorld, expected: str) -> None:
    assert changed(world) == expected


def test_the_source_is_a_part_of_all_fingerprints() -> None:
    other = FULL.inputs(WrittenHistory(TRAFFIC, description="another"))
    assert changed(FULL, other) == "all"
    assert changed(FULL, FULL.inputs(WrittenHistory({}))) == ""


def test_without_history_or_with_a_service_without_one_there_is_no_fingerprint() -> None:
    inputs = FULL.inputs()
    made = Fingerprints.of(inputs, FULL.past, neighbors_in(inputs))
    assert made.service("cart", "") == ""
    assert made.service("cart", "a") != made.service("cart", "b")
    assert made.service("cart", "a") != made.service("bare", "a")
    # Only the store has a state.
    assert made.history("cart") == ""
    assert made.team("web", ["a", ""], ()) == ""
    assert made.team("web", [], ()) == made.team("web", [], ())
    values = [
        made.team("web", ["a"], ()),
        made.team("data", ["a"], ()),
        made.team("web", ["a", "b"], ()),
        made.team("web", ["a"], (1,)),
    ]
    assert len({*values}) == 4
    assert {len(value) for value in values} == {64}


def test_the_past_of_a_service_is_its_commits_and_versions() -> None:
    inputs = FULL.inputs()
    other = replace(COMMIT, subject="Another")

    def past_of(past: GitPast, name: str = "cart") -> str:
        return Fingerprints.of(inputs, past, neighbors_in(inputs)).past_of(name)

    days = {
        day: GitPast(merged={"cart": {COMMIT.day: (one,)}})
        for day, one in (("a", COMMIT), ("b", other))
    }
    values = [past_of(GitPast()), *map(past_of, days.values()), past_of(GitPast(head="h"))]
    assert len({*values}) == 4
    assert past_of(days["a"], "shop") == past_of(GitPast())


def test_the_history_of_a_service_is_all_of_its_files_but_sums(tmp_path: Path) -> None:
    source = WrittenHistory(TRAFFIC).stored(tmp_path / "store", FULL.catalog())
    store = source.store
    [family] = store.folders("cart", "cart-add")
    name = f"cart/cart-add/{family.name}"
    expected = ["cart", "cart/cart-add", name, f"{name}/2026-10.parquet"]
    assert [*history_folders(store, "cart", ["cart-add"])] == expected
    assert [*history_folders(store, "cart", [])] == ["cart"]
    assert [*history_folders(store, "lonely", ["lonely-one"])] == ["lonely", "lonely/lonely-one"]

    before = history_digest(store, "cart", ["cart-add"])
    assert before == history_digest(store, "cart", ["cart-add"])
    assert before != history_digest(store, "cart", [])
    for other in (".lock", "sums-x.bin"):
        (family / other).write_text("x")
    assert history_digest(store, "cart", ["cart-add"]) == before
    assert [*history_folders(store, "cart", ["cart-add"])] == expected
    (family / "2026-10.parquet").write_bytes(b"x")
    assert history_digest(store, "cart", ["cart-add"]) != before
    for path in family.glob("*.parquet"):
        path.unlink()
    assert [*history_folders(store, "cart", ["cart-add"])] == expected[:2]
    assert texts_digest([("a", "b")]) != texts_digest([("a", "c")]) != texts_digest([])


STATES: Final = FolderStates(dict.fromkeys("abc", b"state"), is_usual=True)
NEVER: Final[Mapping[str, Mapping[str, str]]] = {
    "a document about another service": {
        "services/a/more.yaml": THREE["services/b/slo.yaml"].replace("b-one", "b-two")
    },
    "a document about no service in the folder of one": {
        "services/a/team.yaml": THREE["policies/teams/web.yaml"].replace("web", "third")
    },
    "a service without a folder": {
        "policies/owner.yaml": document("Ownership", "d", "  team: web\n  criticality: standard\n")
    },
}


def test_services_are_separable_if_each_document_is_about_its_folder() -> None:
    assert is_separable(APART.inputs(), STATES)
    assert not is_separable(APART.inputs(), replace(STATES, is_usual=False))
    for name, files in NEVER.items():
        assert not is_separable(replace(APART, files={**THREE, **files}).inputs(), STATES), name


def kept(name: str) -> KeptService:
    inputs = KeptInputs(b"", "", (), b"", "", "")
    return KeptService("", b"", service(name), NO_PLACE, inputs)


def test_separable_services_are_kept_with_their_states_and_witnesses() -> None:
    terms = SeparateTerms(terms="terms", states=FolderStates({"a": b"1", "b": b"2"}, True))
    state = SiteState("", {name: kept(name) for name in "abc"}, {}, {}, None)
    added = terms.added(state, APART.inputs(), "store", b"list")
    assert [one.inputs.documents for one in added.services.values()] == [b"1", b"2", b""]
    assert added.terms is not None
    assert added.terms._asdict() == {
        "terms": "terms",
        "store": "store",
        "files": b"list",
        "witnesses": ("a",),
    }
    # A service that is not kept, or inputs that are not separable.
    fewer = state._replace(services={name: kept(name) for name in "ab"})
    assert terms.added(fewer, APART.inputs(), "store", b"").terms is None
    unusual = replace(terms, states=FolderStates({"a": b"1"}, False))
    none = unusual.added(state, APART.inputs(), "store", b"")
    assert (none.terms, none.services["a"].inputs.documents) == (None, b"1")


def test_witnesses_have_the_longest_window_and_all_labels() -> None:
    assert [*witnesses(FULL.inputs())] == ["shop"]
    longer = WINDOWS.replace("google-30d", "longer").replace("long: 1d", "long: 2d")
    files = {
        **THREE,
        "policies/longer.yaml": longer,
        "services/b/alerts.yaml": THREE["services/b/alerts.yaml"].replace(
            "runbook", "windows: longer, runbook"
        ),
        **{
            f"services/{name}/slo.yaml": slo(f"{name}-one", "target: 0.99", group_by=by)
            for name, by in (("a", "region"), ("b", "region"), ("c", "zone, region"))
        },
    }
    assert [*witnesses(replace(APART, files=files).inputs())] == ["a", "c", "b"]
    without = {path: text for path, text in THREE.items() if "alerts" not in path}
    assert [*witnesses(replace(APART, files=without).inputs())] == []


def test_terms_differ_with_any_option() -> None:
    options: list[dict[str, Any]] = [{}, {"a": 1}, {"a": 2}, {"b": 1}, {"a": 1, "b": 1}]
    assert len({terms_of(**one) for one in options}) == 5
    assert terms_of(a=1, b=2) == terms_of(b=2, a=1)
    assert len(terms_of()) == 64
