// Gives an explorer's frame the height that the page inside asks for.
"use strict";

const explorers = [...document.querySelectorAll(".course-still iframe")];

addEventListener("message", (event) => {
  const height = event.data?.courseFrameHeight;
  if (typeof height !== "number") return;
  for (const frame of explorers) if (frame.contentWindow === event.source) frame.style.height = `${height}px`;
});
// One that is loaded already has told nobody.
for (const frame of explorers) frame.contentWindow.postMessage("height?", "*");
