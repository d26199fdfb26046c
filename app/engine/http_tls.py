"""What the other side showed when the connection was encrypted."""

from __future__ import annotations

import hashlib
import ssl
from datetime import UTC, datetime

from app.domain.run import TlsInfo

_MOST_NAMES = 20


def tls_info(connection: ssl.SSLObject) -> TlsInfo:
    """Version, cipher and certificate of an encrypted connection."""
    cipher = connection.cipher()
    found = TlsInfo(
        version=connection.version() or "",
        cipher=cipher[0] if cipher else "",
        is_verified=connection.context.verify_mode is ssl.CERT_REQUIRED,
    )
    certificate = connection.getpeercert(binary_form=True)
    return _described(found, certificate) if certificate else found


def _described(found: TlsInfo, certificate: bytes) -> TlsInfo:
    from dataclasses import replace

    from cryptography import x509

    fingerprint = hashlib.sha256(certificate).hexdigest()
    try:
        parsed = x509.load_der_x509_certificate(certificate)
        subject, issuer = parsed.subject.rfc4514_string(), parsed.issuer.rfc4514_string()
        begin, end = parsed.not_valid_before_utc, parsed.not_valid_after_utc
        names = _names(parsed)
    except (ValueError, TypeError):  # an insecure connection takes any bytes for a certificate
        return replace(found, fingerprint=fingerprint)
    return replace(
        found,
        subject=subject,
        issuer=issuer,
        names=names,
        not_before=_day(begin),
        not_after=_day(end),
        fingerprint=fingerprint,
    )


def _names(certificate: object) -> tuple[str, ...]:
    from cryptography import x509

    assert isinstance(certificate, x509.Certificate)
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(str(name.value) for name in found)[:_MOST_NAMES]


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
