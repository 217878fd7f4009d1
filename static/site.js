// What HTMX cannot say itself: an answer that is no part of this page, and no answer at all.
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
