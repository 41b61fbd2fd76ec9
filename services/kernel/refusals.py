"""Every way a tier says no, each a sentence in its name.

A refusal is an answer that an office can act on; a bug is an assertion. Each class here has a stable code (its name in
upper snake case), a kind that decides how the answer crosses the wire, a sentence in Chinese for the person who asked,
and, where a rule speaks, the article of the Measures (中小学生学籍管理办法) that it comes from.

The ``detail`` of a refusal is shown to the person who asked and travels between tiers. It is never logged: logs carry
``code`` and ``field`` alone, because a detail may hold what the registrar typed.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import ClassVar


class Kind(StrEnum):
    """What sort of no it is; ``chassis.rpc`` maps each to one gRPC status, both ways."""

    MALFORMED = "malformed"
    NOT_FOUND = "not_found"
    ALREADY_HELD = "already_held"
    RULE_REFUSES = "rule_refuses"
    LOST_RACE = "lost_race"
    NOT_ALLOWED = "not_allowed"
    NOT_KNOWN = "not_known"
    TOO_MUCH = "too_much"
    UNREACHABLE = "unreachable"


class Refusal(Exception):
    """The root of all refusals.

    Args:
        field: the form item or request field it is about (``kernel.form`` key), or None.
        row: the 1-based row of the roster it is about, or None.
        detail: the values that the sentence in ``text`` names.
    """

    kind: ClassVar[Kind] = Kind.RULE_REFUSES
    text: ClassVar[str] = "请求未获受理"
    article: ClassVar[int | None] = None

    _by_code: ClassVar[dict[str, type[Refusal]]] = {}

    def __init__(self, *, field: str | None = None, row: int | None = None, **detail: str | int) -> None:
        self.field = field
        self.row = row
        self.detail = {name: str(value) for name, value in detail.items()}
        super().__init__(self.code)

    def __init_subclass__(cls) -> None:
        code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).upper()
        assert code not in Refusal._by_code, f"two refusals named {code}"
        Refusal._by_code[code] = cls
        cls._code = code

    _code: ClassVar[str] = "REFUSAL"

    @property
    def code(self) -> str:
        """The stable code, e.g. ``NUMBER_ALREADY_HELD``. Codes are never renamed and never reused."""
        return self._code

    @property
    def sentence(self) -> str:
        """What the person reads, in Chinese, with the article where there is one."""
        said = self.text.format_map(_Blanks(self.detail))
        return f"{said}（《办法》第{self.article}条）" if self.article else said

    def __reduce__(self) -> tuple[object, ...]:
        return refusal, (self.code, self.field, self.row, self.detail)


class _Blanks(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "…"


def refusal(
    code: str, field: str | None = None, row: int | None = None, detail: dict[str, str] | None = None
) -> Refusal:
    """Build the refusal that ``code`` names, as it came over the wire; a newer peer's code stays readable."""
    of_code = Refusal._by_code.get(code)
    if of_code is None:
        return UnknownRefusal(field=field, row=row, peer_code=code)
    return of_code(field=field, row=row, **(detail or {}))


def all_refusals() -> dict[str, type[Refusal]]:
    """Every refusal by its code; the documentation and the tests read this."""
    return dict(Refusal._by_code)


class UnknownRefusal(Refusal):
    text = "对方系统拒绝了请求（代码 {peer_code}），本系统版本较旧，无法解释"


# --- The request itself ---


class RequestMalformed(Refusal):
    kind = Kind.MALFORMED
    text = "请求不完整或不合格式：{why}"


class MessageTooLarge(Refusal):
    kind = Kind.TOO_MUCH
    text = "内容过大：最多 {most}"


class TooManyItems(Refusal):
    kind = Kind.TOO_MUCH
    text = "一份业务最多 {most} 人，请分批上报"


class Unreachable(Refusal):
    kind = Kind.UNREACHABLE
    text = "{office}暂时无法连接，业务已保存，连通后自动继续"


class DatabaseBusy(Refusal):
    """A lock, a statement or the queue before the database took longer than its bound; nothing was written."""

    kind = Kind.TOO_MUCH
    text = "系统繁忙，本次没有保存，请稍后再试"


class CommitUnknown(Refusal):
    """R14 of the transfer protocol: the line to the database was cut in the commit. Read by id before any retry."""

    kind = Kind.UNREACHABLE
    text = "无法确认本次是否已经保存，请按原编号查询，不要另行重新填报"


class SchemaTooNew(Refusal):
    """A newer program changed the database in a way that this one does not know; it must not start."""

    text = "数据库已由新版程序升级，本程序（{program}）版本过旧，至少需要 {oldest}"


class SystemFault(Refusal):
    """A bug on the other side: its text is withheld, its id is in that side's log."""

    kind = Kind.UNREACHABLE
    text = "系统内部错误，请把编号 {error_id} 告诉管理员"


# --- Who asks ---


class IdentityNotProven(Refusal):
    kind = Kind.NOT_KNOWN
    text = "无法确认来访单位的身份：{why}"


class OutsideJurisdiction(Refusal):
    kind = Kind.NOT_ALLOWED
    text = "{office}无权办理{what}"
    article = 3


