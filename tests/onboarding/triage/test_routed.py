"""The receivers of an alert, and whether they notify people; and what is refused."""

from pathlib import PurePosixPath

import pytest

from reliability.convert.converter import Original
from reliability.errors import ReliabilityError
from reliability.load.document import parse
from reliability.onboarding.triage.routed import RoutedReceivers, receivers_of, routing_of

CONFIG = """\
route:
  receiver: nobody
  routes:
    - {matchers: [to="pager"], receiver: pager}
    - {matchers: [to="read"], receiver: read}
    - {matchers: [to="group"], receiver: group}
    - {matchers: [to="program"], receiver: program}
    - {matchers: [to="several"], receiver: nobody, continue: true}
    - {matchers: [to="several"], receiver: read, continue: true}
    - {matchers: [to="several"], receiver: pager, continue: true}
    - {matchers: [to="several"], receiver: read}
receivers:
  - {name: nobody}
  - {name: pager, pagerduty_configs: [{routing_key: x}]}
  - {name: read, slack_configs: [{channel: "#shop"}]}
  - {name: group, slack_configs: [{channel: "#shop", text: "<!here> look"}]}
  - {name: program, webhook_configs: [{url: "http://bridge/"}]}
"""


def originals(*texts: str) -> list[Original]:
    """Each text as a file of its own."""
    return [
        document
        for number, text in enumerate(texts)
        for document in parse(PurePosixPath(f"{number}.yml"), text.encode()).documents
    ]


@pytest.mark.parametrize(
    ("to", "receivers", "mentions", "notifies"),
    [
        ("nobody", ("nobody",), False, False),
        ("pager", ("pager",), True, True),
        ("read", ("read",), False, True),
        ("group", ("group",), True, True),
        ("program", ("program",), False, True),
        ("several", ("nobody", "read", "pager"), True, True),
    ],
)
def test_an_alert_reaches_the_receivers_of_its_routes(
    to: str, receivers: tuple[str, ...], mentions: bool, notifies: bool
) -> None:
    routing = routing_of(originals("a: b", CONFIG))
    assert routing is not None
    assert receivers_of(routing, {"to": to}) == RoutedReceivers(
        receivers, mentions=mentions, notifies=notifies
    )


def test_there_may_be_one_configuration() -> None:
    assert routing_of(originals("a: b", "- c")) is None
    with pytest.raises(ReliabilityError) as refused:
        routing_of(originals("a: b", CONFIG, CONFIG))
    assert str(refused.value) == "2.yml: a second Alertmanager configuration; pass only one"


def test_what_alertmanager_refuses_is_named_with_its_line() -> None:
    with pytest.raises(ReliabilityError) as refused:
        routing_of(originals(CONFIG.replace("receiver: program}", "receiver: gone}")))
    assert str(refused.value) == (
        "0.yml:7: unknown receiver gone; declare it under receivers, or name a declared receiver"
    )
