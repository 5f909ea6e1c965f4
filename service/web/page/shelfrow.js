// A conversation in the list. In: {stored, record}, whether it is open, what its buttons do.
// Out: a row with its name, and what can be done with it behind one button.

import { button, element } from "./dom.js";
import { conversationJson, conversationMarkdown, fileName, save } from "./exported.js";
import { rename } from "./keeping.js";
import { nameOf } from "./record.js";
import { ago } from "./wording.js";

const UNREADABLE = "Cannot be read by this version of the page";

// In: as above; does.open() and does.remove(). Out: a list item.
export function rowOf({ stored, record }, isOpen, does) {
  const name = record ? nameOf(record) : UNREADABLE;
  const opener = button("", null, "open-conversation", does.open);
  opener.append(element("bdi", { class: "shelf-name" }, name), when(stored));
  if (isOpen) opener.setAttribute("aria-current", "true");
  if (!record) opener.disabled = true;
  const actions = element("div", { class: "actions", role: "group", "aria-label": name, hidden: "" },
    ...acts({ stored, record }, name, does, () => made));
  const more = button("⋯", `More for ${name}`, "more-actions", () => unfold(actions.hidden));
  more.setAttribute("aria-expanded", "false");
  const unfold = (is) => {
    actions.hidden = !is;
    more.setAttribute("aria-expanded", `${is}`);
  };
  const made = element("li", { class: "shelf-row", "data-id": `${stored.id}` },
    opener, more, actions);
  made.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || actions.hidden || event.isComposing) return;
    event.stopPropagation();
    unfold(false);
    more.focus();
  });
  return made;
}

function when({ changed }) {
  const isKnown = !Number.isNaN(Date.parse(changed));
  return isKnown ? element("time", { datetime: changed, class: "hint" }, ago(changed)) : "";
}

function acts({ stored, record }, name, does, rowNow) {
  const made = [
    button("JSON", `Export ${name} as JSON`, "as-json", () =>
      save(conversationJson(stored), "application/json", fileName(name, "json"))),
    button("Delete", `Delete ${name}`, "delete", does.remove),
  ];
  if (!record) return made;
  return [
    button("Rename", `Rename ${name}`, "rename", () => renameHere(record, rowNow())),
    button("Markdown", `Export ${name} as Markdown`, "as-markdown", () =>
      save(conversationMarkdown(record), "text/markdown", fileName(name, "md"))),
    ...made,
  ];
}

// Out: the name is a field; Enter gives the new one, nothing typed that of the first question.
function renameHere(record, row) {
  const field = element("input", { class: "rename-field", maxlength: "200", dir: "auto",
    "aria-label": "Name of the conversation", autocomplete: "off" });
  field.value = nameOf(record);
  const form = element("form", { class: "rename-form" }, field);
  const opener = row.querySelector(".open-conversation");
  let isOver = false;
  const end = async (name, isByKey = true) => {
    if (isOver) return;
    isOver = true;
    form.replaceWith(opener);
    if (isByKey) opener.focus();
    if (name !== null) await rename(record, name === "" ? null : name);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    end(field.value.trim());
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    end(null);
  });
  field.addEventListener("blur", () => end(field.value.trim(), false));
  opener.replaceWith(form);
  field.select();
}
