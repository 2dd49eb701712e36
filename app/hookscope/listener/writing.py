"""Writing an answer to its connection."""

from __future__ import annotations

from hookscope.deliveries import Outcome
from hookscope.listener.answers import Answer
from hookscope.listener.protocol import Connection


async def write(connection: Connection, answer: Answer) -> Outcome:
    """Write the response; what became of it is judged by the connection, since writes to a dead one do not fail."""
    transport = connection.transport
    if transport is None or connection.gone.done() or transport.is_closing():
        return Outcome.SENDER_GONE
    if answer.sent.status:
        transport.write(answer.head + answer.sent.body)
        if transport.is_closing():  # the sender had gone while its connection was not read
            return Outcome.SENDER_GONE
        try:
            await connection._drain_helper()  # noqa: SLF001
        except ConnectionError:
            return Outcome.SENDER_GONE
    return Outcome.ANSWERED


async def write_through(connection: Connection, answer: Answer) -> Outcome:
    """Write, and wait until the system has taken all of it: what it has not is lost with a reset."""
    if connection.transport is not None:
        connection.transport.set_write_buffer_limits(high=0)
    return await write(connection, answer)
