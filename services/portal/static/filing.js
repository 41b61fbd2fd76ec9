// Proofs go ahead of their form, with their progress; without a script they go with it.
"use strict";

(function () {
  const form = document.querySelector("form.filing-form");
  if (!form) {
    return;
  }
  const BYTES_MAX = 2 * 1024 * 1024;
  const brought = form.querySelector("[data-brought]");
  const progress = form.querySelector(".progress");
  const told = form.querySelector("[data-told]");
  const csrf = form.querySelector("input[name=csrf_token]");

  function show(percent) {
    progress.hidden = false;
    progress.setAttribute("aria-valuenow", String(percent));
    progress.firstElementChild.style.width = percent + "%";
  }

  function done(words) {
    progress.hidden = true;
    told.textContent = words;
  }

  function add(proof) {
    const line = document.createElement("li");
    const token = document.createElement("input");
    token.type = "hidden";
    token.name = "proof";
    token.value = proof.token;
    const words = document.createElement("span");
    words.textContent = proof.kind + "：" + proof.name + " ";
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "btn btn-sm btn-link";
    drop.dataset.drop = "";
    drop.setAttribute("aria-label", "移除" + proof.name);
    drop.textContent = "移除";
    line.append(token, words, drop);
    brought.append(line);
  }

  function send(input, kind) {
    const file = input.files[0];
    if (!file) {
      return;
    }
    if (file.size > BYTES_MAX) {
      input.value = "";
      done(file.name + "超过2 MB，请缩小后再上传。");
      return;
    }
    const parts = new FormData();
    parts.append("csrf_token", csrf.value);
    parts.append("kind", kind);
    parts.append("file", file);
    const asked = new XMLHttpRequest();
    asked.open("POST", form.dataset.proofs);
    asked.responseType = "json";
    asked.upload.addEventListener("progress", function (event) {
      if (event.lengthComputable) {
        show(Math.round((100 * event.loaded) / event.total));
      }
    });
    asked.addEventListener("load", function () {
      if (asked.status === 200 && asked.response) {
        add(asked.response);
        input.value = "";
        done("已上传 " + file.name);
      } else if (new URL(asked.responseURL).pathname === "/login") {
        done("登录已超时，" + file.name + "未上传；请重新登录，填写的内容已暂存在本窗口。");
      } else {
        done("未能上传" + file.name + "：" + ((asked.response && asked.response.words) || "请稍后再试"));
      }
    });
    asked.addEventListener("error", function () {
      done("暂时联系不上服务器，" + file.name + "未上传；请稍后再试。");
    });
    show(0);
    told.textContent = "正在上传 " + file.name;
    asked.send(parts);
  }

  form.addEventListener("change", function (event) {
    const place = event.target.closest("[data-proof]");
    if (place && event.target.type === "file") {
      send(event.target, place.dataset.proof || form.elements.other_kind.value);
    }
  });

  form.addEventListener("click", function (event) {
    if (event.target.closest("[data-drop]")) {
      event.target.closest("li").remove();
      told.textContent = "已移除";
    }
  });

  const mistakes = document.querySelector("[data-focus]");
  if (mistakes) {
    mistakes.focus();
  }
})();