class RoleNotAllowed(Refusal):
    kind = Kind.NOT_ALLOWED
    text = "本岗位（{role}）不能办理此项操作"
    article = 23


class NotOfferedHere(Refusal):
    kind = Kind.NOT_ALLOWED
    text = "本级单位不办理“{what}”"
    article = 3


class MakerIsChecker(Refusal):
    kind = Kind.NOT_ALLOWED
    text = "录入人与审核人必须是两个人"
    article = 23


class NotTrained(Refusal):
    """First trained, then on duty: what the person asked for is for those alone who may work on this day."""

    kind = Kind.NOT_ALLOWED
    text = "学籍管理员先培训后上岗：{person} {why}，请上一级学籍主管部门登记"
    article = 23


class StaffNotFound(Refusal):
    kind = Kind.NOT_FOUND
    text = "没有登记过人员编号为 {person} 的学籍管理员，请先提名"
    article = 23


# --- Signatures and chains ---


class SignatureInvalid(Refusal):
    kind = Kind.NOT_KNOWN
    text = "签名无效：{why}"


class SealUnreadable(Refusal):
    """What was sealed cannot be opened here, or cannot be sealed to the key that the other side published."""

    kind = Kind.MALFORMED
    text = "密封内容无法开启：{why}"


class KeyNotHere(Refusal):
    """What the index stores is under a storage key that this process does not hold. Nothing was written."""

    kind = Kind.UNREACHABLE
    text = "全国学籍索引的数据在另一把密钥之下，本机没有这把密钥（第 {version} 版），补上后自动继续"


class KeyChanged(Refusal):
    """Under this version there is another key than the one that the index stores under; 0: the fingerprint key."""

    kind = Kind.UNREACHABLE
    text = "全国学籍索引的密钥（第 {version} 版）与入库时的不是同一把，请换回原来的密钥"


class RekeyingNotPossible(Refusal):
    text = "不能更换全国学籍索引的密钥：{why}"


class ProvinceNotInDirectory(Refusal):
    kind = Kind.NOT_FOUND
    text = "全国名录中没有代码为 {province} 的省级学籍数据中心"


class ChainBroken(Refusal):
    text = "签批链不完整或不连续：{why}"


class EndorsementOutOfTurn(Refusal):
    text = "本业务现在等待“{awaited}”签批，不能由“{given}”签批"
    article = 14


class DigestReused(Refusal):
    """The same identity arrived with another content: somebody is wrong or lying. An alarm, not a retry."""

    kind = Kind.ALREADY_HELD
    text = "同一编号下已有不同内容"


# --- Cases ---


class CaseNotFound(Refusal):
    kind = Kind.NOT_FOUND
    text = "没有这份业务"


class CaseAlreadyDecided(Refusal):
    kind = Kind.LOST_RACE
    text = "这份业务已经办结（{outcome}），不能再次办理"


class CaseNotAwaitingThisOffice(Refusal):
    text = "这份业务现在由“{awaited}”办理"


class NothingToSubmit(Refusal):
    text = "没有可以提交的学生：草稿都已提交，退回的学生须先修改"


class AlreadySentUp(Refusal):
    """Where a province lets a transfer be withdrawn only before it is sent up, it is no longer the school's own."""

    text = "这份业务已经上报，本校不能自行撤销，请由现在办理的单位（{awaited}）退回或不予核准"
    article = 14


class ReasonRequired(Refusal):
    kind = Kind.MALFORMED
    text = "退回或不予核准必须写明理由"


class ReasonNotListed(Refusal):
    """R15 of the transfer protocol: the list of reasons to refuse is closed."""

    kind = Kind.MALFORMED
    text = "理由代码“{reason}”不在规定的范围内"


class ProcedureUnknown(Refusal):
    kind = Kind.MALFORMED
    text = "没有名为“{procedure}”的业务"


class RulePackUnknown(Refusal):
    text = "本省不按规则“{pack}”办理业务"
    article = 29


class RulePackNotInForce(Refusal):
    """A case names another pack than the law of its day: the node that filed it has old rules, or none of that day."""

    text = "规则“{pack}”在 {day} 不施行，当日施行的是“{in_force}”"
    article = 29


class RulePackMalformed(Refusal):
    kind = Kind.MALFORMED
    text = "规则“{pack}”的“{key}”无法读取：{why}"
    article = 29


class RulePackBreaksNation(Refusal):
    """A province may tighten what the nation leaves open, and nothing else (Articles 11, 29)."""

    text = (
        "规则“{pack}”违反国家规定：“{key}”（{meaning}，《办法》{clauses}），"
        "国家规定（{nation}）为“{national}”，{change}，该规则{stage}为“{provincial}”"
    )
    article = 11


class StudentHasOpenCase(Refusal):
    text = "该生有在办业务，办结后才能办理新的业务"


class StudentNotFound(Refusal):
    kind = Kind.NOT_FOUND
    text = "没有找到该生的学籍"


class StatusForbids(Refusal):
    text = "该生当前状态为“{status}”，不能办理“{procedure}”"


