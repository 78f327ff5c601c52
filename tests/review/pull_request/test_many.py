"""A change of many services: alike lines are one, nothing is dropped without a count or a link."""

from dataclasses import replace
from pathlib import Path

from reliability.approval import RequiredApproval
from reliability.review.pull_request.approvals import ServiceApproval
from reliability.review.pull_request.report import full_report, short_report
from tests.review.pull_request.scene import LOOSER, reviewed, scene, shown

RUN = "https://github.example/dev/shop/actions/runs/17"


def test_services_that_need_the_same_approval_are_one_line(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.change(LOOSER)
    found, _ = reviewed(of.root, of.base)
    [ask] = found.required_approvals
    many = tuple(
        replace(ask, needed=replace(ask.needed, subject=f"svc{number:03}")) for number in range(300)
    )
    text = short_report(shown(replace(found, required_approvals=many)), 64_000)
    [line] = [line for line in text.splitlines() if line.startswith("☐")]
    assert line.startswith(
        "☐ `svc000`, `svc001`, `svc002`, `svc003`, `svc004`, and 295 more: requires"
    )
    whole = full_report(shown(replace(found, required_approvals=many)))
    assert all(f"`svc{number:03}`" in whole for number in range(300))


def test_what_has_no_room_is_counted_and_linked(tmp_path: Path) -> None:
    of = scene(tmp_path)
    of.change(LOOSER)
    found, _ = reviewed(of.root, of.base)
    [ask] = found.required_approvals
    each = tuple(
        ServiceApproval(
            needed=RequiredApproval(f"svc{number}", (role,)),
            given=(),
            findings=ask.findings,
            missing=(role,),
        )
        for number in range(40)
        for role in [(f"@person-{number}",)]
    )
    view = replace(shown(replace(found, required_approvals=each)), report=RUN)
    text = short_report(view, 64_000)
    assert sum(line.startswith("☐") for line in text.splitlines()) == 30
    assert f"10 more are in the full report. [Full report]({RUN})" in text
    assert "svc39" in full_report(view)
