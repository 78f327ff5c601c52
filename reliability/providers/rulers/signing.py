"""Signatures of requests to AWS (Signature Version 4), with credentials from AWS's usual places."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import httpx

from reliability.errors import ProviderError, install_command

if TYPE_CHECKING:
    from botocore.credentials import Credentials

SERVICE: Final = "aps"
"""Name of Amazon Managed Prometheus in signatures."""
SIGNED: Final = ("content-type", "host")
"""Headers that are signed; those that httpx or a proxy may change are not."""


@dataclass(frozen=True, slots=True)
class AwsSignature(httpx.Auth):
    """Signs each request when it is sent, so that a repeated one has a current time."""

    credentials: Credentials
    region: str
    requires_request_body = True

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the signature to a request."""
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest

        headers = {name: request.headers[name] for name in SIGNED if name in request.headers}
        signed = AWSRequest(
            method=request.method, url=str(request.url), data=request.content, headers=headers
        )
        frozen = self.credentials.get_frozen_credentials()
        SigV4Auth(frozen, SERVICE, self.region).add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        yield request


def aws_signature(target: str, region: str, profile: str | None) -> AwsSignature:
    """Return the signature with the credentials of a profile, or of the environment.

    Raises:
        ProviderError: there are no credentials, or the extra `aws` is not installed.
    """
    try:
        import botocore.session
        from botocore.exceptions import BotoCoreError
    except ImportError as error:
        raise ProviderError(
            f"{target}: signatures of AWS need the extra 'aws'; run `{install_command('aws')}`"
        ) from error

    try:
        credentials = botocore.session.Session(profile=profile).get_credentials()
    except BotoCoreError as error:
        raise ProviderError(f"{target}: no AWS credentials: {error}") from error
    if credentials is None:
        raise ProviderError(
            f"{target}: no AWS credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
            "profile in policies/targets.yaml"
        )
    return AwsSignature(credentials, region)
