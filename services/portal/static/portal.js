// What a page cannot do without a script, in the Chromium of 2021 and without a word of it in the page itself.
"use strict";

document.addEventListener("click", function (event) {
  if (event.target.closest("[data-back]")) {
    history.back();
  }
});

// A form is sent once: the second click of an impatient hand would only be told that it came second.
document.addEventListener("submit", function (event) {
  const form = event.target;
  if (form.action.endsWith("/logout")) {
    sessionStorage.clear(); // what was typed and not sent is nobody else's
  }
  if (event.defaultPrevented) {
    return; // its own script sends it, or has said why not
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(function () {
    delete form.dataset.sent;
  }, 5000);
});
