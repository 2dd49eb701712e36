"""A sender of a few large signed bodies, one after the other. Prints the seconds that each took."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import sys
import time

from bench.setting import LARGE_PATH, SECRET, SIGNATURE


def main() -> None:
    """Send so many bodies of so many MiB to a port."""
    port, mebibytes, count = map(int, sys.argv[1:])
    body = b"x" * (mebibytes << 20)
    headers = {SIGNATURE: f"sha256={hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}"}
    took = []
    for _ in range(count):
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("POST", LARGE_PATH, body, headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 200:
            sys.exit(f"answered {answer.status}")
        took.append(time.perf_counter() - began)
    print(json.dumps(took))


if __name__ == "__main__":
    main()
