// The approval queue: one keyboard goes through a class. Marks stay in this tab until they are sent.
"use strict";

document.addEventListener("DOMContentLoaded", function () {
  const root = document.querySelector("[data-approve]");
  if (!root) {
    return;
  }
  const WORDS = { approve: "通过", return: "退回修改", reject: "不予核准" };
  const RELEASING = { approve: "通过", reject: "不同意转出" };
  const STORE = "xueji-marks/" + root.dataset.who + "/";
  const lines = Array.from(root.querySelectorAll("[data-line]"));
  const panes = Array.from(root.querySelectorAll("[data-pane]"));
  const form = document.querySelector("[data-submit]");
  const all = document.querySelector("[data-all]");
  const send = document.querySelector("[data-send]");
  const told = document.querySelector("[data-told]");
  const keys = document.querySelector("[data-keys]");
  let current = -1;
  let asking = "";

  // --- What was said and seen of each case ---

  const cases = Array.from(root.querySelectorAll("li[data-case]")).map(function (element) {
    const key = STORE + element.dataset.case + "/" + element.dataset.step;
    const kept = JSON.parse(sessionStorage.getItem(key) || "{}");
    return {
      id: element.dataset.case,
      step: element.dataset.step,
      items: element.dataset.items.split(" "),
      must: element.dataset.must ? element.dataset.must.split(" ") : [],
      releasing: element.hasAttribute("data-releasing"),
      key: key,
      marks: kept.marks || {},
      seen: kept.seen || {},
    };
  });
  const byId = new Map(cases.map((one) => [one.id, one]));

  function keep(one) {
    sessionStorage.setItem(one.key, JSON.stringify({ marks: one.marks, seen: one.seen }));
  }

  // What was sent and is here no more was taken.
  JSON.parse(sessionStorage.getItem(STORE + "sent") || "[]").forEach(function (key) {
    if (!cases.some((one) => one.key === key)) {
      sessionStorage.removeItem(key);
    }
  });
  sessionStorage.removeItem(STORE + "sent");

  function caseOf(pane) {
    return byId.get(pane.dataset.case);
  }

  function wordOf(one, decision) {
    return (one.releasing ? RELEASING : WORDS)[decision];
  }

  function isWhole(one) {
    return one.items.every((item) => one.marks[item]);
  }

  // --- Drawing ---

  function drawLine(place) {
    const pane = panes[place];
    const one = caseOf(pane);
    const mark = one.marks[pane.dataset.item];
    const sign = lines[place].querySelector("[data-mark]");
    sign.textContent = mark ? wordOf(one, mark.decision) : one.seen[pane.dataset.item] ? "已看" : "";
    sign.className = "approve-mark" + (mark ? " is-" + mark.decision : "");
    const said = pane.querySelector("[data-said]");
    said.hidden = !mark || mark.decision === "approve";
    said.textContent = said.hidden ? "" : "已标记“" + wordOf(one, mark.decision) + "”：" + mark.reason;
    pane.querySelector('[data-do="clear"]').hidden = !mark;
    pane.querySelectorAll("[data-do]").forEach(function (button) {
      if (WORDS[button.dataset.do]) {
        button.setAttribute("aria-pressed", String(Boolean(mark && mark.decision === button.dataset.do)));
      }
    });
  }

  function drawTotals() {
    let pupils = 0, seen = 0, marked = 0, unseen = 0, whole = 0, begun = 0;
    const counts = { approve: 0, return: 0, reject: 0 };
    cases.forEach(function (one) {
      pupils += one.items.length;
      seen += one.items.filter((item) => one.seen[item]).length;
      unseen += one.must.filter((item) => !one.seen[item]).length;
      one.items.forEach(function (item) {
        if (one.marks[item]) {
          marked += 1;
          counts[one.marks[item].decision] += 1;
        }
      });
      if (isWhole(one)) {
        whole += 1;
      } else if (one.items.some((item) => one.marks[item])) {
        begun += 1;
      }
    });
    const parts = Object.keys(WORDS).filter((name) => counts[name]).map((name) => WORDS[name] + " " + counts[name]);
    root.querySelector("[data-progress]").textContent =
      "已看过 " + seen + "/" + pupils + " 名" + (parts.length ? "；" + parts.join("，") : "");
    all.disabled = unseen > 0 || marked === pupils;
    all.textContent = unseen
      ? "全部通过（还有 " + unseen + " 名须先打开看过）"
      : (marked ? "其余全部通过" : "全部通过") + "（已看过 " + seen + "/" + pupils + " 名）";
    send.disabled = whole === 0;
    send.textContent = whole
      ? "提交本批决定（" + whole + " 份）" + (begun ? "，" + begun + " 份未标完" : "")
      : "提交本批决定";
  }

  function show(place, focus) {
    if (place < 0 || place >= panes.length) {
      return;
    }
    if (asking) {
      ask("");
    }
    if (current >= 0) {
      panes[current].hidden = true;
      lines[current].removeAttribute("aria-current");
    }
    current = place;
    const pane = panes[place];
    const one = caseOf(pane);
    pane.hidden = false;
    lines[place].setAttribute("aria-current", "true");
    if (!one.seen[pane.dataset.item]) {
      one.seen[pane.dataset.item] = 1;
      keep(one);
    }
    if (focus) {
      lines[place].focus({ preventScroll: true });
    }
    lines[place].scrollIntoView({ block: "nearest" });
    if (root.getBoundingClientRect().top < 0) {
      root.scrollIntoView(); // the next child is read from its first line
    }
    drawLine(place);
    drawTotals();
  }

  // --- Marking ---

  function mark(decision, reason, code) {
    const pane = panes[current];
    const one = caseOf(pane);
    if (decision) {
      one.marks[pane.dataset.item] = { decision: decision, reason: reason, reason_code: code };
    } else {
      delete one.marks[pane.dataset.item];
    }
    keep(one);
    told.textContent = lines[current].querySelector(".approve-name").textContent + "：" + (wordOf(one, decision) || "撤回标记");
    drawLine(current);
    drawTotals();
    if (decision) {
      next();
    }
  }

  function next() {
    const unmarked = function (place) {
      return !caseOf(panes[place]).marks[panes[place].dataset.item];
    };
    for (let step = 1; step <= panes.length; step += 1) {
      const place = (current + step) % panes.length;
      if (unmarked(place)) {
        show(place, true);
        return;
      }
    }
    send.focus({ preventScroll: true });
  }

  // The law asks for a reason: of a return or a refusal always, of a releasing side from its closed list.
  function ask(decision) {
    const pane = panes[current];
    const why = pane.querySelector("[data-why]");
    asking = decision;
    why.hidden = !decision;
    if (!decision) {
      return;
    }
    const given = caseOf(pane).marks[pane.dataset.item];
    pane.querySelector("[data-why-title]").textContent = wordOf(caseOf(pane), decision) + "的理由";
    pane.querySelector("[data-reason]").value = given && given.decision === decision ? given.reason : "";
    (pane.querySelector("[data-code]") || pane.querySelector("[data-reason]")).focus();
  }

  function confirm() {
    const pane = panes[current];
    const reason = pane.querySelector("[data-reason]");
    const code = pane.querySelector("[data-code]");
    const help = pane.querySelector("[data-why-help]");
    if (code && !code.value) {
      help.textContent = "请选择事由";
      code.focus();
      return;
    }
    const words = reason.value.trim() || (code ? code.options[code.selectedIndex].text : "");
    reason.classList.toggle("is-invalid", !words);
    if (!words) {
      help.textContent = "请写明理由：退回修改和不予核准都须告知申请单位理由";
      reason.focus();
      return;
    }
    const used = document.getElementById("reasons-used");
    if (!Array.from(used.options).some((option) => option.value === words)) {
      const option = document.createElement("option");
      option.value = words;
      used.appendChild(option);
    }
    const decision = asking;
    ask("");
    mark(decision, words, code ? code.value : "");
  }

  function act(what) {
    const button = panes[current].querySelector('[data-do="' + what + '"]');
    if (!button || button.hidden) {
      return;
    }
    if (what === "approve") {
      mark("approve", "", "");
    } else if (what === "clear") {
      mark("", "", "");
    } else if (what === "confirm") {
      confirm();
    } else {
      ask(what);
    }
  }

  root.addEventListener("click", function (event) {
    const line = event.target.closest("[data-line]");
    const button = event.target.closest("[data-do]");
    if (line) {
      show(Number(line.dataset.line), false);
    } else if (button) {
      act(button.dataset.do);
    }
  });

  const KEYS = { a: "approve", r: "return", x: "reject", u: "clear" };

  document.addEventListener("keydown", function (event) {
    const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
    if (asking && event.key === "Escape") {
      event.preventDefault();
      ask("");
      lines[current].focus();
    } else if (asking && event.key === "Enter" && event.target.closest("[data-reason]")) {
      event.preventDefault();
      confirm();
    } else if (!typing && keys.checked && !event.ctrlKey && !event.altKey && !event.metaKey) {
      const key = event.key.toLowerCase();
      if (key === "j" || key === "k") {
        event.preventDefault();
        const place = current + (key === "j" ? 1 : -1);
        const beyond = root.querySelector(key === "j" ? ".approve-pages [rel=next]" : ".approve-pages [rel=prev]");
        if (beyond && (place < 0 || place >= panes.length)) {
          beyond.click(); // of a large case: its other pages
        } else {
          show(place, true);
        }
      } else if (KEYS[key]) {
        event.preventDefault();
        act(KEYS[key]);
      }
    }
  });

  // A reader of single keys may be speech: they can be turned off (WCAG 2.1.4).
  keys.checked = localStorage.getItem("xueji-keys") !== "off";
  keys.addEventListener("change", function () {
    localStorage.setItem("xueji-keys", keys.checked ? "on" : "off");
  });

  all.addEventListener("click", function () {
    cases.forEach(function (one) {
      one.items.forEach(function (item) {
        one.marks[item] = one.marks[item] || { decision: "approve", reason: "", reason_code: "" };
      });
      keep(one);
    });
    panes.forEach((_, place) => drawLine(place));
    drawTotals();
    (form.querySelector("[name=otp]") || send).focus({ preventScroll: true });
  });

  form.addEventListener("submit", function () {
    const whole = cases.filter(isWhole);
    form.elements.decisions.value = JSON.stringify(whole.map(function (one) {
      const marks = {};
      one.items.forEach(function (item) {
        marks[item] = one.marks[item];
      });
      return { case_id: one.id, step: one.step, marks: marks };
    }));
    sessionStorage.setItem(STORE + "sent", JSON.stringify(whole.map((one) => one.key)));
  });

  panes.forEach((_, place) => drawLine(place));
  const first = panes.findIndex((pane) => !caseOf(pane).marks[pane.dataset.item]);
  show(first < 0 ? 0 : first, false);
});
