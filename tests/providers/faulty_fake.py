"""What fakes of APIs share: requests, faults, and limits on rates."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

Json = dict[str, Any]
Answer = tuple[int, Any]
Fault = Literal["lost", "ignored", "late", "500", "503", "429"]
"""`lost` is carried out without an answer, `ignored` is not; `late` answers after the time-out."""


class Refusal(Exception):
    """A request that the server refuses, with its status."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


@dataclass(kw_only=True)
class FaultyFake:
    """A fake of an API; `limits` is the prefix of its headers about rates.

    `fault` says what happens to a request, by its method and path; `found` are requests that the
    vendor's description does not allow.
    """

    limits: ClassVar[str]
    requests: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    fault: Callable[[str, str], Fault | None] = lambda _method, _path: None
    remaining: Callable[[], int] = lambda: 99
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def writes(self) -> list[str]:
        """Requests that change something."""
        return [
            request
            for request in self.requests
            if not request.startswith("GET") and not request.endswith("/validate")
        ]

    def faulty(
        self, fault: Fault | None, method: str, target: str, headers: Mapping[str, str], body: Any
    ) -> Answer:
        """The answer under a fault: a status without an effect, or what is done all the same."""
        if fault in (None, "lost", "late"):
            return self.answer(method, target, headers, body)
        self.requests.append(f"{method} {urlsplit(target).path}")
        return int(fault if fault in ("500", "503", "429") else 500), {"errors": [fault]}

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: Any) -> Answer:
        """The answer to a request; what has changed since."""
        raise NotImplementedError
