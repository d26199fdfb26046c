"""A run in full, for a person: outcome, remarks, timing, connection, redirects, request and answer."""

from __future__ import annotations

from collections.abc import Iterator

from app.commands.tabular import fields
from app.domain.run import Connection, Hop, Response, Run, Timing, TlsInfo
from app.domain.sending import INSECURE_WORDS
from app.domain.text import visible
from app.engine.content import Content
from app.engine.file_names import file_name


def status_words(run: Run) -> str:
    """The outcome in a few words: "200 OK", "timed out"."""
    if run.response:
        return f"{run.response.status} {run.response.reason}".strip()
    return run.failure.kind if run.failure else ""


def size_words(size: int) -> str:
    """A number of bytes as a person reads it: "812 B", "12.1 kB"."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def about(run: Run, content: Content, size: int) -> tuple[str, ...]:
    """What a body is that is not text: name, kind, size; one short line each."""
    what = content.image.words if content.image else content.kind.capitalize()
    declared = f", {content.media_type}" if content.media_type else ""
    return tuple(map(visible, (file_name(run, content), f"{what}{declared}, {size_words(size)}")))


def kind_words(run: Run) -> str:
    """MOCK or LIVE, and loudly where nobody checked who answered."""
    return "MOCK" if run.is_mock else "LIVE INSECURE" if run.is_insecure else "LIVE"


def token_story(run: Run) -> tuple[str, ...]:
    """What happened to the token on the way; runs of before say no more than that they were sent once more."""
    if run.is_resent and not run.token_story:
        return ("401: the token was refused, fetched anew, and the request sent once more.",)
    return run.token_story


def run_lines(run: Run, remarks: tuple[str, ...] = ()) -> list[str]:
    """Everything that is kept of a run but its body; `remarks` are about the body."""
    lines = [*fields(_facts(run))]
    every = (*(run.response.remarks if run.response else ()), *remarks)
    lines += ["", *(visible(f"! {remark}") for remark in every)] if every else []
    for number, hop in enumerate(run.hops, start=1):
        lines += ["", *_hop_lines(number, hop)]
    lines += ["", visible(f"> {run.request.method} {run.request.url}")]
    lines += [visible(f"> {name}: {value}") for name, value in run.request.headers]
    lines += [visible(f"> {line}") for line in run.request.body.splitlines()]
    if run.response:
        lines += ["", visible(f"< {run.response.http_version} {status_words(run)}")]
        lines += [visible(f"< {name}: {value}") for name, value in run.response.headers]
    return lines


def _facts(run: Run) -> Iterator[tuple[str, object]]:
    yield "run", run.id
    yield "action", run.action_name
    yield "started", run.started_at
    yield "kind", kind_words(run)
    if run.sample:
        yield "sample", run.sample
    yield "outcome", status_words(run)
    yield from (("token", sentence) for sentence in token_story(run))
    if run.failure:
        yield "failure", f"{run.failure.kind} ({run.failure.stage}): {run.failure.message}"
    if run.response:
        yield "size", _size(run.response)
        yield "total", f"{run.response.elapsed_ms:.1f} ms"
    if run.connection:
        yield from _connection(run.connection)
    if run.response:
        yield "version", run.response.http_version


def _size(response: Response) -> str:
    words = size_words(response.body_size)
    if response.coding and response.wire_size is not None:
        words += f", which came as {size_words(response.wire_size)} of {response.coding}"
    return f"{words}, CUT: more was to come" if response.is_cut else words


def _connection(connection: Connection) -> Iterator[tuple[str, object]]:
    timing = timing_words(connection.timing)
    if timing:
        yield "timing", timing
    if connection.address:
        yield "address", connection.address
    if connection.proxy:
        yield "proxy", connection.proxy
    if connection.is_insecure:
        yield "security", INSECURE_WORDS
    if connection.tls:
        yield from _tls(connection.tls)


def timing_words(timing: Timing) -> str:
    """The steps that took place, in order: "DNS 1.2 ms, connect 3.4 ms, …"."""
    steps = (
        ("DNS", timing.dns_ms),
        ("connect", timing.connect_ms),
        ("TLS", timing.tls_ms),
        ("first byte", timing.first_byte_ms),
        ("transfer", timing.transfer_ms),
    )
    return ", ".join(f"{name} {took:.1f} ms" for name, took in steps if took is not None)


def _tls(tls: TlsInfo) -> Iterator[tuple[str, object]]:
    yield "TLS", f"{tls.version}, {tls.cipher}"
    checked = "" if tls.is_verified else " (NOT checked)"
    if tls.subject or tls.names:
        yield "certificate", f"{tls.subject or ', '.join(tls.names)}{checked}"
        yield "issued by", tls.issuer
        yield "valid", f"{tls.not_before} to {tls.not_after}"
    if tls.names:
        yield "hosts", ", ".join(tls.names)
    if tls.fingerprint:
        yield "SHA-256", tls.fingerprint


def _hop_lines(number: int, hop: Hop) -> Iterator[str]:
    yield visible(f"redirect {number}: {hop.method} {hop.url}")
    yield visible(f"  {hop.http_version} {hop.status} {hop.reason} after {hop.elapsed_ms:.1f} ms")
    yield from (visible(f"  < {name}: {value}") for name, value in hop.headers)
    if hop.connection:
        timing = timing_words(hop.connection.timing)
        yield from (f"  {line}" for line in fields(_connection(hop.connection)) if timing)
    if hop.note:
        yield visible(f"  ! {hop.note}")
