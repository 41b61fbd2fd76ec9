// The form of 72 items: what a citizen ID says is filled in as one leaves the field, and a wrong check character is told
// there and then (GB 11643, ISO 7064 MOD 11-2). The node checks everything again.
"use strict";

(function () {
  const form = document.querySelector("form.pupil-form");
  if (!form) {
    return;
  }
  const CITIZEN = "1";
  const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const CHECK_CHARACTERS = "10X98765432";
  const KEY_FIELDS = ["name", "sex", "birth_date", "document_kind", "document_number"];

  function field(key) {
    return form.elements[key];
  }

  // --- What a citizen ID says ---

  function asTyped(text) {
    return text
      .replace(/[\uff01-\uff5e]/g, function (wide) {
        return String.fromCharCode(wide.charCodeAt(0) - 0xfee0);
      })
      .replace(/[\s\u3000]/g, "")
      .toUpperCase();
  }

  function checkCharacter(first17) {
    const total = WEIGHTS.reduce(function (sum, weight, place) {
      return sum + weight * Number(first17[place]);
    }, 0);
    return CHECK_CHARACTERS[total % 11];
  }

  function isDay(digits) {
    const year = Number(digits.slice(0, 4));
    const month = Number(digits.slice(4, 6));
    const day = new Date(year, month - 1, Number(digits.slice(6)));
    return year >= 1900 && day.getMonth() === month - 1 && day.getFullYear() === year && day <= new Date();
  }

  // The number with what it says, or what is wrong with it in the words of the node.
  function readCitizenId(number) {
    if (/^[0-9]{15}$/.test(number)) {
      return { wrong: "" }; // of the first cards: the node makes eighteen of them
    }
    if (number.length !== 18) {
      return { wrong: "公民身份号码应为 18 位，现有 " + number.length + " 位" };
    }
    if (!/^[0-9]{17}[0-9X]$/.test(number)) {
      return { wrong: "公民身份号码只能由数字组成，末位可为 X" };
    }
    const born = number.slice(6, 14);
    if (!isDay(born)) {
      return { wrong: "号码中的出生日期“" + born + "”不可能" };
    }
    const expected = checkCharacter(number.slice(0, 17));
    if (number[17] !== expected) {
      return { wrong: "号码末位校验码不符：按前 17 位计算应为“" + expected + "”，请逐位核对" };
    }
    return { wrong: "", born: born, sex: Number(number[16]) % 2 ? "1" : "2" };
  }

  function tell(key, words) {
    const input = field(key);
    const place = document.getElementById(key + "-wrong");
    place.setAttribute("role", "alert");
    place.textContent = words;
    place.classList.toggle("d-block", Boolean(words));
    input.classList.toggle("is-invalid", Boolean(words));
    if (words) {
      input.setAttribute("aria-invalid", "true");
    } else {
      input.removeAttribute("aria-invalid");
    }
  }

  // What was filled in by us is ours to fill in again; what a person typed is theirs.
  function fill(key, value) {
    const input = field(key);
    if (input.value && input.value !== input.dataset.filled) {
      return false;
    }
    input.value = value;
    input.dataset.filled = value;
    input.classList.add("filled");
    tell(key, "");
    return true;
  }

  function fillOrCompare(key, value, words) {
    const input = field(key);
    if (!fill(key, value)) {
      tell(key, asTyped(input.value).replace(/[-./年月日]/g, "") === value ? "" : words);
    }
  }

  function checkNumber(prefix) {
    const kind = field(prefix + "document_kind");
    const input = field(prefix + "document_number");
    const number = asTyped(input.value);
    if (!number || (kind.value && kind.value !== CITIZEN)) {
      tell(prefix + "document_number", "");
      return;
    }
    if (!kind.value && !/^[0-9]{17}[0-9X]$/.test(number)) {
      return; // of whatever kind: not chosen yet
    }
    const read = readCitizenId(number);
    tell(prefix + "document_number", read.wrong);
    if (read.wrong) {
      return;
    }
    input.value = number;
    if (!prefix && read.born) {
      if (!kind.value) {
        kind.value = CITIZEN;
      }
      fill("nationality", "CHN");
      fillOrCompare("birth_date", read.born, "出生日期与身份证件号中的出生日期不一致");
      fillOrCompare("sex", read.sex, "性别与身份证件号表示的性别不一致");
    }
  }

  ["", "guardian1_", "guardian2_"].forEach(function (prefix) {
    ["document_kind", "document_number"].concat(prefix ? [] : ["birth_date", "sex"]).forEach(function (key) {
      field(prefix + key).addEventListener("change", function () {
        checkNumber(prefix);
      });
    });
  });

  // Most children live where their mail goes and where their family lives.
  field("address").addEventListener("change", function () {
    fill("mailing_address", field("address").value);
    fill("home_address", field("address").value);
  });

  // --- Which items are shown ---

  const shown = form.querySelector("[data-shown]");
  const sections = Array.from(form.querySelectorAll(".form-section"));

  function isShown(place, which) {
    const wrong = place.classList.contains("wrong");
    if (which === "starred") {
      return wrong || place.classList.contains("starred");
    }
    return which === "all" || wrong || KEY_FIELDS.includes(place.dataset.field);
  }

  function show() {
    const which = shown.querySelector("input:checked").value;
    sections.forEach(function (section) {
      const places = Array.from(section.querySelectorAll(".field"));
      places.forEach(function (place) {
        place.hidden = !isShown(place, which);
      });
      section.hidden = places.every(function (place) {
        return place.hidden;
      });
      form.querySelector('a[href="#' + section.id + '"]').parentElement.hidden = section.hidden;
    });
  }

  shown.hidden = false;
  shown.addEventListener("change", show);
  show();

  const mistakes = document.querySelector("[data-focus]");
  if (mistakes) {
    mistakes.focus();
  }
})();
