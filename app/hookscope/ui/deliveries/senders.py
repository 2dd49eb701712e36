"""Which sender profile each endpoint has, for the words of the table."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from hookscope.endpoints import Endpoint, Endpoints


class Senders(QObject):
    """Kept up to date by the endpoints; ``changed`` may come from another thread.

    It has no parent: the subscription keeps it alive, so that a late change never meets a deleted object.
    """

    changed = Signal()

    def __init__(self, endpoints: Endpoints) -> None:
        super().__init__()
        self._profiles: dict[int, str] = {}
        self._take(endpoints.all())
        endpoints.subscribe(self._take)

    def of(self, endpoint_id: int | None) -> str:
        """The profile of an endpoint, empty for one that is gone."""
        return self._profiles.get(endpoint_id, "") if endpoint_id is not None else ""

    def _take(self, endpoints: tuple[Endpoint, ...]) -> None:
        self._profiles = {endpoint.id: endpoint.sender for endpoint in endpoints}
        self.changed.emit()