class EffectiveBeforeRecord(Refusal):
    """An entry of the history cannot be true before the record itself began."""

    text = "生效日期 {on} 早于该生学籍建立之日（{began}）"


class LaterChangeStands(Refusal):
    text = "{on}之后已有{later}起生效的变动，须先更正该变动，或改填之后的日期"
    article = 13


class HistoryEntryNotFound(Refusal):
    kind = Kind.NOT_FOUND
    text = "该生的学籍变动记录中没有第 {version} 条"


class EntryAlreadyTakenBack(Refusal):
    """Whoever wants the first entry back takes back the one that took it back."""

    kind = Kind.LOST_RACE
    text = "第 {version} 条变动记录已由第 {by} 条更正"


class LaterEntryForbids(Refusal):
    """What is entered of an earlier day would make a later entry an unlawful step."""

    text = "这样改动后，第 {version} 条变动成为由“{before}”转为“{after}”，不合规定；请先更正第 {version} 条"


class EntryStands(Refusal):
    """Some entries are not one office's to take back: a counter-entry (反向更正) cannot undo what others decided."""

    text = "第 {version} 条变动记录不能更正：{why}"


class SchoolUnknown(Refusal):
    kind = Kind.NOT_FOUND
    text = "没有学校标识码为 {school} 的学校"


class SchoolKeepsNoStatus(Refusal):
    text = "{school}是{category}，不适用本办法，不建立学籍"
    article = 2


class ReturnedForCorrection(Refusal):
    text = "退回修改：{reason}"


class NotApproved(Refusal):
    text = "不予核准：{reason}"


# --- Schools and divisions over time ---


class SchoolNoLongerInForce(Refusal):
    """Its code has ended: what is asked of it is asked of whoever goes on."""

    text = "学校标识码 {school} 自 {since} 起停用（{ending}），{goes_on}"
    article = 9


class SchoolNotInForce(Refusal):
    text = "{on} 没有学校标识码为 {school} 的学校"


class SchoolCodeUsed(Refusal):
    """《各级各类学校（机构）代码编制规则》: a code is never another school's."""

    kind = Kind.ALREADY_HELD
    text = "学校标识码 {school} 已经用过，不得再用"


class OrganisationChangeOutOfOrder(Refusal):
    text = "{school} 自 {since} 起已有变更，新的变更应在其后生效"


class OrganisationChangeTooSoon(Refusal):
    """It begins with a day and is approved before that: what was answered of a day that has begun stays its answer."""

    text = "机构变更应在批准之后的日期生效，最早为 {earliest}"


class OfficeHasAnotherAuthority(Refusal):
    """The school's node still asks the authority of before; what was begun there is finished there."""

    text = "本校现由 {authority} 管理，请先将本校系统改接该主管部门，再申报新的业务"
    article = 3


class CategoryUnchanged(Refusal):
    text = "{school} 的类别没有改变，应保留原学校标识码"


class MergerNeedsNewCode(Refusal):
    """A code begins with the category: where the merged school is of another, none of theirs can go on."""

    text = "合并后的学校类别与 {school} 的学校标识码不符，应先按新类别设立学校"


class SuccessorNotNamed(Refusal):
    text = "没有写明{what}"
    article = 9


class SuccessorWrong(Refusal):
    text = "{school} 不能接收 {from_school} 的学生：{why}"
    article = 9


class ArchiveUnitNotNamed(Refusal):
    text = "学校撤销的，必须写明县级教育行政部门指定的学籍档案管理单位"
    article = 9


class PupilsWithoutSuccessor(Refusal):
    text = "{school} 还有 {count} 名学生没有写明转往的学校：{classes}"
    article = 9


class ClassesWouldMix(Refusal):
    text = "{school} 已有同名的班级：{classes}；请写明并入后的班级名称"


class OrganisationChangeNotFound(Refusal):
    kind = Kind.NOT_FOUND
    text = "没有这份机构变更"


class OrganisationChangeDecided(Refusal):
    kind = Kind.LOST_RACE
    text = "这份机构变更已经办理（{outcome}）"


class CaseWithdrawn(Refusal):
    text = "申请单位撤销：{reason}"


class WithdrawalTooLate(Refusal):
    """The school may take a case back until it is done, of a transfer as long as its province's rules say."""

    kind = Kind.LOST_RACE
    text = "这份业务已经过了可以撤销的时限（{until}），继续办理或已经办结"
    article = 14


class EvidenceRequired(Refusal):
    kind = Kind.MALFORMED
    text = "缺少证明材料“{kind}”"
    article = 13


class CaseWaits(Refusal):
    """The case is not over: it goes on by itself when what stands in its way is settled."""

    text = "业务暂停：{why}，处理完毕后自动继续办理"


class NoProblemOnRecord(Refusal):
    text = "该学籍没有问题学籍标记"
    article = 6


class ProblemRecordOpen(Refusal):
    """Code 2003 of the cross-province exchange."""

    text = "该生学籍为问题学籍，解决后才能办理"
    article = 6


# --- What the rule packs say (kernel.rules) ---


