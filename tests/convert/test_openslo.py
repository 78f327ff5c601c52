"""Documents of OpenSLO are copied to the service that they or their file name."""

from textwrap import indent

import pytest

from reliability.convert.converter import ConversionOptions
from tests.convert.imported import document, imported, said

SLO = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: NAME}
spec: {service: SERVICE, budgetingMethod: Occurrences}
"""
SLI = """\
apiVersion: openslo/v1
kind: SLI
metadata: {name: errors}
spec: {ratioMetric: {counter: true}}
"""
SERVICE = """\
apiVersion: openslo/v1
kind: Service
metadata: {name: NAME}
spec: {description: takes money}
"""


def paths(text: str, service: str | None = None) -> list[str]:
    gathered = imported({"o.yaml": text}, ConversionOptions(service=service))
    return [str(path) for path in gathered.files if path.name != "ownership.yaml"]


def slo(service: str, name: str = "paid") -> str:
    return SLO.replace("NAME", name).replace("SERVICE", service)


def as_list(*documents: str) -> str:
    return "".join("- " + indent(text, "  ").lstrip() for text in documents)


@pytest.mark.parametrize(
    ("text", "service", "expected"),
    [
        (slo("Pay"), None, ["services/pay/slo.yaml"]),
        (slo("pay"), "other", ["services/pay/slo.yaml"]),
        (f"{slo('pay')}---\n{SLI}", None, ["services/pay/openslo.yaml", "services/pay/slo.yaml"]),
        (f"{SERVICE.replace('NAME', 'pay')}---\n{SLI}", "x", ["services/pay/openslo.yaml"]),
        (SLI, "My Shop", ["services/my-shop/openslo.yaml"]),
        (slo('""'), "shop", ["services/shop/slo.yaml"]),
        (as_list(slo("pay"), SLI), None, ["services/pay/openslo.yaml", "services/pay/slo.yaml"]),
        (
            f"{slo('pay')}---\n{slo('web')}---\n{SLI}",
            "shop",
            ["services/pay/slo.yaml", "services/shop/openslo.yaml", "services/web/slo.yaml"],
        ),
    ],
)
def test_a_document_goes_to_its_service(
    text: str, service: str | None, expected: list[str]
) -> None:
    assert paths(text, service) == expected


def test_a_document_is_copied_with_all_that_is_in_it() -> None:
    gathered = imported({"o.yaml": f"{slo('pay')}---\n{SLI}"})
    assert document(gathered, "services/pay/slo.yaml") == {
        "apiVersion": "openslo/v1",
        "kind": "SLO",
        "metadata": {"name": "paid"},
        "spec": {"service": "pay", "budgetingMethod": "Occurrences"},
    }


def test_a_document_that_nothing_places_is_left_out_and_says_what_to_do() -> None:
    gathered = imported({"o.yaml": f"{SLI}---\n{SLI.replace('{name: errors}', '{}')}"})
    assert not gathered.files
    assert said(gathered) == [
        "o.yaml:1: left out: the service of the SLI errors is unknown",
        "o.yaml:6: left out: an OpenSLO document without a kind or a name",
    ]
    assert [each.problem.help for each in gathered.diagnostics] == [
        "pass --service, or copy it to services/<service>/",
        None,
    ]
