// Uploading a roster: chosen or dropped it goes at once, with its progress; without a script the form is a plain form.
"use strict";

(function () {
  const form = document.querySelector("form[data-upload]");
  if (!form) {
    return;
  }
  const input = form.querySelector("input[type=file]");
  const button = form.querySelector("button[type=submit]");
  const progress = form.querySelector(".progress");
  const told = form.querySelector(".drop-told");

  function show(percent) {
    progress.hidden = false;
    progress.setAttribute("aria-valuenow", String(percent));
    progress.firstElementChild.style.width = percent + "%";
  }

  function failed(words) {
    progress.hidden = true;
    button.disabled = false;
    told.textContent = words;
  }

  function send() {
    const file = input.files[0];
    if (!file) {
      failed("请先选择花名册文件。");
      return;
    }
    const asked = new XMLHttpRequest();
    asked.open("POST", form.action);
    asked.setRequestHeader("Accept", "application/json");
    asked.upload.addEventListener("progress", function (event) {
      if (event.lengthComputable) {
        show(Math.round((100 * event.loaded) / event.total));
        told.textContent = event.loaded < event.total ? "正在上传 " + file.name : "已上传，正在逐行核对…";
      }
    });
    asked.addEventListener("load", function () {
      const answer = (asked.getResponseHeader("Content-Type") || "").startsWith("application/json");
      if (asked.status === 200 && answer) {
        location.assign(JSON.parse(asked.responseText).next);
      } else if (asked.status === 413) {
        failed("文件太大，请分开上传。");
      } else if (asked.status === 200) {
        location.reload(); // the login had run out: the page says so
      } else {
        failed("未能上传，请稍后再试；没有任何内容被保存。");
      }
    });
    asked.addEventListener("error", function () {
      failed("暂时联系不上服务器，请稍后再试；没有任何内容被保存。");
    });
    button.disabled = true;
    show(0);
    told.textContent = "正在上传 " + file.name;
    asked.send(new FormData(form));
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    send();
  });
  input.addEventListener("change", send);

  ["dragenter", "dragover"].forEach(function (name) {
    form.addEventListener(name, function (event) {
      event.preventDefault();
      form.classList.add("drop-over");
    });
  });
  ["dragleave", "drop"].forEach(function (name) {
    form.addEventListener(name, function () {
      form.classList.remove("drop-over");
    });
  });
  form.addEventListener("drop", function (event) {
    event.preventDefault();
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      send();
    }
  });
})();

// All lines of the page at once.
(function () {
  const all = document.querySelector("[data-all]");
  if (!all) {
    return;
  }
  all.hidden = false;
  all.addEventListener("change", function () {
    all.closest("table").querySelectorAll("tbody input[type=checkbox]").forEach(function (one) {
      one.checked = all.checked;
    });
  });
})();