class ProcedureFrozen(Refusal):
    text = "每年规定时间内暂停受理{what}，{until}之后恢复受理"
    article = 12


class PromotionNotNow(Refusal):
    text = "不能办理 {year} 年升级：应在{first}至{last}之间开始"
    article = 12


class PromotionNotFound(Refusal):
    kind = Kind.NOT_FOUND
    text = "没有 {year} 年的升级记录"
    article = 12


class ClassNotPromoted(Refusal):
    text = "该班没有可以退回的升级：{why}"
    article = 12


class TermClosed(Refusal):
    text = "{term}不予{procedure}"
    article = 11


class TransferWindowClosed(Refusal):
    text = "现在不受理转学：受理时间为{windows}，下一次自{next}起"
    article = 11


class TransferBarred(Refusal):
    text = "{bar}的，不予转学"
    article = 11


class TransferChangesGrade(Refusal):
    text = "转学不得变更年级：该生现为{before}，申请转入{after}"
    article = 11


class TransferReasonNotAllowed(Refusal):
    text = "转学事由应为：{reasons}"
    article = 11


class ClassFull(Refusal):
    text = "编入后本班将有 {size} 人，超过上限 {most} 人"
    article = 11


class SchoolToBeAssigned(Refusal):
    """The school is full, and the pupil is not to be turned away: the authority finds another school."""

    text = "学校学位已满，由学籍主管部门另行安排学校就读"
    article = 11


class IllnessTooShort(Refusal):
    text = "因病休学须治疗{least}以上，所填为{given}"
    article = 19


class HospitalLevelTooLow(Refusal):
    text = "因病休学的证明应由{least}出具"
    article = 19


class AbroadIsNoLeave(Refusal):
    text = "本省短期出境不按休学办理，请办理出境就读"
    article = 20


class LeaveTooLong(Refusal):
    text = "休学时间不合规定：{most}"
    article = 19


class ReturnGradeNotAllowed(Refusal):
    text = "复学年级应为{allowed}，不能编入{given}"
    article = 19


class NotInCompulsoryYears(Refusal):
    text = "该生不在义务教育阶段，不能办理“{procedure}”"
    article = 22


class HearingRequired(Refusal):
    text = "开除学籍前须听取学生和监护人的申辩，请填写听取申辩的日期"
    article = 11


class WithdrawalNotGrounded(Refusal):
    text = "退学理由不成立：须{ground}"
    article = 11


class PlacementNotOfThisKind(Refusal):
    text = "不属于本项安置：{why}"
    article = 17


class AttendsElsewhereAlready(Refusal):
    text = "该生已在另一所学校就读，学生同时只在一所学校就读"
    article = 17


class AttendsNoOtherSchool(Refusal):
    text = "该生没有在他校就读的登记"
    article = 17


class GradeMoveNotAllowed(Refusal):
    text = "不能{move}：{why}"
    article = 11


class GraduationNotAllowed(Refusal):
    text = "不能办理毕业登记：{why}"
    article = 13


class CertificateNumbersUsedUp(Refusal):
    text = "证书编号规则 {template} 的序号已用完，须由省级教育行政部门调整"
    article = 13


class NotTheNextStage(Refusal):
    text = "只能升入下一学段的起始年级，不能录取到{given}"
    article = 14


class ExtraFieldUnknown(Refusal):
    text = "本省规定的其他信息只有：{titles}"
    article = 7


class PupilTwiceInCase(Refusal):
    text = "一件业务中同一学生只能出现一次"
    article = 6


class NoDocumentNamed(Refusal):
    text = "无证件的学生须逐人办理，逐级核准到省，不能与其他学生一并建立学籍"
    article = 6


class DocumentNamed(Refusal):
    text = "该生有身份证件，按证件建立学籍，不按无证件办理"
    article = 6


class EntranceWindowClosed(Refusal):
    text = "现在不受理毕业后跨省就学：受理时间为{windows}，下一次自{next}起"
    article = 14


class NoShowTooEarly(Refusal):
    text = "不能以逾期未报到退出录取：{grace}"
    article = 11


class PlanFull(Refusal):
    text = "学校招生规模已满"
    article = 14


class AdmittedElsewhere(Refusal):
    text = "该生已由学校 {school} 录取；实际不在该校就读的，由该校办理重复招生退出"
    article = 14


class NotAdmittedHere(Refusal):
    text = "该生没有本校的录取登记"
    article = 14


class NothingCorrected(Refusal):
    kind = Kind.MALFORMED
    text = "没有写明变更的项目"
    article = 10


class DocumentKindChangeGoesUp(Refusal):
    text = "变更证件类型，或者原无证件号码的，须逐级报省级教育行政部门核准，请按“{procedure}”申请"
    article = 10


class IssuerIsKeyData(Refusal):
    text = "持护照学生的国籍/地区即护照签发国家（地区），属关键信息，请按“关键信息变更”申请"
    article = 10


class DocumentKindNotAccepted(Refusal):
    text = "“{document}”不是本省规定的身份证件类型"
    article = 28


# --- Notices ---


class NoticeNotFound(Refusal):
    kind = Kind.NOT_FOUND
    text = "没有这份告知书"


