"""Coming in and going out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length, Regexp

from chassis.logs import get_logger
from kernel.office import Tier
from kernel.refusals import Refusal
from portal.desk import here
from portal.guard.accounts import account_key
from portal.guard.addresses import local_path
from portal.guard.door import door
from xueji.staff.v1 import staff_pb2

STAFF_MAX = 500  # of one office; more than any has

blueprint = Blueprint("login", __name__)

log = get_logger()


class LoginForm(FlaskForm):  # type: ignore[misc]  # it ships no types
    """What a person types to come in."""

    office = StringField("单位代码", [DataRequired(), Regexp(r"^\s*[0-9]{2,10}\s*$", message="单位代码是2至10位数字")])
    person = StringField("人员编号", [DataRequired(), Length(max=40)])
    password = PasswordField("密码", [DataRequired(), Length(max=200)])
    otp = StringField("动态口令", [DataRequired(), Regexp(r"^\s*[0-9]{6}\s*$", message="动态口令是6位数字")])


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> str | Response | tuple[str, int]:
    """Both factors at once: who knows only one learns nothing of which was wrong."""
    form = LoginForm()
    if not form.validate_on_submit():
        return render_template("login.html", form=form), 400 if form.is_submitted() else 200
    key = account_key((form.office.data or "").strip(), (form.person.data or "").strip())
    minutes = door().throttle.waits(key)
    if minutes:
        flash(f"连续多次登录失败，请 {minutes} 分钟后再试；忘记密码请联系上级学籍主管部门重置。", "danger")
        return render_template("login.html", form=form), 429
    account = door().accounts.prove(key, password=form.password.data or "", otp=form.otp.data or "")
    if account is None:
        door().throttle.failed(key)
        log.warning("login_refused")
        flash("单位代码、人员编号、密码或动态口令有误。", "danger")
        return render_template("login.html", form=form), 401
    door().throttle.succeeded(key)
    session.clear()
    opened = door().sessions.begin(account)
    login_user(opened)
    why = _may_not_work()
    if why:
        door().sessions.end(opened.token)
        logout_user()
        session.clear()
        flash(why, "danger")
        return render_template("login.html", form=form), 403
    log.info("logged_in", peer=str(account.who.office))
    return redirect(local_path(request.args.get("next", ""), otherwise=url_for("worklist.index")))


@blueprint.post("/logout")
def logout() -> Response:
    if current_user.is_authenticated:
        door().sessions.end(current_user.token)
        door().shelf.clear(current_user.token)
    logout_user()
    session.clear()
    flash("已退出登录。", "success")
    return redirect(url_for("login.login"))


def _may_not_work() -> str:
    """Art. 23: first trained, then on duty. What the office's own list says of this person today; empty: they may."""
    desk = here()
    if desk.who.office.tier is Tier.NATION:
        return ""  # nobody writes at a desk of the nation, and it keeps no list of its own
    try:
        answer = desk.ask(desk.staff.ListStaff, staff_pb2.ListStaffRequest(page_size=STAFF_MAX))
    except Refusal as no:
        return f"暂时不能登录：{no.sentence}"
    member = next((one for one in answer.members if one.person == desk.who.person and one.role == desk.who.role), None)
    if member is None:
        return "本单位的学籍管理人员名册中没有此人；请先由本单位上报（办法第二十三条）。"
    if not member.may_work:
        return f"按办法第二十三条，学籍管理人员须先培训再上岗；当前状态：{member.state_title}。"
    return ""
