// Typesets the formulas, makes every slide fit its frame, then starts the deck. Nothing is fetched.
"use strict";

const WIDTH = 1280, HEIGHT = 720, LARGEST = 1.3, UNBROKEN = 0.88, SMALLEST = 0.6, NARROW = 1.6;

window.MathJax = {
  tex: { inlineMath: [["\\(", "\\)"]], displayMath: [["\\[", "\\]"]] },
  // Speaker notes are shown in another window, where glyphs shared by the whole page would be missing.
  svg: { fontCache: "local" },
  options: { enableMenu: false },
  startup: { typeset: false },
};

function formulasFit(frame) {
  for (const formula of frame.querySelectorAll("mjx-container[display]")) {
    const drawn = formula.querySelector("svg").getBoundingClientRect().width;
    const room = formula.parentElement.getBoundingClientRect().width;
    if (drawn > room) formula.style.fontSize = `${Math.floor((97 * room) / drawn)}%`;
  }
}

function overflows(frame) {
  const body = frame.querySelector(".body");
  return [frame, body].some((box) => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1);
}

// Long lines are set smaller; they are broken only where they would become too small. Then they take the usual size.
function codeFits(frame, scale) {
  for (const code of frame.querySelectorAll(".body pre")) {
    const room = (0.99 * code.clientWidth) / code.dataset.width;
    const unbroken = Math.min(1, room) * scale >= UNBROKEN;
    code.classList.toggle("unbroken", unbroken);
    code.style.setProperty("--set", unbroken ? Math.min(1, room) : Math.min(1, 1 / scale));
  }
}

// A slide that holds little is set larger, one that holds too much smaller; one that would become unreadable scrolls.
function fit(frame) {
  const body = frame.querySelector(".body");
  for (const picture of body.querySelectorAll("figure")) {
    const image = picture.querySelector("img");
    picture.classList.toggle("beside", image.naturalWidth < NARROW * image.naturalHeight);
  }
  for (const code of body.querySelectorAll("pre")) {
    code.classList.add("unbroken");
    code.style.width = "max-content";
    code.dataset.width = code.offsetWidth;
    code.style.width = "";
  }
  formulasFit(frame);
  let scale = body.querySelector("figure, iframe") ? 1 : LARGEST;
  do {
    body.style.zoom = frame.dataset.scale = scale;
    codeFits(frame, scale);
    scale = Math.round((scale - 0.05) * 100) / 100;
  } while (overflows(frame) && scale >= SMALLEST);
  if (overflows(frame)) {
    frame.classList.add("scrolls");
    body.tabIndex = 0;
  }
}

async function start() {
  await MathJax.startup.promise;
  await MathJax.typesetPromise();
  await Promise.all([...document.images].map((image) => image.decode()));
  const slides = document.querySelector(".slides");
  slides.classList.add("measuring");
  document.querySelectorAll(".frame").forEach(fit);
  slides.classList.remove("measuring");
  await Reveal.initialize({
    width: WIDTH,
    height: HEIGHT,
    margin: 0,
    center: false,
    hash: true,
    slideNumber: "h.v",
    transition: "none",
    viewDistance: 2,
    // Every slide says how long it takes; with this setting the speaker's window tells who is late.
    defaultTiming: 0,
    pdfSeparateFragments: false,
    plugins: [RevealNotes],
  });
  document.documentElement.dataset.ready = "yes";
}

// An explorer that has the keyboard gives it back.
addEventListener("message", (event) => {
  if (event.data !== "course-focus") return;
  document.activeElement.blur();
  window.focus();
});

addEventListener("DOMContentLoaded", start);
