"""Being the sender: samples, and requests written to the wire byte for byte."""

from __future__ import annotations

from hookscope.sender.samples import FIRST, Sample, load_sample, sample_request
from hookscope.wire import Reply, SendError, send

__all__ = ["FIRST", "Reply", "Sample", "SendError", "load_sample", "sample_request", "send"]
