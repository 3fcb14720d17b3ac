"""What reading an uploaded file takes on any surface."""

from typing import IO, Final

from doubleentry.engine.books import FileHash

PIECE: Final = 64 * 1024
BINARY: Final = "application/octet-stream"
"""The media type of a part that tells none."""


def hashed(stream: IO[bytes]) -> FileHash:
    """Return a file as it is kept; read piece by piece, because it may be large."""
    content = FileHash()
    while piece := stream.read(PIECE):
        content.add(piece)
    return content


def base_name(name: str) -> str:
    """Return the last component of a path, without control characters: what a sender's folders are is not told."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in last if character.isprintable())
