// What HTMX cannot say itself: an answer that is no part of this page, no answer at all, and where one goes on.
"use strict";

const trouble = () => document.getElementById("trouble");

document.addEventListener("htmx:beforeSwap", (event) => {
  const isPart = event.detail.serverResponse.includes('id="booking"');
  if (event.detail.shouldSwap && !isPart) {
    event.detail.shouldSwap = false;
    trouble().hidden = false;
  }
});

for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, () => {
    trouble().hidden = false;
  });
}

document.addEventListener("htmx:beforeRequest", () => {
  trouble().hidden = true;
});

// A time that is picked while other times are under way stays picked, if it still is on offer.
let picked = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  picked = event.detail.target.id === "picker" ? document.querySelector("input[name=slot]:checked") : null;
});
document.addEventListener("htmx:afterSwap", () => {
  for (const radio of picked ? document.querySelectorAll("input[type=radio][name=slot]") : []) {
    radio.checked ||= radio.value === picked.value;
  }
});

// Whoever has chosen from the directory goes on at the times; the list that was chosen from is folded up again.
let isChosen = false;
document.addEventListener("htmx:beforeRequest", (event) => {
  isChosen = event.detail.elt.closest(".directory") !== null;
});
document.addEventListener("htmx:afterSettle", () => {
  if (isChosen) {
    isChosen = false;
    (document.getElementById("id_slot") ?? document.getElementById("who-summary"))?.focus();
  }
});
