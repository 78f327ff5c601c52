"""The addresses of documentation pages, all made from one constant."""

from typing import Final

ADDRESS: Final = "docs"
"""The folder with the pages.

The project has no public address yet. A path in its repository can be looked up, and a link that
leads nowhere cannot. The first release puts an https address here, without a slash at its end.
"""


def docs_page(path: str) -> str:
    """Return the address of a page, for texts that people read.

    `docs_page("github/setup.md")` is `docs/github/setup.md` as long as there is no public address.
    """
    return f"{ADDRESS}/{path}"


def rule_page_url(rule: str, address: str = ADDRESS) -> str | None:
    """Return the URL of a rule's page, for fields that hold a URL; None without a public address.

    SARIF wants an absolute URI in `helpUri` (SARIF 2.1.0, 3.49.12).
    """
    if not address.startswith("https://"):
        return None
    return f"{address}/reference/rules/{rule}.md"