class NoticeAlreadyConfirmed(Refusal):
    """A receipt is signed and has gone back to whoever wrote: another answer goes in a message of its own."""

    kind = Kind.LOST_RACE
    text = "这份告知书已由 {person} 签收，不能另作答复"


class NobodyToRemind(Refusal):
    text = "这份业务没有可以催办的单位：{awaited}"


class AlreadyReminded(Refusal):
    """Whoever is asked every hour stops to read."""

    text = "本单位今天已经催办过这份业务；每个工作日可以催办一次"
    article = 14


class NoticeAstray(Refusal):
    """It came to an office from which its receiver cannot be reached: two registers disagree."""

    kind = Kind.NOT_FOUND
    text = "从{here}无法送达{office}"


# --- Numbers and identities ---


class AlreadyRegistered(Refusal):
    """Article 6: no second record. Says which province, and nothing else of the child."""

    kind = Kind.ALREADY_HELD
    text = "该证件已在{province}建立学籍，不得重复建立；如系转学，请由转入学校办理转学"
    article = 6


class DocumentHeldByAnother(Refusal):
    """Article 6: a document that another child has. Says which province, and nothing else of that child."""

    kind = Kind.ALREADY_HELD
    text = "变更后的证件已由在{province}建立学籍的另一名学生使用，不得变更；请核对号码，确属重复建籍的按问题学籍处理"
    article = 6


class AlreadyRegisteredHere(Refusal):
    kind = Kind.ALREADY_HELD
    text = "该证件已在本校建立学籍"
    article = 6


class DraftNotFound(Refusal):
    kind = Kind.NOT_FOUND
    text = "没有这份草稿，或它已经办结"


class AlreadyEnteredHere(Refusal):
    """Two drafts of one child: which of them is meant, only the registrar knows."""

    kind = Kind.ALREADY_HELD
    text = "本校已为该生录入了另一份草稿，请在草稿中修改"
    article = 6


class NumberAlreadyHeld(Refusal):
    kind = Kind.ALREADY_HELD
    text = "该学籍号已属于另一名学生"
    article = 5


class NumberSpaceExhausted(Refusal):
    kind = Kind.TOO_MUCH
    text = "该县区该出生日期的学籍号已用完"
    article = 5


# --- Transfers (protocol.md) ---


class TransferInProgress(Refusal):
    kind = Kind.LOST_RACE
    text = "该生正在办理另一笔学籍转接"
    article = 14


class AlreadyCustodian(Refusal):
    text = "该生学籍已在本省，请办理省内转学"
    article = 14


class NotCustodian(Refusal):
    text = "该生学籍不在本省"
    article = 14


class IdentityMismatch(Refusal):
    """Code 2001 of the cross-province exchange: number, name or document do not agree."""

    text = "学籍号与姓名或证件不相符"
    article = 14


class RecordFrozen(Refusal):
    text = "该生学籍正在转出，记录已冻结"
    article = 14


class TransferNotCompleted(Refusal):
    text = "转学未办成：{reason}"
    article = 14


class NoArchiveInside(Refusal):
    kind = Kind.NOT_FOUND
    text = "这份告知书没有随函转交学籍档案"
    article = 22


class ArchiveCorrupt(Refusal):
    kind = Kind.MALFORMED
    text = "学籍档案不完整：{why}"
    article = 15


class ArchiveNotAvailable(Refusal):
    kind = Kind.NOT_FOUND
    text = "没有可供提取的学籍档案"
    article = 15


# --- The form and its values ---


class CitizenIdLengthWrong(Refusal):
    kind = Kind.MALFORMED
    text = "公民身份号码应为 18 位，现有 {length} 位"


class CitizenIdCharacterWrong(Refusal):
    kind = Kind.MALFORMED
    text = "公民身份号码只能由数字组成，末位可为 X；第 {position} 位不符"


class ProvinceUnknown(Refusal):
    kind = Kind.MALFORMED
    text = "号码中的省级代码“{digits}”不存在"


class BirthDateImpossible(Refusal):
    kind = Kind.MALFORMED
    text = "号码中的出生日期“{digits}”不可能：{why}"


class CheckCharacterWrong(Refusal):
    """The last character does not follow from the others: one was mistyped. Says which last one would agree."""

    kind = Kind.MALFORMED
    text = "号码末位校验码不符：按前 17 位计算应为“{expected}”，请逐位核对"


class DocumentKindUnknown(Refusal):
    kind = Kind.MALFORMED
    text = "没有代码为“{code}”的身份证件类型"


class DocumentNumberMalformed(Refusal):
    kind = Kind.MALFORMED
    text = "“{document}”的证件号不合格式：{why}"


class IssuingCountryMissing(Refusal):
    kind = Kind.MALFORMED
    text = "护照须写明签发国家或地区：请填写国籍/地区"
    article = 28


class DocumentKindContradictsNumber(Refusal):
    kind = Kind.MALFORMED
    text = "证件类型填的是“{document}”，号码却是“{actual}”的号码，请改正证件类型或号码"


