"""The inspector of an endpoint: how to set up the step, and what is answered."""

from __future__ import annotations
