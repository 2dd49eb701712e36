"""Runs every row of the bench and prints its table. ``make bench ARGS="capture start"`` runs only those named."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from bench.history import fill
from bench.setting import LATE_PATH
from bench.verifying import hashing, verifying

HERE = Path(__file__).parent
PAIRS = 5
MILLION = 1_000_000
HELD = 300
_LATE_WORKSPACE = f"""
version = 1
[[endpoint]]
name = "late"
path = "{LATE_PATH}"
response = {{ delay_s = 600 }}
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; ``ok`` says whether the budget of DESIGN.md section 11 is kept."""

    what: str
    measured: str
    budget: str
    ok: bool


def main() -> None:
    """Run the chosen rows."""
    rows: dict[str, Callable[[Path], list[Line]]] = {
        "capture": capture,
        "mitmweb": against_mitmweb,
        "window": window_gap,
        "row": row_latency,
        "start": start,
        "million": million,
        "idle": idle,
        "verify": verify,
        "large": large,
        "late": late,
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", help=", ".join(rows))
    chosen = parser.parse_args().rows or list(rows)
    with tempfile.TemporaryDirectory(prefix="hookscope-bench-") as folder:
        for name in chosen:
            for line in rows[name](Path(folder)):
                print(
                    f"{line.what:<46} {line.measured:<44} {line.budget:<16} {'ok' if line.ok else 'MISSED'}", flush=True
                )


def capture(folder: Path) -> list[Line]:
    """Durable capture with the window open against bare aiohttp, alternately, same load from a second process."""
    ratios, latencies, ours_at, bare_at = [], [], [], []
    with _window(folder / "capture") as ours, _bare() as bare:
        for _ in range(PAIRS):
            theirs, mine = _load(bare), _load(ours.port)
            ratios.append(mine["per_s"] / theirs["per_s"])
            latencies.append(mine["p99_ms"] / theirs["p99_ms"])
            ours_at.append(mine["per_s"])
            bare_at.append(theirs["per_s"])
    ratio, latency = statistics.median(ratios), statistics.median(latencies)
    speeds = f"{ratio:.2f} × bare ({statistics.median(ours_at):,.0f}/s, bare {statistics.median(bare_at):,.0f}/s)"
    return [
        Line("capture, window open, 16 connections", speeds, "≥ 0.5 × bare", ratio >= 0.5),
        Line("p99 latency in that run", f"{latency:.1f} × bare", "≤ 5 × bare", latency <= 5),
    ]


def against_mitmweb(folder: Path) -> list[Line]:
    """The same load through mitmweb in front of bare aiohttp, when it is installed."""
    program = os.environ.get("MITMWEB") or shutil.which("mitmweb")
    if not program:
        return [Line("capture against mitmweb", "not installed (MITMWEB=/path/to/mitmweb)", "≥ 8 × mitmweb", True)]
    with _window(folder / "mitmweb") as ours, _bare() as bare, _mitmweb(program, bare) as theirs:
        ratios = [_load(ours.port)["per_s"] / _load(theirs)["per_s"] for _ in range(3)]
    ratio = statistics.median(ratios)
    return [Line("capture against mitmweb", f"{ratio:.1f} × mitmweb", "≥ 8 × mitmweb", ratio >= 8)]


def window_gap(folder: Path) -> list[Line]:
    """Gaps between window events while 1 000 deliveries a second come in, and whether the selection stayed."""
    with _window(folder / "gap") as ours:
        _load(ours.port, seconds=1, rate=1000)
        before = ours.ask("select")["row"]
        ours.ask("watch")
        load = _load(ours.port, seconds=10, rate=1000)
        report = ours.ask("report")
    gap, stayed = _percentile(report["gaps"], 0.99), report["row"] == before
    text = f"p99 {gap:.1f} ms, max {max(report['gaps']):.0f} ms at {load['per_s']:.0f}/s"
    return [
        Line("window event gap at 1 000/s", text, "p99 < 50 ms", gap < 50),
        Line("selection in that run", "unmoved" if stayed else "moved", "unmoved", stayed),
    ]


def row_latency(folder: Path) -> list[Line]:
    """From arrival to the paint event that shows the row, at 50 deliveries a second."""
    with _window(folder / "row") as ours:
        _load(ours.port, seconds=1, rate=50, connections=4)
        ours.ask("watch")
        _load(ours.port, seconds=10, rate=50, connections=4)
        painted = ours.ask("report")["painted"]
    late = _percentile(painted, 0.95)
    text = f"p95 {late:.1f} ms, p50 {_percentile(painted, 0.5):.1f} ms, {len(painted)} rows"
    return [Line("arrival to row painted, 50/s", text, "p95 < 50 ms", late < 50)]


def start(folder: Path) -> list[Line]:
    """From the start of the process to the window on screen, and to all that is in it, against an empty one."""
    data = folder / "start"
    with _window(data):  # makes the data folder and the byte code
        pass
    empty, frame, filled = [], [], []
    for _ in range(PAIRS * 2):
        empty.append(_times_to_shown([sys.executable, str(HERE / "empty_window.py")])[0])
        ours = _times_to_shown(_command(data))
        frame.append(ours[0])
        filled.append(ours[1])
    bottom = statistics.median(empty)
    shown, whole = statistics.median(frame) / bottom, statistics.median(filled) / bottom
    text = f"{shown:.2f} × empty ({shown * bottom * 1000:.0f} ms, empty {bottom * 1000:.0f} ms)"
    return [
        Line("start to window on screen", text, "≤ 1.5 × empty", shown <= 1.5),
        Line("start to all in it painted", f"{whole:.2f} × empty", "≤ 1.5 × empty", whole <= 1.5),
    ]


def million(folder: Path) -> list[Line]:
    """Start and memory with 1 000 000 deliveries stored, against none."""
    empty, full = folder / "none", folder / "million"
    with _window(empty):
        pass
    fill(full, MILLION)
    without, with_all = [], []
    for _ in range(PAIRS):
        without.append(_times_to_shown(_command(empty))[1])
        with_all.append(_times_to_shown(_command(full))[1])
    ratio = statistics.median(with_all) / statistics.median(without)
    least, most = _memory(empty), _memory(full)
    share = most / least
    return [
        Line("start with 1 000 000 stored", f"{ratio:.2f} × with none", "≤ 1.2", ratio <= 1.2),
        Line(
            "memory with them, scrolled through", f"{share:.2f} × with none ({most >> 20} MiB)", "≤ 1.5", share <= 1.5
        ),
    ]


def idle(folder: Path) -> list[Line]:
    """Processor time and wake-ups of the program when nothing happens."""
    with _window(folder / "idle") as ours:
        time.sleep(3)
        before, switches = sum(ours.process.cpu_times()[:2]), ours.process.num_ctx_switches().voluntary
        time.sleep(10)
        spent = (sum(ours.process.cpu_times()[:2]) - before) / 10
        wakes = (ours.process.num_ctx_switches().voluntary - switches) / 10
    return [Line("idle", f"{spent:.1%} CPU, {wakes:.1f} wake-ups/s", "0 % CPU", spent < 0.005)]


def verify(folder: Path) -> list[Line]:
    """What verification adds to the time that bare aiohttp takes for a request, and how that grows with the body."""
    costs, timed, bare_us = [], [], []
    with _bare() as bare:
        for _ in range(PAIRS):
            bare_us.append(1_000_000 / _load(bare)["per_s"])
            costs.append(verifying(2048) * 1_000_000)
            timed.append(verifying(2048, "stripe") * 1_000_000)
    cost, with_time, whole = (statistics.median(each) for each in (costs, timed, bare_us))
    growth = verifying(16 << 20) / verifying(1 << 20) / 16
    share = verifying(16 << 20) / hashing(16 << 20)
    return [
        _share_of_bare("verifying 2 KB, HMAC-SHA-256 of the body", cost, whole),
        _share_of_bare("the same of time and body, as Stripe", with_time, whole),
        Line("verifying 16 MiB against 1 MiB", f"{growth:.2f} × as much a byte", "≤ 1.2", growth <= 1.2),
        Line("verifying 16 MiB against hashing it", f"{share:.2f} ×", "≤ 1.2", share <= 1.2),
    ]


def _share_of_bare(what: str, cost: float, whole: float) -> Line:
    return Line(what, f"{cost:.1f} us, {cost / whole:.1%} of bare's {whole:.0f} us", "≤ 10 %", cost <= whole / 10)


def large(folder: Path) -> list[Line]:
    """How long others wait for their answer while signed bodies of 25 MiB come in."""
    with _window(folder / "large") as ours:
        _load(ours.port, seconds=1, rate=50, connections=4)
        alone = _load(ours.port, seconds=5, rate=50, connections=4)
        sender = subprocess.Popen(
            [sys.executable, str(HERE / "large.py"), str(ours.port), "25", "8"], stdout=subprocess.PIPE, text=True
        )
        beside = _load(ours.port, seconds=5, rate=50, connections=4)
        took = json.loads(sender.communicate()[0])
    later = beside["max_ms"] - alone["max_ms"]
    text = f"longest {beside['max_ms']:.0f} ms, alone {alone['max_ms']:.0f} ms ({len(took)} of {max(took):.2f} s)"
    return [Line("delay beside bodies of 25 MiB", text, "< 50 ms", later < 50)]


def late(folder: Path) -> list[Line]:
    """What 300 answers that are held back cost an endpoint that answers at once, and how long they hold up the end."""
    ratios, latencies = [], []
    with _window(folder / "late") as ours:
        _load(ours.port, seconds=1)
        for _ in range(PAIRS):
            alone = _load(ours.port)
            with _late(ours.port, HELD):
                beside = _load(ours.port)
            ratios.append(beside["per_s"] / alone["per_s"])
            latencies.append(beside["p99_ms"] / alone["p99_ms"])
    ratio, latency = statistics.median(ratios), statistics.median(latencies)
    text = f"{ratio:.2f} × alone, p99 {latency:.2f} × alone"
    took = statistics.median(_time_to_stop(folder / "stop", HELD) for _ in range(3))
    return [
        Line(f"capture beside {HELD} late answers", text, "≥ 0.9 × alone", ratio >= 0.9),
        Line(f"listen ends with {HELD} late answers", f"{took:.2f} s after it was told to", "≤ 2 s", took <= 2),
    ]


@contextmanager
def _late(port: int, count: int) -> Iterator[None]:
    """So many senders that wait for their answer."""
    head = f"POST {LATE_PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 2\r\n\r\n{{}}"
    senders = []
    for _ in range(count):
        senders.append(socket.create_connection(("127.0.0.1", port), timeout=10))
        senders[-1].sendall(head.encode())
    time.sleep(0.5)
    yield
    for sender in senders:
        sender.close()
    time.sleep(0.5)


def _time_to_stop(data: Path, count: int) -> float:
    _use_free_port(data)
    command = [sys.executable, "-m", "hookscope", "listen", "--format", "json", "--data-dir", str(data)]
    workspace = data / "late.toml"
    workspace.write_text(_LATE_WORKSPACE, "utf-8")
    subprocess.run([*command[:3], "endpoints", "apply", str(workspace), *command[-2:]], check=True, capture_output=True)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        port = int(json.loads(child.stdout.readline())["url"].rpartition(":")[2])
        with _late(port, count):
            began = time.perf_counter()
            child.terminate()
            child.communicate()
            return time.perf_counter() - began


class _Window:
    """The program with its window, as a child process."""

    def __init__(self, child: subprocess.Popen[str], port: int) -> None:
        self.port = port
        self.process = psutil.Process(child.pid)
        self._child = child

    def ask(self, question: str) -> Any:
        """One question to the probe inside."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        print(question, file=self._child.stdin, flush=True)
        return json.loads(self._child.stdout.readline())


