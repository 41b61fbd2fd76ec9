"""What stands beside an item of the national form to help whoever fills it in, and where that comes from.

The words are short: a registrar reads them with a parent at the desk. An item without a line here explains itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kernel.form import Item, ItemKind
from portal.showing.fields import Stated

_OF_ITEMS: Mapping[str, str] = MappingProxyType(
    {
        "name": "与户口簿或身份证件一致；少数民族姓名用间隔号“·”（办法第六条：不得以虚假信息建立学籍）",
        "sex": "与身份证件一致；填写18位公民身份号码后自动带出",
        "birth_date": "8位数字，如20190307；填写公民身份号码后自动带出",
        "birth_place": "12位区划代码，可输入县区名称查找；境外出生的可不填",
        "ethnicity": "与户口簿一致",
        "document_kind": "持户口簿的填居民身份证，号码见户口簿；确无证件的选“其他”，由省级逐人核准（办法第六条）",
        "document_number": "学籍号以居民身份证号为基础生成（办法第五条）；末位为校验码，离开此项时当场核对",
        "hk_mo_tw_overseas": "外籍、港澳台学生参照办法第二十八条",
        "document_validity": "起止日期，如20200601-20300601；长期有效的写“20200601-长期”",
        "household_place": "户口簿首页所载地址的12位区划代码，可输入县区名称查找",
        "photo": "照片在建立学籍后于学生页面上传，此处可不填",
        "grade": "办理入学时就读的年级",
        "school_class": "如1班",
        "entry_month": "6位数字，如202609；应在入学之日起1个月内建立学籍（办法第七条）",
        "entry_way": "义务教育阶段一般为就近入学",
        "address": "学生现在居住的详细地址；填写后带到空着的通信地址和家庭地址",
        "mailing_address": "能收到邮件的地址",
        "home_address": "户主家庭的详细地址",
        "phone": "手机号码，或带区号的固定电话",
        "postcode": "6位数字",
        "left_behind": "父母双方或一方外出务工的儿童",
        "migrant_child": "辍学时学籍档案须转交户籍地（办法第二十二条），请如实填写",
        "inclusive_class": "应与残疾类型一致（办法第十七条）",
        "disability": "以残疾人证为准；没有的选“无残疾”",
        "aid_received": "享受资助信息归入学籍档案（办法第七条）",
        "distance_km": "公里数，可写一位小数",
        "guardian1_name": "学生没有证件号码的，监护人的姓名和证件必填（办法第六条）",
        "guardian1_relation_note": "关系选“其他”时说明",
        "guardian2_relation_note": "关系选“其他”时说明",
    }
)

_OF_KINDS: Mapping[ItemKind, str] = MappingProxyType(
    {
        ItemKind.DATE: "8位数字，如20190307",
        ItemKind.MONTH: "6位数字，如202609",
        ItemKind.DIVISION12: "12位区划代码，可输入县区名称查找",
        ItemKind.PINYIN: "拼音字母，可带声调",
        ItemKind.EMAIL: "如name@example.cn",
    }
)


def help_of(item: Item) -> str:
    """The line beside an item; empty where it explains itself."""
    return _OF_ITEMS.get(item.key) or help_of_kind(item)


def help_of_kind(field: Stated) -> str:
    """How such a thing is written; empty where that needs no saying."""
    return _OF_KINDS.get(field.kind, "")
