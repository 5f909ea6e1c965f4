// The list of conversations. In: what keeping.js keeps. Out: they are listed, searched, and opened
// beside the conversation; drawer.js shows and hides the list.

import { button, byId, element } from "./dom.js";
import {
  currentId, listKept, openConversation, openNew, remove, store,
} from "./keeping.js";
import { holds, nameOf } from "./record.js";
import { rowOf } from "./shelfrow.js";
import { counted } from "./wording.js";

let gone = null; // {stored, record} that was deleted last, while it can be brought back
let asked = 0; // numbers the listings, so that a late one does not replace a newer
let opened = () => {}; // called when a conversation was chosen

// In: onOpen(), called when the reader has chosen a conversation. Out: the list is built.
export function prepareShelf(onOpen) {
  opened = onOpen;
  const search = element("input", { type: "search", id: "shelf-search", maxlength: "80",
    autocomplete: "off", spellcheck: "false", dir: "auto", placeholder: "Search",
    "aria-label": "Search conversations" });
  search.addEventListener("input", listShelf);
  const start = button("New conversation", null, "new", startNew);
  start.id = "new";
  byId("shelf").replaceChildren(
    start,
    search,
    element("p", { id: "shelf-told", role: "status", class: "hint" }),
    element("ul", { id: "shelf-list", class: "shelf-list" }),
    element("p", { class: "hint shelf-foot" }, "Kept in this browser only."),
  );
}

// In: nothing. Out: an empty conversation is open, with the focus where questions are typed.
export async function startNew() {
  await openNew();
  opened();
}

// In: nothing. Out: a promise kept when the list shows what is kept.
export async function listShelf() {
  asked += 1;
  const mine = asked;
  const sought = byId("shelf-search").value.trim();
  const all = await listKept();
  if (mine !== asked || byId("shelf-list").querySelector(".rename-form")) return;
  const found = all.filter(({ record }) =>
    sought === "" || (record !== null && holds(record, sought)));
  byId("shelf-told").textContent =
    sought === "" ? "" : `${counted(found.length, "conversation")} found`;
  const focus = focusedRow();
  byId("shelf-list").replaceChildren(...withGone(found).map(row));
  byId("shelf-search").hidden = all.length === 0 && sought === "";
  focusRow(focus);
}

// The one that was deleted last stands where it stood, until the next is deleted.
function withGone(found) {
  if (!gone) return found;
  const place = found.findIndex(({ stored }) => !(stored.changed > gone.stored.changed));
  return found.toSpliced(place < 0 ? found.length : place, 0, gone);
}

function row(each) {
  if (each === gone) return goneRow(each);
  const isOpen = each.stored.id === currentId();
  return rowOf(each, isOpen, { open: () => open(each.stored.id), remove: () => removeRow(each) });
}

async function open(id) {
  if (await openConversation(id)) opened();
}

async function removeRow(each) {
  gone = each;
  await remove(each.stored.id);
  await listShelf();
  byId("shelf-list").querySelector(".undo")?.focus();
  byId("shelf-told").textContent = `${title(each)} was deleted. It can be brought back for now.`;
}

function goneRow(each) {
  const undo = button("Undo", `Undo: bring back ${title(each)}`, "undo", async () => {
    gone = null;
    await store(each.stored);
    await listShelf();
    focusRow({ id: each.stored.id, selector: ".open-conversation" });
    byId("shelf-told").textContent = `${title(each)} is back.`;
  });
  return element("li", { class: "shelf-row gone" },
    element("span", { class: "shelf-gone" }, element("bdi", {}, title(each)), " was deleted."),
    undo);
}

function title({ record }) {
  return record ? nameOf(record) : "A conversation that cannot be read";
}

// Rows are made anew when something changes; the focus stays on what it was on.
function focusedRow() {
  const at = document.activeElement?.closest?.("#shelf-list li");
  if (!at) return null;
  const [kind] = document.activeElement.classList;
  return { id: at.dataset.id, selector: `.${kind}` };
}

function focusRow(focus) {
  if (!focus) return;
  const rows = [...byId("shelf-list").children];
  const now = rows.find(({ dataset }) => dataset.id === focus.id);
  const wanted = now?.querySelector(focus.selector);
  if (wanted?.closest(".actions[hidden]")) now.querySelector(".more-actions").click();
  wanted?.focus();
}
