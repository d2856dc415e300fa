"""Commands that prove the book: verify, rebuild, and evidence for others."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final

from server.commands.keeping import export_deletions
from server.commands.opening import reading, server_key, writing
from server.domain.audit import Action
from server.domain.calendar import moment_of
from server.domain.verification import Evidence, Report, kept_faults, verify_book
from server.store.evidence import (
    ServerLine,
    StoreEvidence,
    read_checkpoints,
    read_evidence,
    write_evidence,
)

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from server.config import Config
    from server.store import Store

ALARMS: Final = frozenset(
    action.value
    for action in (Action.WENT_BACK, Action.FORK, Action.RESTORED, Action.SUCCEED, Action.READMIT)
)
"""Events that are told with every verification: somebody should know why."""
FAULTS_SHOWN_MAX = 40
"""Faults on the page; the rest is told as a number."""


def verify(config: Config, arguments: argparse.Namespace) -> int:
    """Check the whole book, or evidence of it; prints one page, and returns 1 if anything is wrong."""
    if arguments.evidence is not None:
        evidence = read_evidence(arguments.evidence)
        key = arguments.key or (evidence.server.key if evidence.server else "")
        return _tell(evidence, verify_book(evidence, key), key, arguments.checkpoints)
    with reading(config) as store:
        key = arguments.key or server_key(config)
        report = verify_book(StoreEvidence(store), key)
        report.faults.extend(store.faults())
        return _tell(StoreEvidence(store), report, key, arguments.checkpoints, store)


def rebuild(config: Config, _arguments: argparse.Namespace) -> int:
    """Make the projection anew from journal, surveys and decisions; says how much of it was another."""
    with writing(config, owner=bool(config.database_url)) as store, store.transaction():
        moved = store.rebuild(lambda done: print(f"{done} records", file=sys.stderr))
    print("the projection was right" if not moved else f"{moved} rows were not what they had to be")
    return 0


def export_evidence(config: Config, arguments: argparse.Namespace) -> int:
    """Write hashes, signatures, checkpoints and the audit log into a file that anybody can verify."""
    with reading(config) as store:
        server = ServerLine(1, server_key(config), moment_of(time.time_ns() // 1_000_000))
        count = write_evidence(arguments.file, StoreEvidence(store, arguments.with_bodies), server)
    print(f"{count} lines in {arguments.file}")
    return 0


def export(config: Config, arguments: argparse.Namespace) -> int:
    """Write a file for others."""
    return EXPORTS[arguments.what](config, arguments)


EXPORTS: Final = {"evidence": export_evidence, "deletions": export_deletions}


def _tell(evidence: Evidence, report: Report, key: str, kept: Path | None, store: Store | None = None) -> int:
    """Print what was found, on one page."""
    if kept is not None:
        report.faults.extend(kept_faults(read_checkpoints(kept), evidence, key))
    for each in report.devices:
        state = f"FAULT: {each.fault}" if each.fault else "whole"
        name = f"counter {each.counter}  device {each.device[:8]}  fingerprint {each.fingerprint}"
        print(f"{name}  {each.records} records  {state}")
    for fault in report.faults[:FAULTS_SHOWN_MAX]:
        print(f"FAULT: {fault}")
    if len(report.faults) > FAULTS_SHOWN_MAX:
        print(f"and {len(report.faults) - FAULTS_SHOWN_MAX} more")
    for reason, count in (store.quarantined() if store else {}).items():
        print(f"quarantined: {count} ({reason})")
    for event in (kept_event.event for kept_event in evidence.events()):
        if event.action in ALARMS:
            print(f"alarm: {moment_of(event.at_ms)} {event.action} {event.subject} {event.detail}")
    newest = evidence.checkpoints()[-1:]
    for line in newest:
        print(f"checkpoint {line.number} of {moment_of(line.made_ms)}: {line.hash}")
    records = sum(each.records for each in report.devices)
    print(f"server key {key}")
    print(f"{len(report.devices)} devices, {records} good records, {report.fault_count} faults")
    return 1 if report.fault_count else 0
