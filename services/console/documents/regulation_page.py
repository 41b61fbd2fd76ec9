"""docs/regulation.md, made of the Measures, the table of procedures, the rule packs and the tests' own marks.

python -m console.documents.regulation_page docs/regulation.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.packs import load_packs
from console.documents.proofs import Proof, find_proofs
from console.documents.words import IN_TURN, row_values, told
from console.parts import deploy_directory
from kernel.measures import ARTICLES, CLAUSES, TITLE, Clause, Mechanism, citation, items, paragraphs
from kernel.notice.kinds import KINDS, KindOfNotice
from kernel.packs import Line, lines
from kernel.regulation import PROCEDURES
from kernel.status import TRANSITIONS, StudentStatus, YearsOpen

NATIONAL_PACK = "2013.1"  # whose values the page shows: those of the text that it prints

_HEAD = f"""# 《{TITLE}》逐条对照

<!-- 本页由程序生成（make docs），请勿手工修改。 -->

每一条、每一款、每一项写明：由哪些业务执行，或由系统的哪一部分保证；规则包里哪些参数出自它；哪些测试证明它做到了。
原文为 2013 年文本（教基一〔2013〕7号）。参数值为国家规则包 `{NATIONAL_PACK}` 的；
各省可以按第十一条、第二十九条从严，见 `xueji rules`。
业务表在本页后半部分，最后是学生状态的变化图。
"""


@dataclass(frozen=True)
class Page:
    """What the page is made of.

    Attributes:
        rows: the table of procedures. parameters: what the national pack says, key by key.
        proofs: every test; their paths are below ``tests``.
        papers: what offices write to each other, each with the clauses that ask for it. A kind of paper is a form and
            serves nobody until a procedure or a mechanism sends it, so it counts as neither.
    """

    rows: Sequence[Any]
    parameters: Sequence[Line]
    proofs: Sequence[Proof]
    papers: Sequence[KindOfNotice] = ()

    def serving(self, clause: Clause) -> tuple[list[Any], tuple[Mechanism, ...]]:
        """The procedures that name a clause, and its mechanisms."""
        return [row for row in self.rows if clause.id in row.clauses], clause.mechanisms

    def proving(self, clause: Clause) -> list[Proof]:
        return [proof for proof in self.proofs if clause.id in proof.clauses]

    def unserved(self) -> list[str]:
        """Clauses that no procedure and no mechanism serves; a list is served where each of its items is."""
        return _lacking(lambda clause: any(self.serving(clause)))

    def unproven(self) -> list[str]:
        """Clauses that no test proves; a list is proven where each of its items is."""
        return _lacking(lambda clause: bool(self.proving(clause)))

    def text(self) -> str:
        """The page, in Markdown."""
        return "\n".join([_HEAD, *self._chapters(), *self._table(), *_diagram(self.rows), ""])

    def _chapters(self) -> Iterator[str]:
        chapter = ""
        for article in ARTICLES:
            first = paragraphs(article)[0]
            if first.chapter != chapter:
                chapter = first.chapter
                yield f"## {chapter}\n"
            yield f"### {citation(first.id).partition('条')[0]}条\n"
            for paragraph in paragraphs(article):
                yield from self._clause(paragraph)
                for item in items(paragraph.id):
                    yield from self._clause(item)

    def _clause(self, clause: Clause) -> Iterator[str]:
        yield f"**{citation(clause.id)}** `{clause.id}`\n"
        yield f"> {clause.text}\n"
        rows, mechanisms = self.serving(clause)
        said = []
        if rows:
            said.append("- 业务：" + "、".join(f"[{row.title}](#{row.name})" for row in rows))
        said += [f"- {one.name}：{one.sentence}（{_module(one.module)}）" for one in mechanisms]
        if papers := [paper.title for paper in self.papers if clause.id in paper.clauses]:
            said.append("- 文书：" + "、".join(papers))
        if parameters := [line for line in self.parameters if clause.id in line.key.clauses]:
            said += ["- 规则包：", *(f"  - {_parameter(line)}" for line in parameters)]
        if proofs := self.proving(clause):
            said += ["- 验证：", *(f"  - [{one.told}](../tests/{one.path}) `{one.test}`" for one in proofs)]
        if said:
            yield "\n".join([*said, ""])

    def _table(self) -> Iterator[str]:
        yield "## 业务表\n"
        yield "| 业务 | 条款 | 签批 | 办理前 | 办理后 |\n| --- | --- | --- | --- | --- |"
        for row in self.rows:
            clauses = "、".join(row.clauses)
            before, after = told(row.may_start_from) or "—", told(getattr(row, "leads_to", ())) or "—"
            chain = told(row.chain, separator=IN_TURN)
            yield f"| [{row.title}](#{row.name}) | {clauses} | {chain} | {before} | {after} |"
        yield ""
        for row in self.rows:
            yield f'### <a id="{row.name}"></a>{row.title} `{row.name}`\n'
            yield _list(row_values(row))


def the_page(checkout: Path) -> Page:
    """The page of this program and of the tests and policies beside it."""
    packs = load_packs(checkout / "deploy" / "policies")
    return Page(
        rows=tuple(PROCEDURES.values()),
        parameters=tuple(lines(packs.named(NATIONAL_PACK))),
        proofs=find_proofs(checkout / "tests"),
        papers=tuple(KINDS.values()),
    )


def _lacking(holds: Any) -> list[str]:
    """Clauses for which it does not hold, neither directly nor of every item that they introduce."""
    return [
        clause.id
        for clause in CLAUSES.values()
        if not holds(clause) and not (items(clause.id) and all(holds(item) for item in items(clause.id)))
    ]


def _module(name: str) -> str:
    path = f"services/{name.replace('.', '/')}"
    checkout = deploy_directory().parent
    return f"[{name}](../{path if (checkout / path).is_dir() else f'{path}.py'})"


def _parameter(line: Line) -> str:
    stages = f"（{'、'.join(stage.label for stage in line.stages)}）" if line.stages and _differs(line) else ""
    return f"`{line.key.name}` {line.key.meaning}{stages}：{line.key.kind.label(line.value.value)}"


def _differs(line: Line) -> bool:
    return len(line.stages) < len(type(line.stages[0]))


def _list(values: Mapping[str, str | list[str]]) -> str:
    said = []
    for name, value in values.items():
        said.append(f"- {name}：" + (value if isinstance(value, str) else ""))
        said += [f"  - {sentence}" for sentence in value if isinstance(value, list)]
    return "\n".join([*said, ""])


def _diagram(rows: Iterable[Any]) -> Iterator[str]:
    # What may lead from anywhere to anywhere, a correction of the past, would stand on every arrow.
    named = [row for row in rows if not row.leads_to or not row.may_start_from <= row.leads_to]
    yield "## 学生状态\n"
    yield "任何状态都可以因误建而删除，错误的变动可以反向更正，图中从略。"
    yield "注明“义务教育阶段不可”的，在义务教育年限内违法，系统不办理。\n"
    yield "```mermaid\nstateDiagram-v2"
    yield from (f'    state "{one.label}" as {one}' for one in StudentStatus if one is not StudentStatus.DELETED)
    for before, steps in TRANSITIONS.items():
        for after, years in steps.items():
            if after is not StudentStatus.DELETED:
                yield f"    {before} --> {after}{_by(named, before, after, years)}"
    yield "```"


def _by(rows: Sequence[Any], before: StudentStatus, after: StudentStatus, years: YearsOpen) -> str:
    """What leads from one status to the other, as the arrow's words."""
    titles = [row.title for row in rows if _leads(row, before, after)]
    if years is YearsOpen.SENIOR_YEARS:
        titles.append("义务教育阶段不可")
    return f" : {' / '.join(titles)}" if titles else ""


def _leads(row: Any, before: StudentStatus, after: StudentStatus) -> bool:
    if row.leaves_province and after is StudentStatus.TRANSFERRED_OUT:  # in the province that the record leaves
        return before in row.may_start_from
    begins = row.begins_record and (before, after) == (StudentStatus.PENDING, StudentStatus.ENROLLED)
    return begins or (after in row.leads_to and before in row.may_start_from)


def main() -> None:
    """Write the page to the file that the one argument names."""
    (target,) = sys.argv[1:]
    Path(target).write_text(the_page(deploy_directory().parent).text(), encoding="utf-8")


if __name__ == "__main__":
    main()
