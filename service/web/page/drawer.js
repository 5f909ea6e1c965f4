// Where the list of conversations is: beside the conversation, or over it where there is no room.
// In: presses of its button. Out: it is shown or folded away, which this browser remembers.

import { byId } from "./dom.js";
import { forBrowser } from "./remembered.js";

const FOLDED = "citewell-list-folded";

// In: nothing. Out: the list is where it belongs, and its button works.
export function prepareDrawer() {
  if (forBrowser.read(FOLDED)) document.body.dataset.shelf = "folded";
  byId("open-shelf").hidden = byId("shelf").hidden = false;
  byId("open-shelf").addEventListener("click", toggleShelf);
  byId("shelf-back").addEventListener("click", () => closeDrawer());
  byId("shelf").addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && isDrawn()) {
      event.stopPropagation();
      closeDrawer();
    }
  });
  // It also comes and goes with the width of the window, and with the document beside it.
  new ResizeObserver(() => {
    byId("open-shelf").setAttribute("aria-expanded", `${isShown()}`);
    if (isDrawn() && !isOver()) closeDrawer(false);
  }).observe(byId("shelf"));
}

// In: nothing. Out: the list is shown if it was not, and has the focus; or is folded away.
export function toggleShelf() {
  if (isDrawn()) closeDrawer();
  else if (isShown()) fold(true);
  else if (isOver()) openDrawer();
  else fold(false);
  if (isShown()) byId("new").focus();
}

// In: whether the button gets the focus. Out: the list no longer lies over the conversation.
export function closeDrawer(isBack = true) {
  if (!isDrawn()) return;
  delete document.body.dataset.drawn;
  byId("conversation").inert = byId("document").inert = false;
  if (isBack) byId("open-shelf").focus();
}

function openDrawer() {
  document.body.dataset.drawn = "";
  byId("conversation").inert = byId("document").inert = true;
}

function fold(is) {
  forBrowser.write(FOLDED, is ? "yes" : null);
  if (is) document.body.dataset.shelf = "folded";
  else delete document.body.dataset.shelf;
}

const isShown = () => getComputedStyle(byId("shelf")).display !== "none";

const isDrawn = () => "drawn" in document.body.dataset;

// Whether layout.css lays it over the conversation.
const isOver = () => getComputedStyle(byId("shelf")).position === "fixed";
