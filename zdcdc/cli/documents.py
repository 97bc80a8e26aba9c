"""JSON documents of the contract. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zdcdc.check.findings import Finding, errors
from zdcdc.comparison import Verification
from zdcdc.cutover.switch import Switched
from zdcdc.stages.control import Answer

SAMPLES = 20


def answer_document(answer: Answer, state: str) -> dict[str, Any]:
    """``pause --json``, ``resume --json`` and ``stop --json``: how things stand now."""
    runner = answer.runner
    steps = {"paused": ["zdcdc resume"], "running": ["zdcdc status"], "stopped": ["zdcdc status"]}
    return {
        "state": state,
        "already": answer.already,
        "runner": None if runner is None else {"pid": runner.pid, "command": runner.command},
        "next_steps": steps[state],
    }


def finding_document(findings: Sequence[Finding]) -> dict[str, Any]:
    """``check --json``."""
    ok = not errors(findings)
    steps = ["zdcdc snapshot"] if ok else ["zdcdc check"]
    return {"findings": [finding.to_json() for finding in findings], "ok": ok, "next_steps": steps}


def verification_document(outcome: Verification) -> dict[str, Any]:
    """``verify --json``; at most twenty samples a table."""
    return {
        "watermark": {"from": outcome.first, "to": outcome.last},
        "identical": outcome.identical,
        "tables": [
            {
                "table": table.table,
                "rows": table.rows,
                "differing": table.count("differing"),
                "missing": table.count("missing"),
                "extra": table.count("extra"),
                "samples": [
                    {"kind": d.kind, "key": d.key, "columns": list(d.columns), "lasted": d.lasted}
                    for d in table.differences[:SAMPLES]
                ],
            }
            for table in outcome.tables
        ],
        "next_steps": ["zdcdc cutover --one-way"] if outcome.identical else ["zdcdc verify --repair"],
    }


def switch_document(done: Switched) -> dict[str, Any]:
    """``cutover --json``."""
    return {
        "position": done.position,
        "drained_changes": done.drained_changes,
        "pause_seconds": done.pause_seconds,
        "epoch": done.epoch,
        "primary": done.primary.value,
        "already": done.already,
        "next_steps": ["zdcdc complete"],
    }