class DivisionUnknown(Refusal):
    kind = Kind.MALFORMED
    text = "行政区划代码“{division}”不存在"


class StudentNumberMalformed(Refusal):
    kind = Kind.MALFORMED
    text = "学籍号不合格式：{why}"
    article = 5


class SchoolCodeMalformed(Refusal):
    kind = Kind.MALFORMED
    text = "学校标识码不合格式：{why}"


class GradeUnknown(Refusal):
    kind = Kind.MALFORMED
    text = "没有名为“{grade}”的年级"


class GradeAmbiguous(Refusal):
    """初一 is the sixth year in one place of 五四 and the seventh in another; a guess would lose the child a year."""

    kind = Kind.MALFORMED
    text = "五四学制下“{grade}”各地所指不同，请写“六年级”至“九年级”"


class StatusTransitionIllegal(Refusal):
    text = "学生状态不能由“{before}”变为“{after}”"
    article = 13


class CompulsoryYearsForbid(Refusal):
    """In compulsory years (义务教育) the record is kept, whatever the child did (义务教育法 27 与《办法》22)."""

    text = "义务教育阶段应为学生保留学籍，不得作“{after}”处理"
    article = 22


# --- The form and the roster ---


class ItemUnknown(Refusal):
    kind = Kind.MALFORMED
    text = "基础信息表中没有“{item}”这一项"


class ValueMissing(Refusal):
    kind = Kind.MALFORMED
    text = "缺少必填项“{label}”"
    article = 7


class FieldMissing(Refusal):
    """What a procedure asks for, where it is no item of the form; which article asks, its row says."""

    kind = Kind.MALFORMED
    text = "请填写“{label}”"


class ValueTooLong(Refusal):
    kind = Kind.MALFORMED
    text = "“{label}”最多 {most} 个字符，现有 {length} 个"


class ValueMalformed(Refusal):
    kind = Kind.MALFORMED
    text = "“{label}”不合格式：{why}"


class NameMalformed(Refusal):
    kind = Kind.MALFORMED
    text = "姓名不合格式：{why}"


class CodeUnknown(Refusal):
    kind = Kind.MALFORMED
    text = "“{given}”不在“{table}”代码表内"


class DateImpossible(Refusal):
    kind = Kind.MALFORMED
    text = "“{label}”不可能：{why}"


class PhoneMalformed(Refusal):
    kind = Kind.MALFORMED
    text = "“{label}”不是电话号码，应为 11 位手机号，或带区号的固定电话，如 010-12345678"


class PostcodeMalformed(Refusal):
    kind = Kind.MALFORMED
    text = "邮政编码应为 6 位数字"


class SexContradictsId(Refusal):
    kind = Kind.MALFORMED
    text = "性别填的是“{stated}”，身份证件号表示的是“{by_number}”"


class BirthDateContradictsId(Refusal):
    kind = Kind.MALFORMED
    text = "出生日期与身份证件号中的出生日期不一致"


class GuardianIdRequired(Refusal):
    """A pupil without a number of their own is told apart from others by the guardians' documents alone."""

    kind = Kind.MALFORMED
    text = "学生没有身份证件号的，必须填写监护人的姓名、身份证件类型和身份证件号"


class InclusiveClassContradictsDisability(Refusal):
    kind = Kind.MALFORMED
    text = "随班就读“{inclusive}”与残疾类型“{disability}”不一致"


class NumericIdLostDigits(Refusal):
    """A spreadsheet keeps 15 digits of a number: what the cell shows is not what was typed, and cannot be recovered."""

    kind = Kind.MALFORMED
    text = "“{label}”在表格中是数字格式，超过 15 位的数字已丢失；请将该列设为文本格式后重新填写"


class ColumnMissing(Refusal):
    kind = Kind.MALFORMED
    text = "表中缺少必需的列：{columns}"


class ColumnRepeated(Refusal):
    kind = Kind.MALFORMED
    text = "表中“{label}”一列出现了两次"


class DuplicateInWorkbook(Refusal):
    kind = Kind.ALREADY_HELD
    text = "与本表第 {first_row} 行重复，同一学生只能填写一行"
    article = 6


class FileNotAWorkbook(Refusal):
    kind = Kind.MALFORMED
    text = "这不是 Excel 工作簿（.xlsx）：{why}"


class FileEncrypted(Refusal):
    kind = Kind.MALFORMED
    text = "文件已加密，请去掉打开密码后重新上传"


class FileTooLarge(Refusal):
    kind = Kind.TOO_MUCH
    text = "文件过大：最多 {most}，请分开上传"


class FileBomb(Refusal):
    """What the file would unfold into is out of all proportion. An alarm: such a file is not made by accident."""

    kind = Kind.MALFORMED
    text = "文件内容异常，拒绝打开：{why}"


class FileUnreadable(Refusal):
    kind = Kind.MALFORMED
    text = "文件已损坏，无法读取：{why}"


# --- Evidence (证明材料) ---


class EvidenceMissing(Refusal):
    """A proof that the procedure asks for is not among the case's evidence."""

    text = "缺少证明材料：{kind}"
    article = 7


