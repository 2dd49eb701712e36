"""A data folder with many stored deliveries, made by SQL."""

from __future__ import annotations

import time
from pathlib import Path

from hookscope.deliveries import Store
from hookscope.endpoints import Endpoints

_FILL = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
INSERT INTO delivery(id, received_us, duration_us, via, endpoint_id, endpoint_name, method, target, http_version,
    peer, body_bytes, body_sha256, verdict_state, verdict_scheme, verdict_reason, ids, series, series_key, attempt,
    again, rule, status, outcome, took_us, problem, seen)
SELECT n, {now} - ({count} - n) * 1000000, 300, 'local', 1, 'my-automation', 'POST', '/my-automation', '1.1',
    '127.0.0.1:50000', 200, zeroblob(32), 'unconfigured', NULL, 'unconfigured', '', n, randomblob(16), 1, 0, '', 200,
    'answered', 900, '', 1 FROM numbers;
INSERT INTO content(id, url, headers, response_headers, verdict_details, response_body, body)
SELECT id, 'http://127.0.0.1:8787/my-automation', '[["Host","127.0.0.1:8787"],["Content-Type","application/json"]]',
    '[["Content-Type","application/json"],["Content-Length","2"]]', '', x'7b7d',
    CAST('{{"orderId":"AG-7PQTGLLXQQ:ORD-' || printf('%010d', id) || '","note":"' || hex(zeroblob(68)) || '"}}' AS BLOB)
FROM delivery;
"""


def fill(folder: Path, count: int) -> None:
    """Give a new data folder its endpoints and this many deliveries of 200-byte bodies."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = Store(folder)
    Endpoints(store)
    statements = [part for part in _FILL.format(count=count, now=time.time_ns() // 1000).split(";") if part.strip()]
    store.write(lambda db: [db.execute(statement) for statement in statements] and None).result()
    store.close()
