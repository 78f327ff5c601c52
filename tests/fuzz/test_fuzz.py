"""Whatever bytes stand in a file, they are read, checked and reported; `make fuzz` runs longer."""

from hypothesis import HealthCheck, given, settings

from tests.fuzz.mutated import any_bytes, mutated
from tests.fuzz.target import check_bytes


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(mutated())
def test_a_mutated_document_is_findings_at_most(data: bytes) -> None:
    assert check_bytes(data) >= 0


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(any_bytes())
def test_any_bytes_are_findings_at_most(data: bytes) -> None:
    assert check_bytes(data) >= 0
