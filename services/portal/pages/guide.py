"""What a person does here, step by step, for each role: read on the first day, and found again from any page."""

from __future__ import annotations

from flask import Blueprint, render_template

from portal.desk import here
from portal.showing.navigation import Entry

ENTRIES = (Entry("guide.index", "使用指南"),)

blueprint = Blueprint("guide", __name__)


@blueprint.get("/guide")
def index() -> str:
    """Asks nothing of the node, so it is there when nothing else is."""
    who = here().who
    return render_template("guide.html", tier=who.office.tier, role=who.role)
