"""A sender that posts as fast as it is answered, or at a given rate. Prints one JSON object."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Sequence

from bench.setting import SECRET, TOKEN

BODY = json.dumps(
    {
        "accountId": "AG-7PQTGLLXQQ",
        "entityId": "AG-7PQTGLLXQQ:ORD-S548DKHMKX",
        "marketId": "default",
        "orderId": "AG-7PQTGLLXQQ:ORD-S548DKHMKX",
        "partnerId": "9YW9",
    }
).encode()


class Sender(asyncio.Protocol):
    """One keep-alive connection: the next request goes out when the last one is answered, or when its time has come."""

    def __init__(self, request: bytes, end: float, pause: float, took: list[float]) -> None:
        self._request = request
        self._end = end
        self._pause = pause
        self._took = took
        self._next = time.perf_counter()
        self._began = 0.0
        self._answer = b""
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if not self._answer.endswith(b"{}"):  # some servers send the head before the body
            return
        now = time.perf_counter()
        self._took.append(now - self._began)
        if not self._answer.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"the server answered {self._answer[:80]!r}")
        self._answer = b""
        self._next += self._pause
        if now >= self._end:
            self._transport.close()
        elif self._pause and self._next > now:
            asyncio.get_running_loop().call_later(self._next - now, self._send)
        else:
            self._send()

    def connection_lost(self, exc: BaseException | None) -> None:
        self.closed.set_result(None)

    def _send(self) -> None:
        self._began = time.perf_counter()
        self._transport.write(self._request)


async def load(port: int, path: str, connections: int, seconds: float, rate: float) -> dict[str, float]:
    """Requests per second and latency in ms; ``rate`` 0 sends as fast as it is answered."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n{TOKEN}: {SECRET}\r\n"
    request = f"{head}Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY
    took: list[float] = []
    loop, began = asyncio.get_running_loop(), time.perf_counter()
    pause = connections / rate if rate else 0.0
    senders = []
    for _ in range(connections):
        _, sender = await loop.create_connection(
            lambda: Sender(request, began + seconds, pause, took), "127.0.0.1", port
        )
        senders.append(sender)
    await asyncio.gather(*(sender.closed for sender in senders))
    elapsed = time.perf_counter() - began
    took.sort()
    p99 = took[int(len(took) * 0.99)] * 1000
    return {"per_s": len(took) / elapsed, "count": len(took), "p99_ms": p99, "max_ms": took[-1] * 1000}


def main(arguments: Sequence[str] | None = None) -> None:
    """Load one address and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("path")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rate", type=float, default=0.0)
    chosen = parser.parse_args(arguments)
    print(json.dumps(asyncio.run(load(chosen.port, chosen.path, chosen.connections, chosen.seconds, chosen.rate))))


if __name__ == "__main__":
    main()
