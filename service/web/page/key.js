// The API key. In: what the reader types, once, when the service asks for it. Out: the header that
// sends it. It is kept in sessionStorage alone: for this tab, until it is closed.

import { byId, element } from "./dom.js";
import { forTab } from "./remembered.js";

const KEPT = "citewell-key";
const MISSING = "This service asks for a key. Whoever runs it can make you one.";
const UNKNOWN = "This key is not known here: it is mistyped, or was revoked.";
let asking = null;

// In: nothing. Out: the headers of a request.
export function keyHeaders() {
  const key = forTab.read(KEPT);
  return key === null ? {} : { Authorization: `Bearer ${key}` };
}

// In: the headers of a request that was refused. Out: a promise that is kept when there is another
// key; requests at the same time share it.
export function askForKey(refused) {
  if (keyHeaders().Authorization !== refused.Authorization) return Promise.resolve();
  forTab.write(KEPT, null);
  asking ??= new Promise((resolve) => {
    const form = keyForm(refused.Authorization ? UNKNOWN : MISSING, (typed) => {
      forTab.write(KEPT, typed);
      form.remove();
      asking = null;
      resolve();
    });
    // Behind an open dialog nothing can be typed.
    (document.querySelector("dialog[open]") ?? byId("conversation")).prepend(form);
    form.querySelector("input").focus();
  });
  return asking;
}

function keyForm(sentence, use) {
  const field = element("input", { id: "key", type: "password", autocomplete: "off",
    spellcheck: "false", required: "", "aria-describedby": "key-reason" });
  const form = element("form", { class: "key", "aria-label": "API key" },
    element("label", { for: "key" }, "Your API key"),
    element("div", { class: "ask-row" }, field,
      element("button", { type: "submit", class: "primary" }, "Use this key")),
    element("p", { id: "key-reason", class: "hint", role: "status" }, sentence));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // What no header can carry is no key; the service says so of all else.
    const typed = field.value.replace(/[^!-~]/gu, "");
    if (typed !== "") use(typed);
  });
  return form;
}
