"""Resources for tests of plans, and strategies that make them."""

from hypothesis import strategies as st

from reliability.plan.held import DriftedResource, Held, Intact
from reliability.resource import Json, Resource, ResourceId

TARGET = "prometheus"

keys = st.sampled_from(["name", "alert", "expr", "labels", "rules", "groups", "receiver", "x"])
scalars: st.SearchStrategy[Json] = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 2), st.sampled_from([0.5, 1.0]), st.text(max_size=3)
)
values: st.SearchStrategy[Json] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
bodies: st.SearchStrategy[dict[str, Json]] = st.dictionaries(keys, values, max_size=3)
names = st.sampled_from([f"service-{number}" for number in range(12)])
resources = st.builds(
    lambda name, body: Resource(ResourceId(TARGET, "rules", name), body), names, bodies
)
some_resources = st.lists(resources, max_size=12, unique_by=lambda each: each.id)


def resource(name: str, **body: Json) -> Resource:
    return Resource(ResourceId(TARGET, "rules", name), body)


def many(count: int, **body: Json) -> list[Resource]:
    return [resource(f"service-{number}", **body) for number in range(count)]


def intact(*held: Resource) -> Held:
    """A target that holds these as we wrote them."""
    return Held(kept=tuple(Intact(each, each.digest) for each in held))


def edited(found: Resource, written: Resource) -> Held:
    """A target whose one object somebody changed."""
    return Held(kept=(DriftedResource(found, written.digest),))
