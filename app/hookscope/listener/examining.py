"""What is found out about a request before it is answered: whether it is genuine, its ids, what is wrong with it."""

from __future__ import annotations

import logging
from typing import NamedTuple

from hookscope.endpoints import Endpoint
from hookscope.ids import search_ids
from hookscope.listener.proof import Proof, prove
from hookscope.listener.snapshot import Snapshot
from hookscope.responses import RequestView

log = logging.getLogger(__name__)

LARGE = 32 << 10  # bytes of a body from which this is work for a thread of its own
IDS_AT_MOST = 20


class Examined(NamedTuple):
    """What was found out beside what the view of the request has now; ``finding`` is the code of the first finding."""

    proof: Proof
    finding: str = ""


class Examiner:
    """Examines requests, on the listener's loop and in its worker."""

    def __init__(self) -> None:
        self._has_failed = False

    def examine(self, snapshot: Snapshot, endpoint: Endpoint, view: RequestView, *, whole: bool) -> Examined:
        """Verify a request and search it; one that is not ``whole`` only for ids. The view gets verdict and ids."""
        proof = prove(snapshot.checks[endpoint.id], view.request, view.now_us / 1_000_000, whole=whole)
        view.verdict = proof.verdict.state
        try:
            return Examined(proof, _search(snapshot, endpoint, view, whole=whole))
        except Exception:  # a fault in here must not cost the request
            if not self._has_failed:  # once: a flood would fill the log
                self._has_failed = True
                log.exception("a request could not be searched for ids and findings")
            return Examined(proof)


def takes_long(view: RequestView) -> bool:
    """Whether examining a request would keep other senders waiting; what is packed may be much larger than it looks."""
    return len(view.request.body) > LARGE or view.is_packed


def _search(snapshot: Snapshot, endpoint: Endpoint, view: RequestView, *, whole: bool) -> str:
    """Give a view its ids; the code of its first finding."""
    found = search_ids(view.request, snapshot.shapes, lambda: view.json)
    view.ids = found.fetched(IDS_AT_MOST)
    return snapshot.first_finding(view, found, endpoint, snapshot.endpoints) if whole else ""
