"""Asking a local process how it is, without a client library: one small HTTP request."""

import asyncio
import socket
from http.client import HTTPConnection, HTTPException

from deploy.local.ports import LOOPBACK


def get(port: int, path: str, seconds: float = 10.0) -> tuple[int, str]:
    """Status and body of a GET; status 0 and the reason when nobody answers properly."""
    connection = HTTPConnection(LOOPBACK, port, timeout=seconds)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    except (OSError, HTTPException) as refusal:
        return 0, str(refusal)
    finally:
        connection.close()


def listens(port: int, seconds: float = 2.0) -> bool:
    """Whether somebody takes connections on the port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=seconds):
            return True
    except OSError:
        return False


async def is_ready(port: int) -> bool:
    """Whether the process on the port says that it can do its work."""
    if not listens(port, seconds=0.1):
        return False
    status, _ = await asyncio.to_thread(get, port, "/readyz")
    return status == 200
