"""The development authority names offices, binds keys to one purpose each, and is good for nothing else."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from console.parts.certificates import AUTHORITY_NAME, DevelopmentAuthority, TlsFiles
from kernel.refusals import IdentityNotProven

COUNTY = "spiffe://xueji/dev/authority/410105"
SCHOOL = "spiffe://xueji/dev/school/2141000001"
HUB = "spiffe://xueji/dev/province/41"


@pytest.fixture
def authority(tmp_path: Path) -> DevelopmentAuthority:
    return DevelopmentAuthority.create(tmp_path / "ca")


def certificate_of(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def names_of(certificate: x509.Certificate) -> x509.SubjectAlternativeName:
    return certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_node_is_named_by_its_identity_and_by_the_hosts_it_is_reached_at(
    authority: DevelopmentAuthority, tmp_path: Path
) -> None:
    certificate = certificate_of(authority.issue_tls(COUNTY, tmp_path / "county").cert)
    names = names_of(certificate)
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == [COUNTY]
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "410105.authority.xueji.internal"]
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address("127.0.0.1")]
    assert isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
    assert certificate.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == AUTHORITY_NAME
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc <= timedelta(days=7)
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert set(usage) == {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}


def test_a_person_at_a_desk_has_an_identity_but_not_the_offices_host_name(
    authority: DevelopmentAuthority, tmp_path: Path
) -> None:
    certificate = certificate_of(authority.issue_tls(f"{SCHOOL}/desk/registrar/li", tmp_path / "desk").cert)
    names = names_of(certificate)
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == [f"{SCHOOL}/desk/registrar/li"]
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert "li" not in certificate.subject.rfc4514_string().split("=")[1].split()


@pytest.mark.parametrize(
    "identity", ["spiffe://xueji/dev/school/1", "spiffe://xueji/dev/broker/letters", "spiffe://other/dev/nation/00", ""]
)
def test_no_certificate_is_issued_for_what_is_no_office(
    authority: DevelopmentAuthority, tmp_path: Path, identity: str
) -> None:
    for issue in (authority.issue_tls, authority.issue_signing, authority.issue_sealing):
        with pytest.raises(IdentityNotProven):
            issue(identity, tmp_path / "nobody")
    assert not (tmp_path / "nobody").exists()


def test_no_certificate_is_issued_for_another_environment_or_for_longer_than_a_week(
    authority: DevelopmentAuthority, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="environment"):
        authority.issue_tls("spiffe://xueji/production/province/41", tmp_path)
    for lifetime in (timedelta(days=7, seconds=1), timedelta(0)):
        with pytest.raises(ValueError, match="at most 7 days"):
            authority.issue_tls(HUB, tmp_path, lifetime=lifetime)


def test_the_authority_can_be_opened_again_and_its_secrets_are_closed(
    authority: DevelopmentAuthority, tmp_path: Path
) -> None:
    again = DevelopmentAuthority.load(tmp_path / "ca")
    assert again.environment == "dev"
    tls, signing = again.issue_tls(HUB, tmp_path / "hub"), again.issue_signing(HUB, tmp_path / "hub")
    sealing = again.issue_sealing(HUB, tmp_path / "hub")
    for issued in (tls.cert, signing.certificate):
        certificate_of(issued).verify_directly_issued_by(certificate_of(authority.certificate_file))
    for secret in (tmp_path / "ca" / "ca-key.pem", tls.key, signing.key, sealing.private):
        assert mode_of(secret) == 0o600
    assert mode_of(tmp_path / "hub") == 0o700


def test_an_authority_of_the_same_name_is_a_stranger(authority: DevelopmentAuthority, tmp_path: Path) -> None:
    stranger = DevelopmentAuthority.create(tmp_path / "stranger")
    forged = certificate_of(stranger.issue_tls(HUB, tmp_path / "forged").cert)
    with pytest.raises(InvalidSignature):
        forged.verify_directly_issued_by(certificate_of(authority.certificate_file))


def test_the_signing_key_is_its_own_and_may_only_sign(authority: DevelopmentAuthority, tmp_path: Path) -> None:
    files = authority.issue_signing(HUB, tmp_path / "hub")
    certificate = certificate_of(files.certificate)
    key = serialization.load_pem_private_key(files.key.read_bytes(), password=None)
    assert isinstance(key, ed25519.Ed25519PrivateKey)
    public = certificate.public_key()
    assert isinstance(public, ed25519.Ed25519PublicKey)
    public.verify(key.sign(b"letter"), b"letter")
    assert names_of(certificate).get_values_for_type(x509.UniformResourceIdentifier) == [HUB]
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert not any((usage.key_cert_sign, usage.crl_sign, usage.key_agreement, usage.key_encipherment))
    with pytest.raises(x509.ExtensionNotFound):
        certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)


def test_only_a_hub_has_a_sealing_key_and_publishes_half_of_it(authority: DevelopmentAuthority, tmp_path: Path) -> None:
    files = authority.issue_sealing(HUB, tmp_path / "hub")
    private = json.loads(files.private.read_text())
    assert set(files.public) == {"kty", "crv", "x", "kid"}
    assert files.public["crv"] == "X25519"
    assert set(private) - set(files.public) == {"d"}
    assert files.public.items() <= private.items()
    for other in (COUNTY, f"{HUB}/desk/officer/li"):
        with pytest.raises(ValueError, match="only a hub"):
            authority.issue_sealing(other, tmp_path / "other")


async def caller_seen_by_grpc(server_files: TlsFiles, client_files: TlsFiles) -> bytes | None:
    """The identity that a gRPC server sees in a call, or None when there was no call."""
    seen: list[bytes] = []

    async def answer(request: bytes, context: grpc.aio.ServicerContext[bytes, bytes]) -> bytes:
        seen.extend(context.auth_context().get("peer_spiffe_id", ()))
        return request

    server = grpc.aio.server()
    method: grpc.RpcMethodHandler[bytes, bytes] = grpc.unary_unary_rpc_method_handler(answer)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Echo", {"Say": method}),))
    pair = (server_files.key.read_bytes(), server_files.cert.read_bytes())
    demand = grpc.ssl_server_credentials([pair], server_files.ca.read_bytes(), require_client_auth=True)
    port = server.add_secure_port("127.0.0.1:0", demand)
    await server.start()
    shown = grpc.ssl_channel_credentials(
        server_files.ca.read_bytes(), client_files.key.read_bytes(), client_files.cert.read_bytes()
    )
    try:
        async with grpc.aio.secure_channel(f"127.0.0.1:{port}", shown) as channel:
            say: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary("/test.Echo/Say")
            await say(b"who am I", timeout=5)
    except grpc.aio.AioRpcError:
        return None
    finally:
        await server.stop(None)
    return seen[0]


async def test_grpc_sees_who_calls_and_turns_away_strangers_and_the_expired(
    authority: DevelopmentAuthority, tmp_path: Path
) -> None:
    county = authority.issue_tls(COUNTY, tmp_path / "county")
    school = authority.issue_tls(SCHOOL, tmp_path / "school")
    ended = authority.issue_tls(SCHOOL, tmp_path / "ended", not_before=datetime.now(UTC) - timedelta(days=8))
    stranger = DevelopmentAuthority.create(tmp_path / "stranger").issue_tls(SCHOOL, tmp_path / "strange")
    assert await caller_seen_by_grpc(county, school) == SCHOOL.encode()
    assert await caller_seen_by_grpc(county, ended) is None
    assert await caller_seen_by_grpc(county, stranger) is None


def test_with_the_authoritys_key_one_could_still_not_vouch_for_another_site(
    authority: DevelopmentAuthority, tmp_path: Path
) -> None:
    """The name constraint: a stolen development key opens nothing beyond the federation."""
    honest = authority.issue_tls(COUNTY, tmp_path / "county")
    issuer_key = serialization.load_pem_private_key((tmp_path / "ca" / "ca-key.pem").read_bytes(), password=None)
    assert isinstance(issuer_key, ec.EllipticCurvePrivateKey)
    template = certificate_of(honest.cert)
    key = ec.generate_private_key(ec.SECP256R1())
    site = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(template.issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(template.not_valid_before_utc)
        .not_valid_after(template.not_valid_after_utc)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("bank.example")]), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )
    certificate, private = tmp_path / "site.pem", tmp_path / "site-key.pem"
    certificate.write_bytes(site.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    assert handshake_error(honest, host="410105.authority.xueji.internal") == ""
    forged = TlsFiles(cert=certificate, key=private, ca=honest.ca)
    assert "permitted subtree violation" in handshake_error(forged, host="bank.example")


def handshake_error(server_files: TlsFiles, *, host: str) -> str:
    """What a client that trusts the authority finds wrong with the server; empty when nothing."""
    client = ssl.create_default_context(cafile=str(server_files.ca))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(str(server_files.cert), str(server_files.key))
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client_side = client.wrap_bio(to_client, to_server, server_hostname=host)
    server_side = server.wrap_bio(to_server, to_client, server_side=True)
    finished = False
    while not finished:
        try:
            with contextlib.suppress(ssl.SSLWantReadError):
                client_side.do_handshake()
                finished = True
        except ssl.SSLCertVerificationError as error:
            return error.verify_message
        with contextlib.suppress(ssl.SSLWantReadError):
            server_side.do_handshake()
    return ""
