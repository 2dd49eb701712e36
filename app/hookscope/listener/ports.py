"""Who holds a port, and which one is free instead."""

from __future__ import annotations

import socket


def holder(port: int) -> str:
    """What listens on a TCP port of this machine, as ``node (4123)``; empty when the system does not tell."""
    import psutil

    try:
        listening = (c for c in psutil.net_connections(kind="tcp") if c.status == psutil.CONN_LISTEN)
        pid = next(c.pid for c in listening if c.laddr and c.laddr[1] == port and c.pid)
        return f"{psutil.Process(pid).name()} ({pid})"
    except (StopIteration, psutil.Error, OSError):
        return ""


def free_port(host: str, after: int, tries: int = 50) -> int:
    """The next port above ``after`` that can be listened on; 0 when none of the tried ones can."""
    return next((port for port in range(after + 1, min(after + 1 + tries, 65_536)) if _is_free(host, port)), 0)


def _is_free(host: str, port: int) -> bool:
    try:
        with socket.create_server((host, port)):
            return True
    except OSError:
        return False
