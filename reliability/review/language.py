"""The language of a review: the base's, because a change must not reword its own verdict."""

from __future__ import annotations

from reliability.load.base import Base
from reliability.load.catalog import Catalog
from reliability.model.notification import NotificationPolicy
from reliability.render.words import Words, words_in


def policy_words(catalog: Catalog) -> Words:
    """Return the words in the language of the notification policy; English without one."""
    policy = catalog.only(NotificationPolicy)
    return words_in(policy.value.spec.language if policy else "en")


def words_of_base(base: Base, proposed: Catalog) -> Words:
    """Return the words in the language of the base's policy; of the change's if it has none."""
    policy = base.catalog.only(NotificationPolicy)
    if policy is not None:
        return words_in(policy.value.spec.language)
    return policy_words(proposed)