class EvidenceKindUnknown(Refusal):
    kind = Kind.MALFORMED
    text = "没有“{kind}”这一种证明材料"


class EvidenceTooLarge(Refusal):
    kind = Kind.TOO_MUCH
    text = "证明材料过大：每份最多 {most}"


class EvidenceTypeNotAllowed(Refusal):
    kind = Kind.MALFORMED
    text = "证明材料只收 JPG、PNG 图片和 PDF 文件，不收“{given}”"


class EvidenceContentMismatch(Refusal):
    """The first bytes are not those of the declared form: renamed, or meant to deceive whoever opens it."""

    kind = Kind.MALFORMED
    text = "证明材料的内容不是所称的 {declared}，而是{found}"


class EvidenceUnreadable(Refusal):
    kind = Kind.MALFORMED
    text = "证明材料无法读取，请重新扫描或拍照：{why}"


class EvidenceUnsafe(Refusal):
    """It holds what a proof never needs and an attacker does: a program, another file, a password, a hidden place."""

    kind = Kind.MALFORMED
    text = "证明材料中有不应有的内容，拒绝接收：{why}"


class EvidenceNotReceived(Refusal):
    """A case came before the content that it names. The tier below sends that first, and the case again."""

    text = "证明材料的内容尚未送达，送达后自动继续"
    article = 13


class EvidenceNotFound(Refusal):
    kind = Kind.NOT_FOUND
    text = "本业务没有这份证明材料，或其内容已不可得"


class EvidenceWithoutCase(Refusal):
    """An office sends content and names it in no case; what nobody names is kept for a day."""

    kind = Kind.TOO_MUCH
    text = "已上传而没有用于业务的证明材料过多，请先提交业务，或一天后再传"


# --- Inquiries and figures ---


class InquiryUnanswered(Refusal):
    """Who knows the answer cannot be reached; nothing was written, so nothing goes on by itself."""

    kind = Kind.UNREACHABLE
    text = "{office}暂时无法连接，此项须由其答复，请稍后再查"


class ScopeMalformed(Refusal):
    kind = Kind.MALFORMED
    text = "没有“{scope}”这样的统计范围"


class BreakdownNotOffered(Refusal):
    kind = Kind.MALFORMED
    text = "不提供按“{by}”的统计：可按学段或年级，再加一项其他分类；民族和单位只按学段细分"


class TooManyMembers(Refusal):
    kind = Kind.TOO_MUCH
    text = "该范围内有 {count} 个单位，最多列出 {most} 个，请缩小范围或按上一级单位统计"


class AskedTooOften(Refusal):
    """Questions about records that are not one's own are counted: nobody finds out by trying."""

    kind = Kind.TOO_MUCH
    text = "查询过于频繁，请在 {minutes} 分钟后再试"


class PreflightAgainst(Refusal):
    """What the pre-flight found will not pass by itself, so the transfer is not filed."""

    text = "转学预检未通过，没有申请：{reasons}"
    article = 14


class FiguresNotReported(Refusal):
    kind = Kind.NOT_FOUND
    text = "{on}尚无统计上报"
    article = 3


class PeriodNotReported(Refusal):
    """The nation adds what provinces report: the flows of a school year up to a day."""

    text = "各省只上报学年初（{begins}）至统计日的流动情况，请按此期间查询"
    article = 3


# --- Supervision ---


class FindingNotFound(Refusal):
    kind = Kind.NOT_FOUND
    text = "没有这条线索，或不归本单位处理"


class FindingStateForbids(Refusal):
    text = "该线索为“{state}”，不能{act}"


class FindingAlreadyDecided(Refusal):
    kind = Kind.ALREADY_HELD
    text = "该线索已由{person}{act}，内容不同"


class RectificationOrderNotFound(Refusal):
    kind = Kind.NOT_FOUND
    text = "没有收到这份责令改正通知书"


class RegisterBroken(Refusal):
    """Somebody has changed the database behind the program's back, or lost a part of it."""

    text = "监督登记簿自第 {sequence} 条起不可信：{why}"


# --- Term review ---


class ReviewNotFound(Refusal):
    kind = Kind.NOT_FOUND
    text = "没有这次学籍复核"


class ReviewAlreadyOpen(Refusal):
    kind = Kind.ALREADY_HELD
    text = "{term}的学籍复核正在进行，封存后才能再开"
    article = 24


class ReviewRollNotHere(Refusal):
    text = "复核当日的名册尚未从省级数据中心取到，取到后自动继续"
    article = 24


class ReviewClassNotFound(Refusal):
    kind = Kind.NOT_FOUND
    text = "这次复核中没有这个班"


class ReviewClassConfirmed(Refusal):
    text = "该班核对情况已经确认上报，不能再改"
    article = 24


class ReviewClassNotAnswered(Refusal):
    text = "该班还没有核对，不能确认"
    article = 24


class ReviewClassNotSampled(Refusal):
    text = "该班没有被抽中，抽查的班由抽签决定"
    article = 24


class DifferenceUnfitting(Refusal):
    kind = Kind.MALFORMED
    text = "核对情况不合规定：{why}"


