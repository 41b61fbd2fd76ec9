"""The certificate inside a statement comes from a stranger: whatever it holds, the answer is a refusal by name."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography import x509

from chassis.keys.certificates import examine
from console.parts.certificates import DevelopmentAuthority
from kernel.refusals import SignatureInvalid

HUB = "spiffe://xueji/dev/province/41"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> DevelopmentAuthority:
    return DevelopmentAuthority.create(tmp_path_factory.mktemp("authority"))


def der_of(pem: Path) -> bytes:
    return base64.b64decode("".join(pem.read_text("ascii").splitlines()[1:-1]))


def test_a_certificate_with_any_bit_altered_is_refused(authority: DevelopmentAuthority, tmp_path: Path) -> None:
    trusted = [x509.load_pem_x509_certificate(authority.certificate_file.read_bytes())]
    certificate = der_of(authority.issue_signing(HUB, tmp_path).certificate)
    assert examine(base64.b64encode(certificate).decode(), trusted).identity.uri == HUB
    for bit in range(8 * len(certificate)):
        altered = bytearray(certificate)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SignatureInvalid):
            examine(base64.b64encode(altered).decode(), trusted)


@pytest.mark.parametrize("length", [0, 1, 100, -1])
def test_a_certificate_that_was_cut_is_refused(authority: DevelopmentAuthority, tmp_path: Path, length: int) -> None:
    certificate = der_of(authority.issue_signing(HUB, tmp_path).certificate)
    with pytest.raises(SignatureInvalid):
        examine(base64.b64encode(certificate[:length]).decode(), [])
