"""A verdict as it is kept with its delivery, and back."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from hookscope.deliveries import VerdictNote
from hookscope.verification.verdict import Diagnosis, Repair, Verdict

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@lru_cache(maxsize=512)
def note_of(verdict: Verdict) -> VerdictNote:
    """The verdict as it is stored; most requests of a sender end in the same one."""
    details: dict[str, Any] = {"message": verdict.message}
    if verdict.warnings:
        details["warnings"] = verdict.warnings
    if verdict.story:
        details["story"] = verdict.story
    if verdict.diagnosis:
        details["diagnosis"] = [_of_diagnosis(each) for each in verdict.diagnosis]
    if verdict.secret is not None:
        details["secret"] = verdict.secret
    if verdict.got:
        details["digests"] = (verdict.expected, verdict.got)
    return VerdictNote(verdict.state, verdict.scheme, verdict.reason, _encode(details), verdict.strength)


def verdict_of(note: VerdictNote) -> Verdict:
    """The verdict that was stored."""
    details: dict[str, Any] = json.loads(note.details) if note.details else {}
    expected, got = details.get("digests", ("", ""))
    return Verdict(
        note.state,
        note.reason,
        details.get("message", ""),
        note.strength,
        note.scheme,
        tuple(details.get("warnings", ())),
        tuple(tuple(step) for step in details.get("story", ())),
        tuple(_diagnosis(each) for each in details.get("diagnosis", ())),
        details.get("secret"),
        expected,
        got,
    )


def _of_diagnosis(diagnosis: Diagnosis) -> dict[str, Any]:
    made: dict[str, Any] = {"code": diagnosis.code, "sentence": diagnosis.sentence}
    if diagnosis.repair:
        repair = diagnosis.repair
        made["repair"] = {"label": repair.label, "options": dict(repair.options), "scheme": repair.scheme}
    return made


def _diagnosis(table: dict[str, Any]) -> Diagnosis:
    repair = table.get("repair")
    mended = repair and Repair(repair["label"], tuple(repair["options"].items()), repair["scheme"])
    return Diagnosis(table["code"], table["sentence"], mended or None)
