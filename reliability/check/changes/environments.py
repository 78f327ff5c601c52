"""Environments that are looser than at the base, or evaluated elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from reliability.check.changes.change_text import NOT_SET, changed_text
from reliability.check.changes.guarded import looser_fields
from reliability.check.changes.policies import PolicyText
from reliability.load.document import Located
from reliability.location import Pointer
from reliability.message import Message
from reliability.model.environments import Environment, Environments


def laxer_environments(
    old: Located[Environments], new: Located[Environments]
) -> Iterator[PolicyText]:
    """Compare environments by their names; a new one changes nothing of the others.

    Most differences are reported in both directions: a highest tier that falls can silence pages,
    and other selector labels can select anything.
    """
    before = {each.name: each for each in old.value.spec.environments}
    for index, environment in enumerate(new.value.spec.environments):
        was, where = before.pop(environment.name, None), ("spec", "environments", index)
        if was is not None:
            for text in _environment(was, environment, where, located=new):
                message = Message(
                    "{environment}: {change}", environment=environment.name, change=text.message
                )
                yield PolicyText(text.at, message, text.subject)

    for name in before:
        message = Message("the environment {environment} was removed", environment=name)
        yield PolicyText(new.at("spec", "environments"), message, name)


def _environment(
    old: Environment, new: Environment, where: Pointer, located: Located[Environments]
) -> Iterator[PolicyText]:
    for field in looser_fields(old, new, where):
        yield PolicyText(located.at(*field.route), field.message, field.key)
    if old.approvals == "team" and new.approvals == "none":
        message = changed_text("approvals", old.approvals, new.approvals)
        yield PolicyText(located.at(*where, "approvals"), message, "approvals")
    if old.after is not None and old.after != new.after:
        message = changed_text("after", old.after, new.after or NOT_SET)
        yield PolicyText(located.at(*where, "after"), message, "after")
    yield from _servers(old, new, where, located=located)


def _servers(
    old: Environment, new: Environment, where: Pointer, located: Located[Environments]
) -> Iterator[PolicyText]:
    """Compare servers by their names; an added one takes series, and SLOs, from the others."""
    before = {server.name: server for server in old.servers}
    for index, server in enumerate(new.servers):
        was, route = before.pop(server.name, None), (*where, "servers", index)
        if was is None:
            message = Message("the server {server} was added", server=server.name)
            yield PolicyText(located.at(*route), message, server.name)
            continue
        for field in looser_fields(was, server, route):
            message = Message("{server}: {change}", server=server.name, change=field.message)
            yield PolicyText(located.at(*field.route), message, f"{server.name} {field.key}")

    for name in before:
        message = Message("the server {server} was removed", server=name)
        yield PolicyText(located.at(*where, "servers"), message, f"no {name}")
