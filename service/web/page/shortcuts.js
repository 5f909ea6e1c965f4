// Keys. In: what they do. Out: one key does it, and `?` lists them all.
//
// A key alone is taken only where nothing is typed, and can be turned off (WCAG 2.2, 2.1.4):
// speech input presses keys, and screen readers have their own.

import { button, byId, element } from "./dom.js";
import { forBrowser } from "./remembered.js";

const OFF = "citewell-keys-off";
const FIXED = [
  ["Enter", "Ask, in the question box"],
  ["Shift + Enter", "Start a new line there"],
  ["Escape", "Stop the answer, or close what is open"],
  ["n, p", "Next and previous citation, in the document"],
];

// In: [key, what it does in words, act] of each. Out: they work, and a dialog lists them.
export function prepareShortcuts(keys) {
  const all = [...keys, ["?", "List these keys", openList]];
  const acts = new Map(all.map(([key, , act]) => [key, act]));
  document.addEventListener("keydown", (event) => {
    if (!isCommand(event) || isOff()) return;
    const act = acts.get(event.key);
    if (!act) return;
    event.preventDefault(); // else "/" would be typed where it leads
    act();
  });
  byId("shortcuts").replaceChildren(...dialog(all));
  byId("open-shortcuts").addEventListener("click", openList);
  byId("open-shortcuts").hidden = false;
}

const isOff = () => forBrowser.read(OFF) !== null;

function isCommand(event) {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
  return isPlain && !event.repeat && !event.defaultPrevented
    && !event.target.closest("input, textarea, select, [contenteditable]")
    && !document.querySelector("dialog[open]");
}

function openList() {
  byId("shortcuts").showModal();
}

function dialog(keys) {
  const closing = button("Close", "Close shortcuts", "quiet-close", () => byId("shortcuts").close());
  const single = element("input", { type: "checkbox", id: "keys-on" });
  single.checked = !isOff();
  single.addEventListener("change", () => forBrowser.write(OFF, single.checked ? null : "yes"));
  return [
    element("header", { class: "manage-head" },
      element("h2", { id: "shortcuts-title" }, "Keyboard shortcuts"), closing),
    element("dl", { class: "keys" }, ...[...keys, ...FIXED].flatMap(row)),
    element("p", { class: "keys-choice" }, single,
      element("label", { for: "keys-on" }, "Single keys work where nothing is typed")),
  ];
}

function row([key, words]) {
  const parts = key.split(", ").flatMap((each, place) =>
    [...(place > 0 ? [", "] : []), element("kbd", {}, each)]);
  return [element("dt", {}, ...parts), element("dd", {}, words)];
}
