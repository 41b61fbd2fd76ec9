"""A certificate authority for development and tests: short-lived certificates that name an office.

Three keys for three purposes, never one for two: TLS (ECDSA P-256), signing letters and endorsements (Ed25519,
RFC 8410), and sealing letters to a hub (X25519, a JWK by RFC 8037). The authority is constrained by name (RFC 5280,
4.2.1.10): even if its key leaked, it could vouch for no host name but localhost and the federation's own.
"""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from joserfc.jwk import OKPKey

from console.parts.ports import LOOPBACK
from console.parts.private_files import write_private
from kernel.office import Identity, Tier

AUTHORITY_NAME = "xueji development CA"
AUTHORITY_LIFETIME = timedelta(days=30)
LEAF_LIFETIME_MAX = timedelta(days=7)  # there is no revocation that gRPC would look at: certificates end soon instead
CLOCKS_DIFFER_AT_MOST = timedelta(minutes=1)

_TRUST_DOMAIN = "xueji"
_INTERNAL_DOMAIN = "xueji.internal"
_BROKER_HOST = f"broker.{_INTERNAL_DOMAIN}"
_POPULATION_HOST = f"population.{_INTERNAL_DOMAIN}"

_PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
_PublicKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey


@dataclass(frozen=True)
class TlsFiles:
    """PEM files for both ends of a TLS connection; the key's mode is 0600."""

    cert: Path
    key: Path
    ca: Path


