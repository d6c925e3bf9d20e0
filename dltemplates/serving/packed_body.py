"""Bodies that were packed with gzip, as `Content-Encoding` says."""

import zlib

from dltemplates.serving.request_error import RequestError, invalid

_GZIP = 31  # zlib's number of that format


def check_encoding(encoding: str) -> bool:
    """Whether a body of this `Content-Encoding` is packed.

    Raises:
        RequestError: It is packed otherwise than by gzip.
    """
    if encoding.lower() in ("", "identity"):
        return False
    if encoding.lower() not in ("gzip", "x-gzip"):
        raise RequestError(415, f"The Content-Encoding {encoding!r} is not taken; gzip is.")
    return True


def unpack(body: bytes, max_bytes: int) -> bytes:
    """What is in a packed body; of more than `max_bytes`, nothing is unpacked.

    Raises:
        RequestError: It holds more, or is no gzip.
    """
    unpacking = zlib.decompressobj(_GZIP)
    try:
        contents = unpacking.decompress(body, max_bytes + 1)
    except zlib.error:
        raise invalid("The body is no gzip, as its Content-Encoding says.") from None
    if len(contents) > max_bytes:
        raise RequestError(413, f"The body is larger than {max_bytes:,} bytes once unpacked.")
    if not unpacking.eof:
        raise invalid("The body is gzip that is cut off.")
    return contents
