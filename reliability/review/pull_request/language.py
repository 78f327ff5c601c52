"""The language of a review: the base's, so that a change cannot reword its own verdict."""

from __future__ import annotations

from reliability.load.base import Base
from reliability.load.catalog import Catalog
from reliability.model.notification import NotificationPolicy
from reliability.render.words import Words, own_words, words_in


def words_of_base(base: Base, proposed: Catalog) -> Words:
    """The language and texts that the base's policy names; of the change's, the language only."""
    policy = base.catalog.only(NotificationPolicy)
    if policy is not None:
        return own_words(policy.value.spec.language, policy.value.spec.words)
    own = proposed.only(NotificationPolicy)
    return words_in(own.value.spec.language if own else "en")
