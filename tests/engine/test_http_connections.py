"""Certificates of the other side and of ones own, against real servers on loopback."""

from __future__ import annotations

import ssl
from pathlib import Path

import trustme
from asking_kit import ask
from fault_kit import FaultServer

from app.domain.sending import SendOptions


async def test_a_certificate_of_an_unknown_authority_is_refused(secure: FaultServer) -> None:
    secure.log.clear()
    result = await ask(secure.url + "/ok")
    assert result.failure is not None
    assert result.failure.stage == "tls"
    assert "is not trusted" in result.failure.message
    assert "Nothing was sent." in result.failure.message
    assert secure.log == []


async def test_an_authority_of_ones_own_makes_it_trusted_and_the_run_keeps_the_certificate(
    secure: FaultServer, ca_file: str
) -> None:
    result = await ask(secure.url + "/ok", SendOptions(ca_file=ca_file))
    assert result.failure is None
    assert result.connection is not None
    tls = result.connection.tls
    assert tls is not None
    assert tls.is_verified
    assert tls.version == "TLSv1.3"
    assert "Hazel Authority" in tls.issuer
    assert tls.names == ("127.0.0.1",)
    assert tls.not_before < tls.not_after
    assert len(tls.fingerprint) == 64
    assert not result.connection.is_insecure
    assert result.connection.timing.tls_ms is not None


async def test_a_certificate_for_another_host_is_refused(secure: FaultServer, ca_file: str) -> None:
    url = f"https://shop.localhost:{secure.port}/ok"
    result = await ask(url, SendOptions(ca_file=ca_file))
    assert result.failure is not None
    assert "is not trusted: Hostname mismatch" in result.failure.message


async def test_insecure_is_kept_with_the_run(secure: FaultServer) -> None:
    result = await ask(secure.url + "/ok", SendOptions(is_insecure=True))
    assert result.failure is None
    assert result.connection is not None
    assert result.connection.is_insecure
    assert result.connection.tls is not None
    assert not result.connection.tls.is_verified
    assert "Hazel Authority" in result.connection.tls.issuer


async def test_what_is_insecure_here_is_checked_elsewhere(secure: FaultServer, authority: trustme.CA) -> None:
    """A redirect's target gets neither the switch nor the certificate of this side."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with FaultServer(tls=context) as other:
        secure.redirect("/away", 302, f"{other.url}/ok")
        result = await ask(secure.url + "/away", SendOptions(is_insecure=True, follows_redirects=True))
        assert other.log == []
    assert result.failure is not None
    assert "is not trusted" in result.failure.message
    assert len(result.hops) == 1
    assert result.hops[0].connection is not None
    assert result.hops[0].connection.is_insecure


async def test_a_client_certificate_is_shown_where_one_is_asked_for(
    authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    client = authority.issue_cert("me@shop.example")
    cert, key = tmp_path / "me.pem", tmp_path / "me.key"
    client.cert_chain_pems[0].write_to_path(str(cert))
    client.private_key_pem.write_to_path(str(key))
    with FaultServer(tls=context) as server:
        bare = await ask(server.url + "/ok", SendOptions(ca_file=ca_file))
        assert bare.failure is not None
        assert bare.response is None
        assert server.log == []
        options = SendOptions(ca_file=ca_file, client_cert=str(cert), client_key=str(key))
        assert (await ask(server.url + "/ok", options)).failure is None
        assert len(server.log) == 1


async def test_a_key_with_a_passphrase_never_asks_at_the_terminal(
    secure: FaultServer, ca_file: str, authority: trustme.CA, tmp_path: Path
) -> None:
    from cryptography.hazmat.primitives import serialization

    client = authority.issue_cert("me@shop.example")
    plain = serialization.load_pem_private_key(client.private_key_pem.bytes(), None)
    key = tmp_path / "me.key"
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    key.write_bytes(plain.private_bytes(pem, pkcs8, serialization.BestAvailableEncryption(b"pw")))
    cert = tmp_path / "me.pem"
    client.cert_chain_pems[0].write_to_path(str(cert))
    result = await ask(secure.url + "/ok", SendOptions(client_cert=str(cert), client_key=str(key)))
    assert result.failure is not None
    assert "has a passphrase" in result.failure.message
