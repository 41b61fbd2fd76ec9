// What is typed into a form with data-keep stays with this tab until the server has it: after a reload, after the line
// was cut, after a login that had run out. Nothing leaves the tab; closing it or logging out forgets everything.
"use strict";

(function () {
  const PREFIX = "kept:";
  const PAUSE_MS = 300;

  function keys() {
    return Object.keys(sessionStorage).filter(function (key) {
      return key.startsWith(PREFIX);
    });
  }

  const done = document.querySelector("[data-kept-done]");
  if (done) {
    keys().forEach(function (key) {
      if (key.endsWith(":" + done.dataset.keptDone)) {
        sessionStorage.removeItem(key);
      }
    });
  }

  const form = document.querySelector("form[data-keep]");
  if (!form) {
    return;
  }
  const own = PREFIX + form.dataset.person + ":";
  const key = own + form.dataset.keep;
  const told = form.querySelector("[data-kept]");
  const fields = Array.from(form.elements).filter(function (field) {
    return field.name && !["hidden", "file", "radio", "checkbox", "submit"].includes(field.type);
  });
  let waiting = 0;

  // Whoever sat here before: their work is not this person's to see.
  keys().forEach(function (other) {
    if (!other.startsWith(own)) {
      sessionStorage.removeItem(other);
    }
  });

  function time(ms) {
    return new Date(ms).toLocaleTimeString("zh-CN", { hour12: false });
  }

  function keep() {
    clearTimeout(waiting);
    const values = {};
    fields.forEach(function (field) {
      values[field.name] = field.value;
    });
    try {
      const at = Date.now();
      sessionStorage.setItem(key, JSON.stringify({ at: at, values: values }));
      told.textContent = "已暂存 " + time(at) + "（仅在本窗口，保存后清除）";
    } catch (full) {
      told.textContent = "本窗口无法暂存，请及时保存";
    }
  }

  function restore() {
    const kept = JSON.parse(sessionStorage.getItem(key) || "null");
    if (!kept) {
      return;
    }
    const changed = fields.filter(function (field) {
      return field.name in kept.values && field.value !== kept.values[field.name];
    });
    changed.forEach(function (field) {
      field.value = kept.values[field.name];
    });
    if (changed.length) {
      const forget = document.createElement("button");
      forget.type = "button";
      forget.className = "btn btn-sm btn-link";
      forget.textContent = "放弃暂存的内容";
      forget.addEventListener("click", function () {
        sessionStorage.removeItem(key);
        location.reload();
      });
      told.textContent = "已恢复 " + time(kept.at) + " 暂存的内容";
      told.append(forget);
    }
  }

  restore();
  form.addEventListener("input", function () {
    clearTimeout(waiting);
    waiting = setTimeout(keep, PAUSE_MS);
  });
  form.addEventListener("change", keep);
  form.addEventListener("submit", function (event) {
    keep();
    if (!navigator.onLine) {
      event.preventDefault(); // an error page in place of the form helps nobody
      told.textContent = "网络不通，内容已暂存在本窗口，恢复后再保存";
    }
  });
})();
