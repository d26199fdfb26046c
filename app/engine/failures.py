"""Failures in a person's words: what happened, then what to do."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator

from app.domain.run import Failure, FailureKind, Response

_HINTS = {
    400: "The request is not what the API expects; read its answer.",
    401: "The API wants to know who is asking; check the action's token.",
    403: "The token is known but may not do this.",
    404: "There is nothing at that path; check the URL and its inputs.",
    405: "That path does not take this method.",
    409: "It clashes with the state of things over there; read the answer.",
    415: "The API does not take this kind of body; check Content-Type.",
    422: "The API understood the request and refuses its values; read the answer.",
    429: "Too many requests; wait before sending again.",
}


def status_failure(response: Response) -> Failure | None:
    """A status of 400 or more is the other side's failure; everything below is a success, as a workflow sees it."""
    if response.status < 400:
        return None
    words = f"{response.status} {response.reason}".strip()
    hint = _HINTS.get(response.status) or (
        "The API itself failed; its owner has to look." if response.status >= 500 else "Read its answer."
    )
    wait = response.header("retry-after") if response.status in (429, 503) else None
    after = f" It says: retry after {wait}." if wait else ""
    return Failure(kind=FailureKind.THIRD_PARTY, stage="status", message=f"The API answered {words}. {hint}{after}")


def network(stage: str, message: str) -> Failure:
    """A failure of the network, or of what stands between the network and the answer."""
    return Failure(kind=FailureKind.NETWORK, stage=stage, message=message)


def late_words(stage: str, host: str, deadline_s: float, came: int) -> Failure:
    """What a deadline has cut, by where it fell."""
    limit = f"within {deadline_s:g} s, the limit of a request"
    words = {
        "dns": f"The name of {host} was not found {limit}. Nothing was sent. Check its spelling and the network.",
        "connect": f"{host} took no connection {limit}. Nothing was sent. Check the host, the port and any firewall.",
        "tls": f"{host} did not agree on TLS {limit}. Nothing was sent. Check https and the port.",
        "send": f"{host} did not take the whole request {limit}. It may act on what it has; look there.",
        "wait": f"{host} took the request and sent no answer {limit}. It may have acted on it; look there before you "
        "send again.",
    }
    reading = f"The answer of {host} did not end {limit}. The {came:,} bytes that came are kept."
    return network(stage, words.get(stage, reading))


def broken_words(error: BaseException, stage: str, host: str, came: int) -> Failure:
    """A connection that ended, or turned to nonsense, after the request had begun to leave."""
    sent = "It is not sent again; it may have arrived, so look there."
    reason = str(error) or type(error).__name__
    if stage == "read":
        return network(
            stage, f"The answer of {host} broke off: {_plain(reason)}. The {came:,} bytes that came are kept."
        )
    if type(error).__name__ == "RemoteProtocolError" and "disconnected" not in reason.lower():
        return network(stage, f"{host} did not answer as HTTP requires: {_plain(reason)}. {sent}")
    return network(stage, f"{host} closed the connection before an answer came. {sent}")


def _plain(reason: str) -> str:
    """A library's reason as the middle of a sentence."""
    return reason[:200].rstrip(".")


def connect_words(error: BaseException, host: str) -> str:
    """Why no connection came about, from the error and what caused it."""
    causes = list(_causes(error))
    certificate = next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None)
    if certificate:
        return f"The certificate of {host} is not trusted: {certificate.verify_message}. Nothing was sent."
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return f"{host} does not speak TLS as expected{_alert(causes)}; check https and the port. Nothing was sent."
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return f"There is no host {host}; check its spelling and the network. Nothing was sent."
    if any(isinstance(cause, OSError) and cause.errno == errno.ECONNREFUSED for cause in causes):
        return f"Nothing answers at {host}; check that the server runs and that the port is right. Nothing was sent."
    return f"{host} cannot be reached: {str(causes[-1]) or str(causes[0])}. Nothing was sent."


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, OSError) and isinstance(error.args[:1], tuple) and error.__cause__ is None:
            yield from (cause for cause in error.args if isinstance(cause, BaseException))
        error = error.__cause__ or error.__context__


def _alert(causes: list[BaseException]) -> str:
    """What the other side complained about, such as a client certificate that it did not get."""
    found = next((cause.reason for cause in causes if isinstance(cause, ssl.SSLError) and cause.reason), "")
    return f" ({found.replace('_', ' ').lower()})" if found else ""
