"""The socket of a server."""

import socket

from dltemplates.errors import ServingError


def bind(host: str, port: int) -> socket.socket:
    """A socket that is bound, but does not listen yet: until the model is loaded, none connects.

    Raises:
        ServingError: The address is taken, or is none of this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise address_taken(host, port, error) from None
    return listener


def address_taken(host: str, port: int, error: OSError) -> ServingError:
    """The error of an address at which nobody can listen."""
    return ServingError(
        f"Cannot listen here: {error.strerror or error}.",
        where=f"{host}:{port}",
        hint="Choose another address with --host and --port; port 0 takes any that is free.",
    )