class ReviewNotComplete(Refusal):
    text = "还有 {schools} 所学校没有核对完，期限（{due_on}）之前不能抽查"
    article = 24


class ReviewSampleNotDrawn(Refusal):
    text = "还没有抽签，不能封存"
    article = 24


class ReviewSampleUnfinished(Refusal):
    text = "还有 {classes} 个抽中的班没有抽查记录，不能封存"
    article = 24


class ReviewClosed(Refusal):
    """After the lot or the seal, what an office adds could no longer be looked at."""

    text = "本次复核已经{state}，此后的变动列入下一次复核"
    article = 24


class RollTooLong(Refusal):
    kind = Kind.TOO_MUCH
    text = "名册超过 {most} 人，不像是一所学校的名册"


class DisclosureNotFound(Refusal):
    kind = Kind.NOT_FOUND
    text = "没有这件对外提供申请"
    article = 25


class DisclosureNotPermitted(Refusal):
    kind = Kind.NOT_ALLOWED
    text = "未经学籍主管部门书面批准，不得向外提供学籍信息（{state}）"
    article = 25


class DisclosureDecided(Refusal):
    text = "这件申请的状态是“{state}”，不能再办理这一步"
    article = 25


class DisclosureTooLong(Refusal):
    text = "截止日期应在今天至 {most} 天以内"
    article = 25


class CheckpointUnknown(Refusal):
    text = "登记日志没有 {size} 条时的检查点"
    kind = Kind.NOT_FOUND


class EntryNotLogged(Refusal):
    text = "登记日志里还没有这一条，请稍后再查"
    kind = Kind.NOT_FOUND


class LookUpBudgetSpent(Refusal):
    text = "本小时的查询额度（{budget} 次，查无此人的按 5 次计）已用完，请于 {time} 后再查"
    kind = Kind.TOO_MUCH


class PupilLookedUpTooOften(Refusal):
    text = "该生今天被查询的次数过多，已记录备查，请明天再查"
    kind = Kind.TOO_MUCH


class PairUnknown(Refusal):
    text = "没有这一对疑似重复的学籍"
    kind = Kind.NOT_FOUND


class DocumentNotInForce(Refusal):
    text = "不是该生现用的居民身份证"
    article = 5


class CitizenIdNotRegistered(Refusal):
    """The population register knows nobody by it."""

    text = "身份证号在国家人口基础信息库中不存在，请核对户口簿后办理关键信息变更"
    article = 5


class CitizenIdOfAnother(Refusal):
    text = "身份证号与姓名不匹配，请核对户口簿后办理关键信息变更"
    article = 5


class FormalNumberHeld(Refusal):
    """The G number of a citizen ID is another person's, to whom the register gave it under the same ID before."""

    text = "该身份证号的正式学籍号已发给另一份学籍，须先核查"
    kind = Kind.ALREADY_HELD
    article = 5


class AllocatedNumberInvalid(Refusal):
    """Not one that this county may give for this pupil."""

    text = "预发的学籍号不是该县为这名学生预发的临时学籍号"
    article = 5


class FormalNumberStays(Refusal):
    text = "该生已有正式学籍号，终身不变"
    article = 5


class PopulationRegisterDown(Refusal):
    text = "国家人口基础信息库暂时无法连接，稍后自动继续"
    kind = Kind.UNREACHABLE


class PopulationRegisterMissing(Refusal):
    """The operator named none: nobody gets a formal number."""

    text = "全国索引没有接入国家人口基础信息库，不能发放正式学籍号"


class NumberingNotNow(Refusal):
    text = "{year} 年的正式学籍号在春季学期（{first} 至 {last}）发放"
    article = 5


class NumberingNotFound(Refusal):
    kind = Kind.NOT_FOUND
    text = "{year} 年没有发放过正式学籍号"


class AdjudicationNotFound(Refusal):
    text = "没有这件学籍核查"
    kind = Kind.NOT_FOUND


class AdjudicationClosed(Refusal):
    text = "这件学籍核查已办结（{state}），不能再办理这一步"
    article = 6


class AdjudicationOpen(Refusal):
    """One pair is asked about once at a time."""

    text = "这两份学籍正在核查中"
    kind = Kind.ALREADY_HELD
    article = 6


class KnownDifferent(Refusal):
    text = "这两份学籍已认定为两名学生，须先撤回认定"
    kind = Kind.ALREADY_HELD
    article = 6


class RecordMerged(Refusal):
    text = "该学籍已并入另一份学籍"
    kind = Kind.ALREADY_HELD
    article = 6


class NothingToMerge(Refusal):
    text = "两个学籍号是同一份学籍"
    kind = Kind.ALREADY_HELD


class NotSoOnRecord(Refusal):
    """What a province says of its record must have been done to it."""

    text = "本省学籍上没有这样办理：{why}"
    article = 6


class CharacterNotPrintable(Refusal):
    text = "“{character}”（U+{point}）字库中没有字形，不能打印；请手工填写后盖章"


class LogRewritten(Refusal):
    text = "全国登记日志与本省见证过的不一致（{size} 条），请立即报告"
