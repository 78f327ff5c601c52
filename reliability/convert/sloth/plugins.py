"""SLO plugins: Sloth's own chain says nothing, what others do to its rules is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.compile.sloth.words import VALIDATION
from reliability.convert.converter import Remark, changed, left_out, mapping, sequence
from reliability.convert.sloth.sloth_slo import SlothSlo

CORE: Final = "sloth.dev/core/"
WRITES: Final = ("sli_rules", "metadata_rules", "alert_rules")
VICTORIA: Final = "sloth.dev/contrib/validate_victoria_metrics/v1"


def read_plugins(slo: SlothSlo, annotations: dict[str, str]) -> Iterator[Remark]:
    """Take the chains of the service and of the SLO; each plugin is kept or has a remark."""
    for fields in slo.chains:
        listed = [mapping(each) for each in sequence(fields.take("chain"))]
        overrides = fields.flag("overridePrevious") is True
        ids = [str(each.get("id")) for each in listed]
        for index, plugin in enumerate(listed):
            origin = fields.origin.inside("chain", index)
            name = ids[index]
            if name == VICTORIA:
                annotations[VALIDATION] = "none"
                message = f"{slo.name}: queries may hold more than PromQL, and check wants PromQL"
                help_text = "only build --compatible sloth lets them pass; write PromQL"
                yield changed(origin, message, help_text)
            elif not name.startswith(CORE):
                config = " with its config" if plugin.get("config") else ""
                message = f"{slo.name}: the plugin {name}{config} is not carried over"
                yield left_out(origin, message, "look what it does to the rules")
            elif plugin.get("config") or plugin.get("priority"):
                message = f"{slo.name}: config and priority of {name} are not carried over"
                yield left_out(origin, message)
        lost = [each for each in WRITES if f"{CORE}{each}/v1" not in ids]
        if overrides and lost:
            message = (
                f"{slo.name}: the chain is without {', '.join(lost)}, and rules are written here"
            )
            yield changed(fields.at("overridePrevious"), message)
        yield from fields.remarks("is a key that Sloth does not read here")
