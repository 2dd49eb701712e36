"""What is worth telling about a delivery."""

from __future__ import annotations

from hookscope.findings.finding import find
from hookscope.findings.model import Finding, words_of

__all__ = ["Finding", "find", "words_of"]
