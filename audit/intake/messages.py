"""Messages between the product and its workers: a length, then as many bytes.

The length makes a cut-off message an end of the pipe, never half a task.
"""

from __future__ import annotations

import signal
from typing import IO

_LENGTH = 8  # bytes
OUT_OF_TIME = -getattr(signal, "SIGPROF", 0) or None
"""The exit code of a worker that the system ended for the processor time it took; None where the system cannot."""
WAITED = 75
"""The exit code of a worker that ended itself because its task only waited."""


def send(stream: IO[bytes], message: bytes) -> None:
    """Puts one message on a pipe."""
    stream.write(len(message).to_bytes(_LENGTH, "big"))
    stream.write(message)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """The next message of a pipe.

    Raises:
        EOFError: the other side has closed it, or died in the middle of a message.
    """
    length = int.from_bytes(_exactly(stream, _LENGTH), "big")
    return _exactly(stream, length)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    found = stream.read(size)
    if len(found) < size:
        raise EOFError
    return found
