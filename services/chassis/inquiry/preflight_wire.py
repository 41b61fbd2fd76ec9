"""Between the messages of pre-flights and plain values."""

from __future__ import annotations

from chassis.rpc.wire import refusal_from_message, refusal_to_message
from kernel.preflight import Finding, Parameter, Side
from xueji.inquiry.v1 import preflight_pb2


def finding_to_message(finding: Finding) -> preflight_pb2.PreflightFinding:
    return preflight_pb2.PreflightFinding(
        refusal=refusal_to_message(finding.said),
        side=finding.side.value,
        clauses=finding.clauses,
        rule_pack=finding.pack,
        parameters=[
            preflight_pb2.PreflightParameter(name=one.name, meaning=one.meaning, value=one.value, source=one.source)
            for one in finding.parameters
        ],
        curable=finding.curable,
    )


def finding_from_message(message: preflight_pb2.PreflightFinding) -> Finding:
    """What another province's hub found; whether it passes by itself follows from what it is."""
    return Finding(
        refusal_from_message(message.refusal),
        Side(message.side),
        tuple(message.clauses),
        message.rule_pack,
        tuple(Parameter(one.name, one.meaning, one.value, one.source) for one in message.parameters),
    )
