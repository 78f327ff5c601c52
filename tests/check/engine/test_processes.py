"""Rules are spread over processes so that what is dear to work out is worked out once."""

import pytest

from reliability.check.context import Context
from reliability.check.engine.processes import NEED_QUERIES, NEED_ROUTES
from reliability.check.engine.run import found_by
from reliability.check.rules import RULES
from reliability.pipeline import load_repository
from tests.check.repository import TODAY
from tests.project.repository import ROOT


@pytest.mark.parametrize(
    ("together", "indexes"),
    [
        (NEED_ROUTES, {"objectives", "routes"}),
        (NEED_QUERIES, {"sli_queries", "expressions", "selected"}),
    ],
)
def test_the_rules_that_stay_together_are_those_that_ask_for_the_same_indexes(
    together: frozenset[str], indexes: set[str]
) -> None:
    catalog = load_repository(ROOT).catalog
    asking = set()
    for rule in RULES:
        context = Context(today=TODAY, catalog=catalog)
        list(found_by(rule, context))
        if vars(context).keys() & indexes:
            asking.add(rule.id)
    assert asking == together
