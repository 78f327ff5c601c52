"""A fake of an API in this process, without a server: requests go straight to its answers."""

import json
from urllib.parse import urlsplit

import httpx

from tests.providers.faulty_fake import FaultyFake


def transport_of(fake: FaultyFake) -> httpx.MockTransport:
    """The transport of a client of a fake, with its faults of the connection."""

    def handle(request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode()
        body = json.loads(request.content) if request.content else None
        headers = {name.lower(): value for name, value in request.headers.items()}
        fault = fake.fault(request.method, urlsplit(path).path)
        status, reply = fake.faulty(fault, request.method, path, headers, body)
        if fault in ("lost", "ignored"):
            raise httpx.ReadError("connection reset by peer", request=request)
        limits = {f"{fake.limits}-Remaining": str(fake.remaining()), f"{fake.limits}-Reset": "7"}
        content = b"" if reply is None else json.dumps(reply).encode()
        return httpx.Response(status, headers=limits, content=content)

    return httpx.MockTransport(handle)
