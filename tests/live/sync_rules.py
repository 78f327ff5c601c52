"""A sync of three rule files, in a process of its own that a test can kill.

Arguments: the server's address, our folder, the threshold of the first alert.
"""

import sys
from contextlib import ExitStack
from pathlib import Path

from reliability.plan.plan import plan
from reliability.plan.render import FORMATS
from reliability.plan.report import Synced, is_settled
from reliability.plan.sync import sync
from reliability.providers import open_provider
from reliability.providers.access import ProviderAccess
from tests.providers.worlds import TARGET, prometheus_target, rules


def main(url: str, folder: str, threshold: str) -> int:
    """Print the report; 1 where something was left undone."""
    desired = (rules("attendance", threshold), rules("payroll"), rules("search"))
    with ExitStack() as closing:
        access = ProviderAccess(
            root=Path(folder),
            allowed_hosts=("127.0.0.1",),
            secret=str,
            tell=print,
            writable=True,
            closing=closing,
        )
        provider = open_provider(prometheus_target(url, Path(folder)), access)
        planned = plan(TARGET, desired, provider.read())
        report = Synced(planned, tuple(sync(planned, provider)))
    sys.stdout.write(FORMATS["text"]([report]) + "\n")
    return 0 if is_settled(report) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
