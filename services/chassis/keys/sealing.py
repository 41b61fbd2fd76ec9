"""Sealing letters to the hub that they are for: JWE (RFC 7516), so that the broker holds nothing readable.

One suite: ECDH-ES+A256KW over X25519 (RFC 8037), content by A256GCM, the recipient's key named by ``kid`` in the
protected header. Sealing does not prove who wrote: what is sealed is a signed statement.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.util import urlsafe_b64decode

from chassis.keys.files import ReadAgain
from chassis.keys.statement_form import STATEMENT_CHARACTERS_MAX
from kernel.refusals import MessageTooLarge, SealUnreadable

_ALGORITHM, _ENCRYPTION, _CURVE = "ECDH-ES+A256KW", "A256GCM", "X25519"
_SEALED_CHARACTERS_MAX = STATEMENT_CHARACTERS_MAX * 4 // 3 + 2048
_HEADER_KEYS = {"alg", "enc", "kid", "epk"}


class _LetterRegistry(jwe.JWERegistry):
    """joserfc's own bounds are for tokens; a letter holds a statement."""

    max_ciphertext_length = STATEMENT_CHARACTERS_MAX * 4 // 3 + 1024


_REGISTRY = _LetterRegistry(algorithms=[_ALGORITHM, _ENCRYPTION])


def seal(text: str, recipient: Mapping[str, Any]) -> str:
    """Seal a text so that only the holder of the recipient's key reads it.

    Args:
        text: at most ``STATEMENT_CHARACTERS_MAX`` bytes in UTF-8.
        recipient: the public JWK (OKP, X25519, with ``kid``) from the directory.

    Returns:
        JWE compact serialization.

    Raises:
        MessageTooLarge: the text is too long.
        SealUnreadable: the recipient's key cannot be used.
    """
    plaintext = text.encode()
    if len(plaintext) > STATEMENT_CHARACTERS_MAX:
        raise MessageTooLarge(most=f"{STATEMENT_CHARACTERS_MAX // 1024} KB")
    try:
        key = OKPKey.import_key({name: recipient[name] for name in ("kty", "crv", "x")})
        header = {"alg": _ALGORITHM, "enc": _ENCRYPTION, "kid": recipient["kid"]}
        if key.curve_name != _CURVE:
            raise SealUnreadable(why="收件单位的公钥种类不符")
        return jwe.encrypt_compact(header, plaintext, key, registry=_REGISTRY)
    except (JoseError, LookupError, TypeError, ValueError) as unusable:
        raise SealUnreadable(why="收件单位的公钥无法使用") from unusable


class Unsealer:
    """The keys of a hub for what is sealed to it.

    Args:
        key_file: a private JWK, or a JWK set (``{"keys": [...]}``) whose first key is the one to publish. While a key
            is being replaced the former stays in the set until no letter sealed to it can be under way.

    Raises:
        OSError, ValueError: the file cannot be read or holds no X25519 key.
    """

    def __init__(self, key_file: Path) -> None:
        self._keys = ReadAgain(key_file, read=lambda: _read_keys(key_file))

    @property
    def public(self) -> dict[str, Any]:
        """The public JWK that others seal to, as the directory carries it: kty, crv, x, kid."""
        kid, key = next(iter(self._keys().items()))
        public = key.as_dict(private=False)
        return {"kty": public["kty"], "crv": public["crv"], "x": public["x"], "kid": kid}

    def open(self, sealed: str) -> str:
        """What was sealed to one of these keys.

        Raises:
            SealUnreadable: it is sealed to another key, in another form, or was altered.
        """
        if len(sealed) > _SEALED_CHARACTERS_MAX or not sealed.isascii():
            raise SealUnreadable(why="超过规定大小")
        try:
            header = json.loads(urlsafe_b64decode(sealed.partition(".")[0].encode("ascii")))
            if not isinstance(header, dict) or header.keys() != _HEADER_KEYS:
                raise SealUnreadable(why="封装格式不符")
            key = self._keys().get(str(header["kid"]))
            if key is None:
                raise SealUnreadable(why="不是封给本单位现有密钥的")
            opened = jwe.decrypt_compact(sealed, key, registry=_REGISTRY).plaintext
            assert opened is not None
            return opened.decode()
        except (JoseError, ValueError, TypeError, LookupError, RecursionError) as unreadable:
            raise SealUnreadable(why="内容被改动或无法读取") from unreadable


def _read_keys(key_file: Path) -> dict[str, OKPKey]:
    found = json.loads(key_file.read_text())
    keys = [OKPKey.import_key(one) for one in found.get("keys", [found])]
    if not keys or any(key.curve_name != _CURVE or not key.is_private for key in keys):
        raise ValueError("a sealing key file holds private X25519 keys, and at least one")
    return {key.kid or key.thumbprint(): key for key in keys}
