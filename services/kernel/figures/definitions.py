"""Every figure with what it means and where that is written: a number that cannot be explained is not published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kernel.figures.dimensions import Dimension
from kernel.figures.flows import CLOSING, FRESHMEN, INWARD, OPENING, OUTWARD, UNPLACED, Flow

_STATISTICS = "教育部《教育统计指标》口径"
_MEASURES = "《中小学生学籍管理办法》"
_BULLETIN = "教育部《全国教育事业发展统计公报》指标解释"
_FORM = "《全国中小学学籍管理系统学生基本信息表》"


@dataclass(frozen=True)
class Definition:
    """One figure, or one way of telling pupils apart.

    Attributes:
        key: as answers name it. label: what people call it. sentence: what is counted. unit: 人, 个, %.
        source: where the definition is from.
    """

    key: str
    label: str
    sentence: str
    unit: str
    source: str


def _figures() -> tuple[Definition, ...]:
    return (
        Definition(
            "in_school",
            "在校生数",
            "统计日状态为“在读”、学籍在该范围内学校的学生。休学、出境、辍学、失踪和其他离校的学生不在其内。",
            "人",
            _STATISTICS,
        ),
        Definition(
            "on_roll",
            "在籍学生数",
            "统计日学籍仍由该范围内学校保留的学生：在读，以及待核准、休学、出境就读、辍学、失踪、其他离校的学生。",
            "人",
            f"{_MEASURES}第十九、二十、二十二条",
        ),
        Definition("class_size", "班额", "统计日一个学校、一个年级、一个班级的在校生数。", "人", _STATISTICS),
        Definition("classes", "班级数", "统计日有在校生的班级数；未编班的学生不计。", "个", _STATISTICS),
        Definition(
            "large_classes",
            "大班额",
            "班额达到规则包所定人数（国家 56 人）及以上的班级，含超大的。",
            "个",
            _STATISTICS,
        ),
        Definition("huge_classes", "超大班额", "班额达到规则包所定人数（国家 66 人）及以上的班级。", "个", _STATISTICS),
        Definition(
            "retention_compulsory",
            "九年义务教育巩固率",
            "统计日初中最高年级在校生数，除以八年前同日小学一年级在校生数。六三学制为初中三年级，五四学制为初中四年级；"
            "转入的计入，转出的不计，可以高于 100%。任一人数不足规定数或当年尚无记录的，不计算。",
            "%",
            _BULLETIN,
        ),
        Definition(
            "retention_junior",
            "初中巩固率",
            "统计日初中最高年级在校生数，除以该年级进入初中一年级那年同日的初中一年级在校生数。",
            "%",
            _BULLETIN,
        ),
    )


def _dimensions() -> tuple[Definition, ...]:
    def by(dimension: Dimension, label: str, sentence: str, source: str = _FORM) -> Definition:
        return Definition(dimension.value, label, sentence, "人", source)

    return (
        by(Dimension.STAGE, "学段", "按统计日所在年级的学段：小学、初中、普通高中、特殊教育。", _STATISTICS),
        by(Dimension.GRADE, "年级", "按统计日学籍所在年级。", _FORM),
        by(Dimension.SEX, "性别", "按基础信息表“性别”项。"),
        by(Dimension.MINORITY, "少数民族", "民族代码 02 至 56 为少数民族，01 为汉族；97、98 列为其他。", "GB/T 3304"),
        by(Dimension.ETHNICITY, "民族", "按基础信息表“民族”项，只按学段细分。", "GB/T 3304"),
        by(Dimension.BOARDING, "就读方式", "按基础信息表“就读方式”项：走读、住校（寄宿生）。"),
        by(Dimension.MIGRANT, "随迁子女", "按基础信息表“是否进城务工人员随迁子女”项。"),
        by(Dimension.LEFT_BEHIND, "留守儿童", "按基础信息表“是否留守儿童”项，分单亲、双亲外出。"),
        by(Dimension.DISABILITY, "残疾类型", "按基础信息表“残疾类型”项。", "GB/T 26341"),
        by(
            Dimension.INCLUSION,
            "就读形式",
            "随班就读、送教上门以学籍系统登记为准；未登记的按基础信息表“随班就读”项。",
            f"{_MEASURES}第六、十七条",
        ),
        by(Dimension.STATUS, "学籍状态", "在籍学生按统计日状态。", f"{_MEASURES}第三章"),
        by(Dimension.SCHOOL, "学校", "按学籍所在学校。", _STATISTICS),
        by(
            Dimension.AUTHORITY,
            "学籍主管部门",
            "按学校的学籍主管部门，不论学校设在何处。",
            f"{_MEASURES}第三条",
        ),
        by(Dimension.PLACE, "所在地", "按学校所在地行政区划，不论学校由谁主管。", "GB/T 2260"),
        by(Dimension.PROVINCE, "省份", "按各省上报的汇总数。", f"{_MEASURES}第三条"),
    )


def _flows() -> tuple[Definition, ...]:
    def of(key: str, label: str, sentence: str, article: str = "第三章") -> Definition:
        return Definition(key, label, sentence, "人", f"{_MEASURES}{article}")

    return (
        of(OPENING, "期初在校生", "期间首日前一日的在校生数。"),
        of(INWARD, "增加合计", "期间内由不计入变为计入在校生的人次，按生效日期。"),
        of(Flow.IN_REGISTERED, "新建学籍", "首次建立学籍。", "第四条"),
        of(Flow.IN_NEXT_STAGE, "升学入学", "毕业后进入该范围内学校就读。", "第十四条"),
        of(Flow.IN_TRANSFER_WITHIN, "省内转入", "由本省该范围以外的学校转入。", "第十四条"),
        of(Flow.IN_TRANSFER_PROVINCE, "外省转入", "由外省学校转入，可按省份列出。", "第十四条"),
        of(Flow.IN_RESUMED, "复学", "休学后复学。", "第十九条"),
        of(Flow.IN_RETURNED, "辍学返校", "辍学后返校。", "第二十二条"),
        of(Flow.IN_FROM_ABROAD, "境外返回", "境外就读后回到境内接续学籍。", "第二十条"),
        of(Flow.IN_REAPPEARED, "离校返回", "失踪、其他离校后返校。", "第十三条"),
        of(Flow.IN_REORGANISED, "机构调整划入", "学校合并、分立、撤销或改变隶属，学生未转学。", "第九条"),
        of(Flow.IN_RESTORED, "更正恢复", "更正后恢复在读。", "第十三条"),
        of(OUTWARD, "减少合计", "期间内由计入变为不计入在校生的人次，按生效日期。"),
        of(Flow.OUT_TRANSFER_WITHIN, "省内转出", "转往本省该范围以外的学校。", "第十四条"),
        of(Flow.OUT_TRANSFER_PROVINCE, "转往外省", "转往外省学校，可按省份列出。", "第十四条"),
        of(Flow.OUT_GRADUATED, "毕业", "毕业。", "第十三条"),
        of(Flow.OUT_COMPLETED, "结业", "结业。", "第十三条"),
        of(Flow.OUT_LEFT_EARLY, "肄业", "肄业。", "第十三条"),
        of(Flow.OUT_DROPPED_OUT, "辍学", "登记为辍学，学籍保留。", "第二十二条"),
        of(Flow.OUT_SUSPENDED, "休学", "休学，学籍保留。", "第十九条"),
        of(Flow.OUT_ABROAD, "出境就读", "到境外就读。", "第二十条"),
        of(Flow.OUT_MISSING, "失踪", "登记为失踪。", "第十三条"),
        of(Flow.OUT_AWAY, "其他离校", "登记为其他离校。", "第十三条"),
        of(Flow.OUT_WITHDRAWN, "退学", "退学（只限高中阶段）。", "第二十二条"),
        of(Flow.OUT_EXPELLED, "开除", "开除（只限高中阶段）。", "第二十二条"),
        of(Flow.OUT_DECEASED, "死亡", "死亡，注销学籍。", "第二十一条"),
        of(Flow.OUT_REORGANISED, "机构调整划出", "学校合并、分立、撤销或改变隶属，学生未转学。", "第九条"),
        of(Flow.OUT_STRUCK, "误建删除", "误建的学籍删除，留痕。", "第六条"),
        of(CLOSING, "期末在校生", "期间末日的在校生数 = 期初 + 增加 - 减少。"),
        of(FRESHMEN, "新生", "期间内新建学籍或升学进入各学段起始年级的学生。", "第四、十四条"),
        of(UNPLACED, "毕业未升学", "期间内毕业、期末仍未进入下一学段的学生；与新生对照，可见差额的去向。", "第十四条"),
    )


DEFINITIONS: Mapping[str, Definition] = MappingProxyType(
    {one.key: one for one in (*_figures(), *_dimensions(), *_flows())}
)

assert {flow.value for flow in Flow} | {dimension.value for dimension in Dimension} <= DEFINITIONS.keys()
