"""How many children had moved by when, and what was down meanwhile, as an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from chaos.storm import Blow

WIDTH, HEIGHT, LANE, LEFT, TOP = 1100, 260, 26, 130, 20
_PLOT = WIDTH - LEFT - 30


def draw(moved: Sequence[tuple[float, int]], blows: Sequence[Blow], *, children: int) -> str:
    """The curve of those who had moved, and below it a lane for each victim with a bar for each time it was down.

    Args:
        moved: seconds since the storm began, and how many had moved by then.
    """
    victims = sorted({blow.what for blow in blows})
    end = max([seconds for seconds, _ in moved] + [blow.back_at for blow in blows])
    tall = TOP + HEIGHT + 50 + LANE * len(victims)
    svg = ElementTree.Element(
        "svg", xmlns="http://www.w3.org/2000/svg", width=str(WIDTH), height=str(tall), viewBox=f"0 0 {WIDTH} {tall}"
    )
    ElementTree.SubElement(svg, "rect", width=str(WIDTH), height=str(tall), fill="white")

    def x(seconds: float) -> float:
        return round(LEFT + _PLOT * seconds / end, 1)

    def write(text: str, *, at: float, y: float, anchor: str = "end") -> None:
        words = {"x": str(at), "y": str(y), "text-anchor": anchor, "font-size": "13", "font-family": "sans-serif"}
        ElementTree.SubElement(svg, "text", words).text = text

    for share in range(5):
        y = TOP + HEIGHT * (1 - share / 4)
        line = {"x1": str(LEFT), "x2": str(WIDTH - 30), "y1": str(y), "y2": str(y), "stroke": "#ddd"}
        ElementTree.SubElement(svg, "line", line)
        write(f"{children * share // 4} 人", at=LEFT - 8, y=y + 4)
    points = " ".join(f"{x(seconds)},{round(TOP + HEIGHT * (1 - count / children), 1)}" for seconds, count in moved)
    ElementTree.SubElement(
        svg, "polyline", {"points": points, "fill": "none", "stroke": "#0a58ca", "stroke-width": "2.5"}
    )
    for lane, what in enumerate(victims):
        y = TOP + HEIGHT + 20 + LANE * lane
        write(what, at=LEFT - 8, y=y + 14)
        for blow in blows:
            if blow.what == what:
                wide = max(x(blow.back_at) - x(blow.at), 2)
                bar = {"x": str(x(blow.at)), "y": str(y), "width": str(wide), "height": "18", "fill": "#b02a37"}
                ElementTree.SubElement(svg, "rect", bar)
    foot = tall - 10
    for share in range(6):
        write(f"{end * share / 5:.0f} 秒", at=x(end * share / 5), y=foot, anchor="middle")
    return ElementTree.tostring(svg, encoding="unicode")
