"""TLS with a private authority, and client certificates that a registry demands."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from adapter_house import line, protocol, reply, saying
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.errors import GatewayError

BEGINS = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


@dataclass
class Authority:
    """A certificate authority of this test."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def make(cls, name: str) -> Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(name, key, _name(name)).add_extension(x509.BasicConstraints(True, 0), True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        return cls(key, builder.add_extension(usage, True).sign(key, hashes.SHA256()))

    def issue(self, name: str, *, ends: datetime.datetime | None = None, address: str = "127.0.0.1") -> bytes:
        """Certificate and key as PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(name, key, self.certificate.subject, ends)
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        builder = builder.add_extension(names, False).add_extension(x509.BasicConstraints(False, None), True)
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        certificate = builder.add_extension(authority, False).sign(self.key, hashes.SHA256())
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return certificate.public_bytes(serialization.Encoding.PEM) + private

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: x509.Name, ends: datetime.datetime | None = None
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder().subject_name(_name(name)).issuer_name(issuer).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(ends or BEGINS + datetime.timedelta(days=36500))
    )  # fmt: skip


@pytest.fixture(scope="module")
def ours() -> Authority:
    return Authority.make("probe authority")


def server(pem: bytes, folder: Path, clients: Authority | None = None) -> ssl.SSLContext:
    path = folder / "server.pem"
    path.write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    if clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=clients.pem.decode())
    return context


async def outcome(port: int, **changes: Any) -> str:
    adapter, tree = protocol("rest", port, scheme="https", **changes)
    try:
        return str((await adapter.send(adapter.encode(tree))).status)
    except GatewayError as error:
        return error.code
    finally:
        await adapter.close()


def trust(authority: Authority, folder: Path) -> Path:
    path = folder / "trust.pem"
    path.write_bytes(authority.pem)
    return path


async def test_a_private_authority_is_trusted_only_where_it_is_named(ours: Authority, tmp_path: Path) -> None:
    async with line(saying(reply()), server(ours.issue("registry"), tmp_path)) as end:
        assert await outcome(end.port, trust=trust(ours, tmp_path)) == "200"
        assert await outcome(end.port) == "registry.tls"
        assert await outcome(end.port, trust=trust(Authority.make("another"), tmp_path)) == "registry.tls"


@pytest.mark.parametrize("wrong", ["name", "expired"])
async def test_a_certificate_of_another_name_or_time_is_refused(ours: Authority, tmp_path: Path, wrong: str) -> None:
    ended = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)
    pem = ours.issue("registry", address="127.0.0.9") if wrong == "name" else ours.issue("registry", ends=ended)
    async with line(saying(reply()), server(pem, tmp_path)) as end:
        assert await outcome(end.port, trust=trust(ours, tmp_path)) == "registry.tls"
        assert end.requests == []


async def test_a_client_certificate_that_is_demanded(ours: Authority, tmp_path: Path) -> None:
    clients = Authority.make("client authority")
    context = server(ours.issue("registry"), tmp_path, clients)
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # TLS 1.3 refuses a client only after the handshake
    async with line(saying(reply()), context) as end:
        trusted = trust(ours, tmp_path)
        assert await outcome(end.port, trust=trusted, client_certificate=clients.issue("gateway")) == "200"
        assert await outcome(end.port, trust=trusted) == "registry.tls"
        assert await outcome(end.port, trust=trusted, client_certificate=ours.issue("gateway")) == "registry.tls"
        assert len(end.requests) == 1
    async with line(saying(reply()), server(ours.issue("registry"), tmp_path, clients)) as end:
        assert await outcome(end.port, trust=trusted, client_certificate=clients.issue("gateway")) == "200"
        assert await outcome(end.port, trust=trusted) in ("registry.tls", "registry.connect", "registry.reply_broken")
        assert len(end.requests) == 1


@pytest.mark.parametrize("pem", [b"no certificate", b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"])
async def test_a_certificate_file_that_can_not_be_used(pem: bytes, tmp_path: Path) -> None:
    assert await outcome(9, client_certificate=pem) == "registry.tls"
    (tmp_path / "trust.pem").write_bytes(pem)
    assert await outcome(9, trust=tmp_path / "trust.pem") == "registry.tls"
    assert await outcome(9, trust=tmp_path / "missing.pem") == "registry.tls"


async def test_a_server_that_speaks_no_tls() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(reply())
        writer.close()
        await writer.wait_closed()

    end = await asyncio.start_server(plain, "127.0.0.1", 0)
    async with end:
        assert await outcome(end.sockets[0].getsockname()[1]) == "registry.tls"


async def test_old_tls_is_refused(ours: Authority, tmp_path: Path) -> None:
    context = server(ours.issue("registry"), tmp_path)
    with pytest.warns(DeprecationWarning, match="TLSv1 is deprecated"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1_1 is deprecated"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    async with line(saying(reply()), context) as end:
        assert await outcome(end.port, trust=trust(ours, tmp_path)) == "registry.tls"
