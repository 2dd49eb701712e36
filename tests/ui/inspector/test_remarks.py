"""Words beside values."""

from __future__ import annotations

import pytest

from hookscope.ui.inspector.remarks import remark_of


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("", "empty"),
        ("{{ accountId }}", "not filled in"),
        ("Hello {{accountName}}!", "not filled in"),
        ("{.WorkflowStep.trigger.task_id}", "not filled in"),
        ("x" * 9_000 + "{{ a }}", "not filled in"),
        (" ", ""),
        ("AG-1", ""),
        ("{}", ""),
        ("{" * 1_000_000, ""),
    ],
)
def test_what_was_probably_not_meant(value: str, word: str) -> None:
    assert remark_of(value) == word
