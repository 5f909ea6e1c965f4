// The frame of the document pane. In: what its buttons do. Out: title, place, steps from citation
// to citation, buttons that copy, a notice, and the element that holds the text.

import { copyText } from "./copying.js";
import { button, byId, element, named } from "./dom.js";
import { asBibtex, asMarkdown, asPlain, linkTo } from "./reference.js";
import { place } from "./sources.js";

const FORMS = [
  ["Text", "Copy the quote with its reference as text", (citation) => asPlain(citation)],
  ["Markdown", "Copy the quote with its reference as Markdown", (citation) => asMarkdown(citation)],
  ["BibTeX", "Copy the quote as a BibTeX entry", (citation) => asBibtex(citation)],
  ["Link", "Copy a link to this citation", (citation) => linkTo(citation)],
];

// In: close(), step(by), citation() that gives what is open. Out: the pane is filled, hidden yet.
export function buildPane({ close, step, citation }) {
  const closing = button("Close", "Close document", "quiet-close", close);
  closing.id = "close";
  closing.setAttribute("aria-keyshortcuts", "Escape");
  byId("document").replaceChildren(
    element("header", { class: "document-head" },
      element("div", { class: "document-top" },
        element("h2", { id: "document-title", dir: "auto" }), closing),
      element("p", { id: "document-place", class: "place" }),
      element("div", { class: "document-tools" }, steps(step), copies(citation))),
    element("p", { id: "document-notice", class: "notice", role: "alert", tabindex: "-1" }),
    element("div", { id: "document-text", class: "document-text", dir: "auto", role: "region",
      "aria-label": "Text of the document", tabindex: "0" }),
  );
}

function steps(step) {
  const before = button("‹", "Previous citation", "step", () => step(-1));
  const after = button("›", "Next citation", "step", () => step(1));
  before.id = "document-before";
  after.id = "document-after";
  before.setAttribute("aria-keyshortcuts", "p");
  after.setAttribute("aria-keyshortcuts", "n");
  before.title = "Previous citation (p)";
  after.title = "Next citation (n)";
  return element("div", { id: "document-steps", class: "tools", role: "group",
    "aria-label": "Citations of this answer" },
  before, element("span", { id: "document-number" }), after);
}

function copies(citation) {
  const told = element("span", { role: "status", id: "copied" });
  const made = FORMS.map(([text, name, write]) => button(text, name, "copy", async () => {
    told.textContent = "";
    const done = await copyText(write(citation()));
    told.textContent = done ? "Copied" : "Your browser does not let this page copy.";
  }));
  return element("div", { id: "document-copies", class: "tools", role: "group",
    "aria-label": "Copy the quote" }, element("span", {}, "Copy"), ...made, told);
}

// In: a passage, its number among how many citations of its answer (0 of none). Out: the head
// tells them.
export function tellPlace(passage, number, count) {
  byId("document-title").replaceChildren(named(passage.document.title));
  byId("document-place").replaceChildren(...place(passage));
  byId("document-notice").textContent = "";
  byId("copied").textContent = "";
  byId("document-copies").hidden = !passage.id;
  byId("document-steps").hidden = count < 2;
  byId("document-number").textContent = `${number} of ${count}`;
  setOff("document-before", number <= 1);
  setOff("document-after", number >= count);
}

// Not disabled: a button that is loses the focus, and with it the reader's place.
function setOff(id, is) {
  byId(id).setAttribute("aria-disabled", `${is}`);
}

// In: a sentence, "" for none; whether the text has the focus already. Out: the pane tells it.
export function warn(sentence, isFocused = false) {
  const notice = byId("document-notice");
  notice.textContent = sentence;
  if (sentence && !isFocused) notice.focus({ preventScroll: true });
}
