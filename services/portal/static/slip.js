// The button that prints, where there is a script to press it.
"use strict";

(function () {
  const button = document.querySelector("[data-print]");
  button.hidden = false;
  button.addEventListener("click", function () {
    window.print();
  });
})();
