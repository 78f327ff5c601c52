"""`sloth`: all SLOs of an import together, and the window sets that Sloth was given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reliability.convert.converter import Converted, Original, Remark, Wishes, left_out
from reliability.convert.documents import alert_policy
from reliability.convert.sloth.alerting import read_alerting
from reliability.convert.sloth.plugins import read_plugins
from reliability.convert.sloth.slo import Made, names_of, read_slo
from reliability.convert.sloth.specs import SlothSlo, is_sloth, is_windows, slos_in
from reliability.convert.sloth.windows import Period, period_of, read_windows
from reliability.load.document import Document

FIRST: Final = "keep one of the two, and import again"


class Sloth:
    """Each SLO becomes an SLO and an entry of the alert policy; what Sloth alone knows is kept.

    Words that OpenSLO has no place for go into annotations, which `build --compatible sloth`
    reads.
    """

    name = "sloth"

    def recognises(self, original: Original) -> bool:
        """Whether it is a specification of Sloth's, one of its resources, or an alpha OpenSLO."""
        return isinstance(original, Document) and (
            is_sloth(original.values) or is_windows(original.values)
        )

    def convert(self, originals: Sequence[Original], wishes: Wishes) -> Iterator[Converted]:
        """SLOs, alert policies and window sets, and a remark for all that is in none."""
        documents = [each for each in originals if isinstance(each, Document)]
        sets: list[Period] = []
        for each in documents:
            if is_windows(each.values):
                read = yield from read_windows(each)
                sets += [read] if read else []
        period = period_of(sets)
        found: list[SlothSlo] = []
        for each in documents:
            if is_sloth(each.values):
                for slo in slos_in(each):
                    if isinstance(slo, Remark):
                        yield slo
                    else:
                        found.append(slo)
        yield from _all(found, period, wishes)


def _all(found: Sequence[SlothSlo], period: Period, wishes: Wishes) -> Iterator[Converted]:
    names = names_of(found, wishes.service)
    first: set[tuple[str, str]] = set()
    for each, made in zip(found, names, strict=True):
        identity = (each.service, each.name)
        if identity in first:
            message = f"{each.service} has an SLO {each.name} already"
            yield left_out(each.fields.at("name"), message, FIRST)
            continue
        first.add(identity)
        yield from _one(each, made, period)


def _one(slo: SlothSlo, made: Made, period: Period) -> Iterator[Converted]:
    annotations: dict[str, str] = {}
    yield from read_plugins(slo, annotations)
    entry = yield from read_alerting(slo, made, period, annotations)
    is_made = yield from read_slo(slo, made, period, annotations)
    if is_made and entry is not None:
        yield alert_policy(made.service, slo.fields.origin, objectives=[entry])
    for fields in (slo.sli, slo.fields):
        yield from fields.remarks("is a key that Sloth does not read here")
