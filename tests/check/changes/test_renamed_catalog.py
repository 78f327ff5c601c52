"""The documents of the base under the names that a renamed service and its SLOs have now."""

from collections.abc import Iterator
from typing import Any

from reliability.check.changes.renamed_catalog import as_named_now
from reliability.check.context import Context
from reliability.load.catalog import Catalog
from tests.check.examples import laid_over, page_examples
from tests.check.repository import TODAY, loaded
from tests.check.test_scenes import SCENES

OTHERS = """\
AlertPolicy attendance: attendance, [attendance-clock-in]
AlertPolicy monitoring: monitoring, [None]
BurnRateWindows google-30d
NotificationPolicy notification
Ownership attendance: None
Ownership monitoring: None
SLO attendance-clock-in: attendance
Team workforce
"""
RENAMED = """\
AlertPolicy salary: wages, [wages-paid, wages-same, wages-paid, None]
Corrections salary: wages, [wages-paid, wages-same, None]
Incidents salary: wages, [wages-same, salary-gone, wages-paid]
Ownership wages: None
SLO wages-paid: wages
SLO wages-same: wages
"""
PARTS = ("objectives", "signals", "incidents", "corrections")


def sides(scene: str) -> dict[str, Catalog]:
    [page] = [path for path in SCENES if path.stem == scene]
    parts = page_examples(page.read_text(encoding="utf-8"))
    return {side: loaded(laid_over(parts[side]))[0] for side in ("base", "bad")}


def named(catalog: Catalog) -> str:
    """A line for each document: its name, its service, and the SLOs that it names."""
    return "".join(
        f"{line}\n" for line in sorted(line_of(each.value) for each in catalog.everything())
    )


def line_of(value: Any) -> str:
    name = f"{value.kind} {value.metadata.name}"
    if not hasattr(value.spec, "service"):
        return name
    slos = ", ".join(map(str, slos_of(value.spec)))
    return f"{name}: {value.spec.service}" + (f", [{slos}]" if slos else "")


def slos_of(spec: Any) -> Iterator[str | None]:
    for part in (part for key in PARTS for part in getattr(spec, key, ())):
        if hasattr(part, "slo"):
            yield part.slo
        elif hasattr(part, "slos"):
            named = (None,) if part.slos is None else part.slos
            yield from (getattr(slo, "slo", slo) for slo in named)


def test_documents_of_a_renamed_service_have_its_new_names() -> None:
    catalogs = sides("renamed-service")
    context = Context(today=TODAY, catalog=catalogs["bad"], base=catalogs["base"])
    renamed = as_named_now(context)
    assert renamed is not None
    assert named(renamed) == "".join(sorted((OTHERS + RENAMED).splitlines(keepends=True)))
    assert renamed.files == catalogs["base"].files
    assert renamed.texts == catalogs["base"].texts
    assert renamed.raw == catalogs["base"].raw


def test_without_a_renamed_service_the_base_stays_as_it_is() -> None:
    base = sides("renamed-service")["base"]
    assert as_named_now(Context(today=TODAY, catalog=base, base=base)) is base
    assert as_named_now(Context(today=TODAY, catalog=base)) is None


def test_a_service_document_and_a_written_service_are_renamed_as_well() -> None:
    service = """\
# services/{0}/service.yaml
apiVersion: openslo/v1
kind: Service
metadata: {{name: {0}}}
spec: {{description: Pays}}
# services/{0}/ownership.yaml
kind: Ownership
metadata: {{name: {0}}}
spec: {{service: {0}, team: workforce, criticality: important}}
# services/{0}/alert-policy.yaml
kind: AlertPolicy
metadata: {{name: {0}}}
spec:
  service: {0}
  signals: [{{name: Slow, kind: cause, tier: ticket, expr: up < 1, for: 5m}}]
"""
    base, _ = loaded(laid_over(service.format("salary")))
    head, _ = loaded(laid_over(service.format("wages")))
    renamed = as_named_now(Context(today=TODAY, catalog=head, base=base))
    assert renamed is not None
    lines = named(renamed).splitlines()
    assert [line for line in lines if "wages" in line] == [
        "AlertPolicy salary: wages, [attendance-clock-in, None]",
        "Ownership wages: wages",
        "Service wages",
    ]
