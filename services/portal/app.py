"""The web application: the only file that knows all rooms."""

from __future__ import annotations

import signal
import uuid
from pathlib import Path
from typing import Any

from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Server
from flask import Flask, flash, redirect, render_template, request, url_for
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager, current_user
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from chassis.logs import get_logger
from chassis.rpc.wire import STATUS_OF_KIND
from kernel.refusals import Kind, Refusal, SystemFault
from portal.desk import LINES, Lines
from portal.guard.accounts import read_accounts
from portal.guard.door import Door, hang
from portal.guard.headers import forbid
from portal.guard.premises import read_premises
from portal.guard.sessions import LIFE_SECONDS, Session, Sessions
from portal.guard.shelf import Shelf
from portal.guard.throttle import Throttle
from portal.pages import ENTRIES, PAGES
from portal.settings import PortalSettings
from portal.showing.navigation import entries_for
from portal.showing.urgency import urgency_class, urgency_words
from portal.showing.writing import FILTERS

UPLOAD_BYTES_MAX = 32 * 1024 * 1024
WITHOUT_LOGIN = frozenset({"login.login", "papers.check", "whereabouts.ask", "static", "bootstrap.static"})

_HTTP_OF_KIND = {
    Kind.MALFORMED: 400,
    Kind.NOT_FOUND: 404,
    Kind.ALREADY_HELD: 409,
    Kind.RULE_REFUSES: 409,
    Kind.LOST_RACE: 409,
    Kind.NOT_ALLOWED: 403,
    Kind.NOT_KNOWN: 403,
    Kind.TOO_MUCH: 429,
    Kind.UNREACHABLE: 503,
}
assert _HTTP_OF_KIND.keys() == STATUS_OF_KIND.keys()

_HTTP_WORDS = {
    400: "提交的内容不完整或格式不对。",
    403: "您的岗位不能办理此事。",
    404: "没有这个页面，或它不属于您的单位。",
    405: "请从页面上的按钮办理。",
    413: f"文件太大，最多 {UPLOAD_BYTES_MAX // 2**20} MB。",
    429: "操作过于频繁，请稍后再试。",
}

log = get_logger()


def create_app(settings: PortalSettings) -> Flask:
    """The application, with its door and its lines to the nodes.

    Raises:
        OSError, ValueError: a file that the settings name cannot be read.
    """
    app = Flask("portal", static_folder="static", template_folder="templates")
    secure = settings.web_certificate is not None
    app.config.update(
        SECRET_KEY=_key(settings.cookie_key_file),
        MAX_CONTENT_LENGTH=UPLOAD_BYTES_MAX,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="__Host-xueji" if secure else "xueji",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=LIFE_SECONDS,
        WTF_CSRF_SSL_STRICT=False,  # we tell browsers to send no referrer; the token proves the form
        BOOTSTRAP_SERVE_LOCAL=True,
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
    )
    door = Door(
        premises=read_premises(settings.offices_file),
        accounts=read_accounts(settings.accounts_file, authority=settings.authority_certificate),
        sessions=Sessions(),
        throttle=Throttle(),
        shelf=Shelf(),
        clock=settings.clock,
        paper_key=_key(settings.paper_key_file) if settings.paper_key_file else None,
        public_url=settings.public_url or f"{'https' if secure else 'http'}://{settings.listen}",
    )
    hang(app.extensions, door)
    app.extensions[LINES] = Lines()
    Bootstrap5(app)
    Babel(app)
    CSRFProtect(app)
    _login(app, door)
    for page in PAGES:
        app.register_blueprint(page.blueprint)
    _templates(app)
    _refusals(app)
    app.after_request(lambda response: forbid(response, is_file=request.endpoint in {"static", "bootstrap.static"}))
    return app


def serve(settings: PortalSettings) -> None:
    """Serve until SIGTERM; the requests that were taken are answered first."""
    app = create_app(settings)
    host, _, port = settings.listen.rpartition(":")
    server = Server((host, int(port)), app, numthreads=settings.threads, server_name="xueji", shutdown_timeout=5)
    if settings.web_certificate is not None:
        server.ssl_adapter = BuiltinSSLAdapter(str(settings.web_certificate), str(settings.web_key))
    server.prepare()
    address = f"{host}:{server.bind_addr[1]}"
    if settings.address_file is not None:
        _write_whole(settings.address_file, address)
    for told in (signal.SIGTERM, signal.SIGINT):
        # Out of the loop that accepts: told to stop from within it, the server would wait for itself.
        signal.signal(told, signal.default_int_handler)
    log.info("serving", listen=address)
    try:
        server.serve()
    except KeyboardInterrupt:
        log.info("stopping")
    finally:
        server.stop()
        app.extensions[LINES].close()


def _login(app: Flask, door: Door) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # the token is 256 bits of ours; an address may change under a phone
    manager.user_loader(door.sessions.get)

    @app.before_request
    def only_who_is_logged_in() -> AnyResponse | None:
        if request.endpoint in WITHOUT_LOGIN or current_user.is_authenticated:
            return None
        if request.method != "GET":
            flash("登录已超时，请重新登录；填写的内容保留在本页，登录后可继续。", "warning")
        # A form that is sent to its own address is opened again there; its tab has kept what was typed.
        here = app.create_url_adapter(request)
        assert here is not None, "a request has an address"
        opens = request.method == "GET" or here.test(request.path, "GET")
        wanted = request.full_path.rstrip("?") if opens else ""
        return redirect(url_for("login.login", next=wanted if wanted != "/" else None))


def _templates(app: Flask) -> None:
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(urgency_words=urgency_words, urgency_class=urgency_class)

    @app.context_processor
    def who_is_here() -> dict[str, Any]:
        if not current_user.is_authenticated:
            return {"me": None, "navigation": []}
        session: Session = current_user
        return {"me": session.account, "navigation": entries_for(session.account.who, ENTRIES)}


def _refusals(app: Flask) -> None:
    """A refusal is an answer: its sentence on a page that has the way back; a fault of ours has its number."""

    @app.errorhandler(Refusal)
    def refused(no: Refusal) -> tuple[str, int]:
        status = 500 if isinstance(no, SystemFault) else _HTTP_OF_KIND[no.kind]
        return render_template("refused.html", code=no.code, sentence=no.sentence, status=status), status

    @app.errorhandler(CSRFError)
    def forged(_: CSRFError) -> tuple[str, int]:
        sentence = "此页打开得太久，或来自别处；请返回后重新提交。"
        return render_template("refused.html", code="FORM_EXPIRED", sentence=sentence, status=400), 400

    @app.errorhandler(HTTPException)
    def not_here(error: HTTPException) -> tuple[str, int] | AnyResponse:
        status = error.code or 500
        if status < 400:
            return error.get_response()
        sentence = _HTTP_WORDS.get(status, "页面未能显示，请稍后再试。")
        return render_template("refused.html", code=f"HTTP_{status}", sentence=sentence, status=status), status

    @app.errorhandler(Exception)
    def fault(raised: Exception) -> tuple[str, int]:
        no = SystemFault(error_id=uuid.uuid4().hex[:12])
        log.error("page_fault", error_id=no.detail["error_id"], exc_info=raised)
        return render_template("refused.html", code=no.code, sentence=no.sentence, status=500), 500


def _key(file: Path) -> bytes:
    return bytes.fromhex(file.read_text("ascii").strip())


def _write_whole(file: Path, address: str) -> None:
    beside = file.with_name(f"{file.name}.new")
    beside.write_text(address, encoding="ascii")
    beside.replace(file)
