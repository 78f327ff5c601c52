"""For any bytes: a file is left as it is with a reason, or says the same in a settled layout."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings

from reliability.formatting.files import format_files
from reliability.formatting.outline import outline_of
from tests.fuzz.mutated import any_bytes


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(any_bytes())
def test_values_and_comments_stay_and_the_layout_settles(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes(data[1:])
    [file] = format_files([path])
    if file.reason:
        assert not file.is_changed
        return

    before, after = (text.decode("utf-8-sig") for text in (file.before, file.after))
    assert outline_of(before).keeps(outline_of(after.replace("\r\n", "\n")))
    file.write(tmp_path)
    [again] = format_files([path])
    assert not again.reason
    assert not again.is_changed
