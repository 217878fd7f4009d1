"""A certificate authority of the test's own, and a certificate for this machine."""

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True)
class Certificates:
    """PEM files: the authority's certificate, and 127.0.0.1's with its key."""

    authority: Path
    certificate: Path
    key: Path

    @classmethod
    def made_in(cls, place: Path) -> "Certificates":
        """Fresh ones."""
        files = cls(place / "authority.pem", place / "certificate.pem", place / "key.pem")
        theirs, ours = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root = _signed("A practice's own authority", theirs, "A practice's own authority", theirs, is_authority=True)
        leaf = _signed("127.0.0.1", ours, "A practice's own authority", theirs, is_authority=False)
        files.authority.write_bytes(root.public_bytes(Encoding.PEM))
        files.certificate.write_bytes(leaf.public_bytes(Encoding.PEM))
        files.key.write_bytes(ours.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return files

    def of_a_server(self) -> ssl.SSLContext:
        """What a server on this machine shows."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def of_a_client(self) -> ssl.SSLContext:
        """What a client of it trusts."""
        return ssl.create_default_context(cafile=str(self.authority))


def _signed(
    name: str, key: ec.EllipticCurvePrivateKey, by: str, with_key: ec.EllipticCurvePrivateKey, *, is_authority: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    uses = {"key_cert_sign", "crl_sign"} if is_authority else {"digital_signature"}
    signer = x509.SubjectKeyIdentifier.from_public_key(with_key.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(by))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**{use: use in uses for use in USES}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(signer), critical=False)
    )
    if not is_authority:
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(name))])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(with_key, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