@contextmanager
def _window(data: Path) -> Iterator[_Window]:
    _use_free_port(data)
    with _child(_command(data)) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        _on_screen, _filled, port = (child.stdout.readline() for _ in range(3))
        yield _Window(child, int(port))
        print("quit", file=child.stdin, flush=True)


def _use_free_port(data: Path) -> None:
    from hookscope import settings

    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.save(data, settings.Settings(port=_free_port()))


@contextmanager
def _bare() -> Iterator[int]:
    port = _free_port()
    with _serving([sys.executable, str(HERE / "bare.py"), str(port)], port):
        yield port


@contextmanager
def _mitmweb(program: str, target: int) -> Iterator[int]:
    port, web = _free_port(), _free_port()
    command = [program, "--mode", f"reverse:http://127.0.0.1:{target}", "--listen-host", "127.0.0.1", "-q"]
    command += ["--listen-port", str(port), "--web-port", str(web), "--no-web-open-browser"]
    with _serving(command, port):
        yield port


@contextmanager
def _serving(command: list[str], port: int) -> Iterator[None]:
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield
    finally:
        child.terminate()
        child.wait()


def _wait_for(port: int) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


def _load(port: int, *, seconds: float = 3, rate: float = 0, connections: int = 16) -> dict[str, float]:
    command = [sys.executable, str(HERE / "load.py"), str(port), "/my-automation", "--seconds", str(seconds)]
    command += ["--rate", str(rate), "--connections", str(connections)]
    result: dict[str, float] = json.loads(subprocess.check_output(command))
    return result


def _times_to_shown(command: list[str]) -> list[float]:
    """Seconds from the start of the process to the moments that it tells: one, or two and then its port."""
    began = time.time()
    with _child(command) as child:
        assert child.stdout is not None
        lines = [line for _ in range(3) if (line := child.stdout.readline())]
        child.communicate("quit\n")
    return [float(line) - began for line in lines[:2]]


def _memory(data: Path) -> int:
    with _window(data) as ours:
        time.sleep(5)
        ours.ask("scroll")
        time.sleep(1)
        memory: int = ours.process.memory_info().rss
        return memory


def _command(data: Path) -> list[str]:
    return [sys.executable, str(HERE / "window.py"), str(data)]


def _child(command: list[str]) -> subprocess.Popen[str]:
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def _percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


if __name__ == "__main__":
    main()
