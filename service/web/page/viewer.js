// The document pane. In: a cited passage, the ranges to stress, who opened it.
// Out: the pane shows the whole document with that passage marked and focused.

import { forgetDocument, readDocument } from "./api.js";
import { byId, element } from "./dom.js";
import { cut, markedNodes } from "./marked.js";
import { place } from "./sources.js";

const CHANGED = "The document changed since it was cited. Its present text is below, unmarked.";
let opener = null;

// In: nothing. Out: closing by button and by Escape is in place.
export function prepareViewer() {
  byId("close").addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && opener) close();
  });
}

// In: a passage, ranges in it, the index digest, the button to return to. Out: the pane is open.
export async function openPassage(passage, ranges, digest, pressed) {
  takeOver(pressed);
  byId("document-title").textContent = passage.document.title;
  byId("document-place").replaceChildren(...place(passage));
  byId("document-notice").textContent = "";
  const body = byId("document-text");
  body.replaceChildren("Opening the document …");
  body.setAttribute("aria-busy", "true");
  byId("document").hidden = false;
  pressed.scrollIntoView({ block: "nearest" });
  try {
    const read = await readDocument(passage.document.id, digest);
    if (opener === pressed) show(read, passage, ranges, digest);
  } catch (failure) {
    if (opener === pressed) warn(failure.message, []);
  } finally {
    if (opener === pressed) body.removeAttribute("aria-busy");
  }
}

function takeOver(pressed) {
  opener?.removeAttribute("aria-current");
  opener = pressed;
  opener.setAttribute("aria-current", "true");
}

function close() {
  const back = opener;
  opener = null;
  byId("document").hidden = true;
  byId("document-text").replaceChildren();
  back.removeAttribute("aria-current");
  back.focus();
}

function show(read, passage, ranges, digest) {
  const parts = cut(read.text, passage.start, passage.end);
  if (parts === null || parts.inside !== passage.text || !ranges.every(quotedIn(passage))) {
    forgetDocument(passage.document.id, digest);
    warn(CHANGED, [read.text]);
    return;
  }
  const nodes = markedNodes(passage, ranges);
  const mark = element("mark", { class: "passage", tabindex: "-1" }, ...nodes);
  byId("document-text").replaceChildren(parts.before, mark, parts.after);
  bring(mark);
}

// In: a passage. Out: whether a range that carries its own text is that text of the passage.
function quotedIn(passage) {
  return ({ text, start, end }) =>
    text === undefined ||
    cut(passage.text, start - passage.start, end - passage.start)?.inside === text;
}

// In: the passage's mark. Out: it has the focus and is in view; if it is taller than most of
// the window, what is stressed in it is in view.
function bring(mark) {
  const tall = (part) => part.getBoundingClientRect().height > window.innerHeight * 0.7;
  const stressed = mark.querySelector("mark");
  const target = stressed && tall(mark) ? stressed : mark;
  mark.focus({ preventScroll: true });
  target.scrollIntoView({ block: tall(target) ? "start" : "center" });
}

function warn(sentence, children) {
  byId("document-text").replaceChildren(...children);
  const notice = byId("document-notice");
  notice.textContent = sentence;
  notice.focus({ preventScroll: true });
  notice.scrollIntoView({ block: "center" });
}
