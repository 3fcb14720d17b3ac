"""Ids and draws from the seed: the only module that makes identifiers.

Each value is a hash of (seed, concern, parent, ordinal); the ordinal is kept with the parent, so that one more request
somewhere does not shift the ids of everything that comes later. Tokens that guard something come from `token`, which is
not seeded.
"""

import hashlib
import secrets

from msgspec import Struct

from doubleentry.engine.documents import from_text
from doubleentry.engine.ports import Store


def derived(seed: str, concern: str, parent: str = "", ordinal: int = 0) -> bytes:
    """Return 16 bytes that are always the same for the same arguments."""
    text = "\x1f".join((seed, concern, parent, str(ordinal)))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def derived_bytes(seed: str, length: int, concern: str, parent: str = "") -> bytes:
    """Return so many bytes that are always the same for the same arguments."""
    blocks = (derived(seed, concern, parent, ordinal) for ordinal in range(-(-length // 16)))
    return b"".join(blocks)[:length]


class Seed(Struct, frozen=True):
    """What the ids of a workspace are made from."""

    seed: str


class Chance:
    """The seeded source of one workspace."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def seed(self) -> str:
        """The workspace's seed, as text."""
        text = self._store.text("chance", "seed")
        return "0" if text is None else from_text(text, Seed).seed

    def plant(self, seed: str) -> None:
        """Set the seed; for opening a workspace."""
        self._store.put("chance", "seed", {"seed": seed})

    def ordinal(self, concern: str, parent: str = "") -> int:
        """Return the next whole number, from 1, of a concern under a parent."""
        key = f"{concern}\x1f{parent}"
        document = self._store.get("chance", key)
        number = 1 if document is None else int(document["ordinal"]) + 1
        self._store.put("chance", key, {"ordinal": number})
        return number

    def derive(self, concern: str, parent: str = "", ordinal: int = 0) -> bytes:
        """Return 16 bytes that are always the same for the same seed and arguments."""
        return derived(self.seed, concern, parent, ordinal)

    def derived_uuid(self, concern: str, parent: str = "", ordinal: int = 0) -> str:
        """Return `derive` in the form of a version 4 UUID, lower case, dashed."""
        # As `uuid.UUID(bytes=…, version=4)` prints it, at a third of the cost.
        drawn = bytearray(self.derive(concern, parent, ordinal))
        drawn[6] = drawn[6] & 0x0F | 0x40
        drawn[8] = drawn[8] & 0x3F | 0x80
        text = drawn.hex()
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def uuid(self, concern: str, parent: str = "") -> str:
        """Return the next UUID of a concern under a parent."""
        return self.derived_uuid(concern, parent, self.ordinal(concern, parent))

    def hex(self, concern: str, parent: str = "") -> str:
        """Return the next 32 lower-case hexadecimal digits of a concern under a parent."""
        return self.derive(concern, parent, self.ordinal(concern, parent)).hex()

    def derived_bytes(self, length: int, concern: str, parent: str = "") -> bytes:
        """Return so many bytes that are always the same for the same seed and arguments."""
        return derived_bytes(self.seed, length, concern, parent)

    def fraction(self, concern: str, parent: str = "") -> float:
        """Return the next number of a concern under a parent, at least 0 and below 1."""
        return int.from_bytes(self.derive(concern, parent, self.ordinal(concern, parent))[:6]) / 2**48


def token() -> str:
    """Return an unguessable token: never from the seed, because it guards something."""
    return secrets.token_urlsafe(24)
