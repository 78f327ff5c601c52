"""A provider that fails half-way: what it did is done, and only the rest is reported as failed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest

from reliability.errors import ProviderError
from reliability.plan.change import Change
from reliability.plan.held import Held
from reliability.plan.plan import plan
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome, sync
from tests.plan.resources import TARGET, many


@dataclass(frozen=True, slots=True)
class FailingProvider:
    """A target that makes so many changes and then fails with an error."""

    done: int
    error: Exception
    target: str = TARGET

    def read(self) -> Held:
        return Held()

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        yield from map(ChangeApplied, changes[: self.done])
        raise self.error


@pytest.mark.parametrize("done", [0, 1, 2, 3])
@pytest.mark.parametrize(
    ("error", "why"),
    [
        (ProviderError("rules: connection refused"), "rules: connection refused"),
        (
            KeyError("name"),
            "unexpected KeyError: 'name'; this is a bug in reliability, please report it",
        ),
    ],
)
def test_each_change_has_one_outcome_and_what_was_made_did_not_fail(
    done: int, error: Exception, why: str
) -> None:
    created = plan(TARGET, many(3), Held())
    outcomes = list(sync(created, FailingProvider(done, error)))
    assert [each.change for each in outcomes] == list(created.changes)
    assert [type(each) for each in outcomes] == [ChangeApplied] * done + [ChangeFailed] * (3 - done)
    assert {each.why for each in outcomes if isinstance(each, ChangeFailed)} == (
        {why} if done < 3 else set()
    )
