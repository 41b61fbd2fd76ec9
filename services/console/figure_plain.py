"""Figures as plain JSON values, each number with the key of its definition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from console.plain import Plain, moment
from kernel import divisions
from kernel.figures.definitions import DEFINITIONS, Definition
from kernel.figures.dimensions import Dimension, label
from kernel.figures.flows import PROVINCE_UNKNOWN
from kernel.stages import Stage
from xueji.inquiry.v1 import inquiry_pb2


def figures(answer: inquiry_pb2.GetFiguresResponse) -> Plain:
    return {
        **_head(answer.scope, answer.scope_name, answer.known_at_ms, answer.threshold, answer.missing),
        "on": answer.on,
        "figure": answer.figure,
        "label": DEFINITIONS[answer.figure].label,
        "definition": DEFINITIONS[answer.figure].sentence,
        "cells": [
            {
                "by": dict(cell.by),
                "labels": {key: _value(key, value, answer.names) for key, value in cell.by.items()},
                **_count(cell.pupils, cell.withheld, cell.provinces_withholding),
            }
            for cell in answer.cells
        ],
    }


def flows(answer: inquiry_pb2.GetFlowsResponse) -> Plain:
    return {
        **_head(answer.scope, answer.scope_name, answer.known_at_ms, answer.threshold, answer.missing),
        "first": answer.first,
        "last": answer.last,
        "flows": [
            {
                "figure": flow.figure,
                "label": DEFINITIONS[flow.figure].label,
                "stage": flow.stage,
                "stage_label": label(Dimension.STAGE, flow.stage) if flow.stage in list(Stage) else "",
                "province": flow.province,
                "province_label": _province(flow.province),
                **_count(flow.pupils, flow.withheld, flow.provinces_withholding),
            }
            for flow in answer.flows
        ],
    }


def retention(answer: inquiry_pb2.GetRetentionResponse) -> Plain:
    return {
        **_head(answer.scope, answer.scope_name, answer.known_at_ms, answer.threshold, answer.missing),
        "on": answer.on,
        "retentions": [
            {
                "figure": one.figure,
                "label": DEFINITIONS[one.figure].label,
                "definition": DEFINITIONS[one.figure].sentence,
                "remaining": None if one.withheld else one.remaining,
                "entrants": None if one.withheld else one.entrants,
                "withheld": one.withheld,
                "percent": one.basis_points / 100 if one.HasField("basis_points") else None,
                "entered_on": list(one.entered_on),
            }
            for one in answer.retentions
        ],
    }


def classes(answer: inquiry_pb2.ListClassesResponse, listed: Iterable[inquiry_pb2.SchoolClass]) -> Plain:
    return {
        **_head(answer.scope, answer.scope_name, answer.known_at_ms, 0, answer.missing),
        "on": answer.on,
        "classes": answer.classes,
        "large": answer.large,
        "huge": answer.huge,
        "large_from": answer.large_from,
        "huge_from": answer.huge_from,
        "listed": [
            {
                "school": one.school,
                "school_name": one.school_name,
                "grade": one.grade,
                "grade_label": label(Dimension.GRADE, one.grade),
                "school_class": one.school_class,
                "pupils": one.pupils,
                "kind": _kind(one.pupils, answer),
            }
            for one in listed
        ],
    }


def definition(one: Definition) -> Plain:
    return {"key": one.key, "label": one.label, "sentence": one.sentence, "unit": one.unit, "source": one.source}


def _head(
    scope: inquiry_pb2.Scope,
    name: str,
    known_at_ms: int,
    threshold: int,
    missing: Sequence[inquiry_pb2.MissingProvince],
) -> Plain:
    return {
        "scope": {"kind": scope.kind, "code": scope.code, "direct": scope.direct, "name": name},
        "known_at": moment(known_at_ms),
        "threshold": threshold,
        "missing": [{"province": one.province, "name": one.name, "last_on": one.last_on} for one in missing],
    }


def _count(pupils: int, withheld: bool, provinces_withholding: int) -> Plain:
    """``pupils`` is null where nothing is told; of a sum that some provinces withheld it is the least it can be."""
    told = not withheld or provinces_withholding > 0
    return {
        "pupils": pupils if told else None,
        "withheld": withheld,
        "provinces_withholding": provinces_withholding,
    }


def _value(key: str, value: str, names: Mapping[str, str]) -> str:
    return names.get(value) or label(Dimension(key), value)


def _province(digits: str) -> str:
    if digits == PROVINCE_UNKNOWN:
        return "去向不详"
    return divisions.EDUCATION_PROVINCES.get(digits, digits)


def _kind(pupils: int, answer: inquiry_pb2.ListClassesResponse) -> str:
    if pupils >= answer.huge_from:
        return DEFINITIONS["huge_classes"].label
    return DEFINITIONS["large_classes"].label if pupils >= answer.large_from else ""
