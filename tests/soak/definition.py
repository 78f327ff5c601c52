"""The alert manager definition of Amazon Managed Prometheus as a server of the soak test."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.providers.amazon_definition_world import WORKSPACE, FakeDefinition
from tests.providers.apis.amazon import REGION
from tests.soak.server import Entry, SoakServer

TOPIC = f"arn:aws:sns:{REGION}:123456789012:alerts"
RECEIVER = b"- name: reliability/"


@contextmanager
def amazon_alertmanager(_root: Path) -> Iterator[SoakServer]:
    """A workspace with one definition; its objects are receivers. Nothing in it is of others."""
    fake = FakeDefinition(looks=0)

    def entry(url: str) -> Entry:
        return {
            "provider": "amazon-alertmanager",
            "url": url,
            "region": REGION,
            "workspace": WORKSPACE,
            "topics": {"alert": TOPIC, "ticket": TOPIC, "unrouted": TOPIC},
            "timeout": "600s",
        }

    def restore(saved: bytes | None) -> None:
        fake.content, fake.status, fake.reason = saved, "ACTIVE", ""

    yield SoakServer(
        answer=fake.handle,
        entry=entry,
        state=lambda: fake.content,
        foreign=lambda: None,
        save=lambda: fake.content,
        restore=restore,
        count=lambda: (fake.content or b"").count(RECEIVER),
        variables={"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"},
    )