@dataclass(frozen=True)
class SigningFiles:
    """PEM files: a certificate over an Ed25519 key, and the key (PKCS 8, mode 0600)."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class SealingFiles:
    """A private X25519 key as a JWK file (mode 0600), and its public half to be published.

    ``public`` holds ``kty``, ``crv``, ``x`` and ``kid``; ``kid`` is the thumbprint (RFC 7638).
    """

    private: Path
    public: dict[str, str]


class DevelopmentAuthority:
    """Issues certificates for the nodes, desks and broker of one environment.

    ``create`` makes a new one and ``load`` opens one that was made before; two created ones are foreign to each other
    although they bear the same name.
    """

    def __init__(
        self, directory: Path, *, environment: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
    ) -> None:
        self._directory = directory
        self._environment = environment
        self._certificate = certificate
        self._key = key

    @property
    def environment(self) -> str:
        return self._environment

    @property
    def certificate_file(self) -> Path:
        """What everybody trusts, as PEM."""
        return self._directory / "ca.pem"

    @classmethod
    def create(
        cls,
        directory: Path,
        environment: str = "dev",
        *,
        now: datetime | None = None,
        lifetime: timedelta = AUTHORITY_LIFETIME,
    ) -> Self:
        """A new authority, its key and certificate written into ``directory``; it begins two weeks before ``now``."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        begins = (now or datetime.now(UTC)) - LEAF_LIFETIME_MAX * 2  # tests issue certificates that ended already
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, AUTHORITY_NAME),
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, environment),
            ]
        )
        # No address among them: the TLS library inside gRPC refuses any chain that constrains addresses.
        permitted: list[x509.GeneralName] = [
            x509.UniformResourceIdentifier(_TRUST_DOMAIN),
            x509.DNSName("localhost"),
            x509.DNSName(_INTERNAL_DOMAIN),
        ]
        certificate = (
            _builder(subject, subject, key.public_key(), begins=begins, ends=begins + lifetime)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)
            .add_extension(x509.NameConstraints(permitted, None), critical=True)
            .sign(key, hashes.SHA256())
        )
        authority = cls(directory, environment=environment, certificate=certificate, key=key)
        write_private(directory / "ca-key.pem", _pem_of_key(key))
        authority.certificate_file.write_bytes(_pem(certificate))
        return authority

    @classmethod
    def load(cls, directory: Path) -> Self:
        """The authority that ``create`` wrote there.

        Raises:
            FileNotFoundError: none was.
        """
        certificate = x509.load_pem_x509_certificate((directory / "ca.pem").read_bytes())
        key = serialization.load_pem_private_key((directory / "ca-key.pem").read_bytes(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey), "not a key that create() wrote"
        (unit,) = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
        return cls(directory, environment=str(unit.value), certificate=certificate, key=key)

    def issue_tls(
        self,
        identity: str,
        directory: Path,
        *,
        lifetime: timedelta = LEAF_LIFETIME_MAX,
        not_before: datetime | None = None,
    ) -> TlsFiles:
        """``tls.pem``, ``tls-key.pem`` and ``ca.pem`` for a node or a person at a desk.

        The certificate names the identity (URI), localhost and 127.0.0.1, and for a node its office's DNS name. It is
        good for both ends of a connection. Issuing again into the same directory replaces key and certificate.

        Args:
            identity: ``spiffe://xueji/<environment>/<tier>/<code>`` or a desk below it.
            lifetime: at most seven days.
            not_before: the beginning of its life; a minute ago when not given.

        Raises:
            IdentityNotProven: the identity names no office.
            ValueError: the identity is of another environment, or the lifetime too long.
        """
        who = self._parse(identity)
        hosts = [who.office.host_name] if who.is_node else []
        return self._issue_tls(who.uri, _label(who), hosts, directory, lifetime=lifetime, not_before=not_before)

    def issue_broker_tls(self, directory: Path) -> TlsFiles:
        """The same for the broker, which is a machine and no office: no identity of an office can equal its own."""
        uri = f"spiffe://{_TRUST_DOMAIN}/{self._environment}/broker/letters"
        return self._issue_tls(uri, "broker", [_BROKER_HOST], directory, lifetime=LEAF_LIFETIME_MAX, not_before=None)

    def issue_population_tls(self, directory: Path) -> TlsFiles:
        """The same for the stand-in of the population register, which is nobody of ours either."""
        uri = f"spiffe://{_TRUST_DOMAIN}/{self._environment}/outside/population"
        hosts = [_POPULATION_HOST]
        return self._issue_tls(uri, "population", hosts, directory, lifetime=LEAF_LIFETIME_MAX, not_before=None)

    def issue_signing(
        self, identity: str, directory: Path, *, life: tuple[datetime, datetime] | None = None
    ) -> SigningFiles:
        """``signing.pem`` and ``signing-key.pem``: an Ed25519 key of its own, certified for signatures alone.

        Args:
            life: first and last moment, for a play whose clock runs through years; seven days from now when not given.

        Raises:
            IdentityNotProven: the identity names no office.
            ValueError: the identity is of another environment.
        """
        who = self._parse(identity)
        key = ed25519.Ed25519PrivateKey.generate()
        begins, ends = life or _life(LEAF_LIFETIME_MAX, not_before=None)
        certificate = self._sign(
            self._leaf_builder(_label(who), key.public_key(), begins=begins, ends=ends)
            .add_extension(_key_usage(digital_signature=True), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(who.uri)]), critical=False)
        )
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        files = SigningFiles(certificate=directory / "signing.pem", key=directory / "signing-key.pem")
        write_private(files.key, _pem_of_key(key))
        files.certificate.write_bytes(_pem(certificate))
        return files

    def issue_sealing(self, identity: str, directory: Path) -> SealingFiles:
        """``sealing.jwk``: the key to which other hubs seal their letters. Only hubs have one.

        Raises:
            IdentityNotProven: the identity names no office.
            ValueError: the identity is of another environment, or not a province's node.
        """
        who = self._parse(identity)
        if who.office.tier is not Tier.PROVINCE or not who.is_node:
            raise ValueError(f"only a hub is sent letters: {who.office}")
        key = OKPKey.generate_key("X25519", private=True, auto_kid=True)
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = directory / "sealing.jwk"
        write_private(file, json.dumps(key.as_dict(private=True), indent=2, sort_keys=True).encode())
        return SealingFiles(private=file, public={k: str(v) for k, v in key.as_dict(private=False).items()})

    def _issue_tls(
        self,
        uri: str,
        label: str,
        hosts: list[str],
        directory: Path,
        *,
        lifetime: timedelta,
        not_before: datetime | None,
    ) -> TlsFiles:
        key = ec.generate_private_key(ec.SECP256R1())
        names: list[x509.GeneralName] = [
            x509.UniformResourceIdentifier(uri),
            x509.DNSName("localhost"),
            *(x509.DNSName(host) for host in hosts),
            x509.IPAddress(ipaddress.ip_address(LOOPBACK)),
        ]
        begins, ends = _life(lifetime, not_before=not_before)
        certificate = self._sign(
            self._leaf_builder(label, key.public_key(), begins=begins, ends=ends)
            .add_extension(_key_usage(digital_signature=True), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
                critical=False,
            )
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
        )
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        files = TlsFiles(cert=directory / "tls.pem", key=directory / "tls-key.pem", ca=directory / "ca.pem")
        write_private(files.key, _pem_of_key(key))
        files.cert.write_bytes(_pem(certificate))
        files.ca.write_bytes(_pem(self._certificate))
        return files

    def _parse(self, identity: str) -> Identity:
        who = Identity.parse(identity)
        if who.environment != self._environment:
            raise ValueError(f"this authority is of environment {self._environment!r}, not {who.environment!r}")
        return who

    def _leaf_builder(
        self, label: str, public_key: _PublicKey, *, begins: datetime, ends: datetime
    ) -> x509.CertificateBuilder:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, label)])
        return (
            _builder(subject, self._certificate.subject, public_key, begins=begins, ends=ends)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )

    def _sign(self, builder: x509.CertificateBuilder) -> x509.Certificate:
        return builder.sign(self._key, hashes.SHA256())


def _life(lifetime: timedelta, *, not_before: datetime | None) -> tuple[datetime, datetime]:
    if not timedelta(0) < lifetime <= LEAF_LIFETIME_MAX:
        raise ValueError(f"a certificate lives at most {LEAF_LIFETIME_MAX.days} days, not {lifetime}")
    begins = not_before or datetime.now(UTC) - CLOCKS_DIFFER_AT_MOST
    return begins, begins + lifetime


def _label(who: Identity) -> str:
    """What a person sees in a list of certificates. The staff id stands in the URI alone."""
    return f"{who.office} {who.role}" if who.role else str(who.office)


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: _PublicKey, *, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _key_usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pem_of_key(key: _PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
