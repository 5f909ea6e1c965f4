// The documents of the index. In: what is done when they have changed. Out: a dialog that lists,
// searches, adds and removes them, and takes a removal back.

import { button, byId, element, named } from "./dom.js";
import {
  findDocuments, moreDocuments, readIndex, removeDocument, restoreDocument,
} from "./library.js";
import { judgeLinks } from "./judged.js";
import { uploadArea } from "./uploads.js";
import { openDocument } from "./viewer.js";
import { ago, counted } from "./wording.js";

const PAUSE_MS = 200;
let editable = false;
let changed = () => {};
let digest = ""; // of the index that was listed last
let asked = 0; // numbers the listings, so that a late one does not replace a newer

// In: what is to be done after a change. Out: the dialog is built, and its button opens it.
export function prepareManage(onChange) {
  changed = onChange;
  const search = element("input", { type: "search", id: "manage-search", maxlength: "80",
    autocomplete: "off", spellcheck: "false", dir: "auto" });
  const closing = button("Close", "Close documents", "quiet-close", () => byId("manage").close());
  byId("manage").replaceChildren(
    element("header", { class: "manage-head" },
      element("h2", { id: "manage-title" }, "Documents"), closing),
    element("p", { id: "manage-state", class: "place" }),
    element("div", { id: "manage-judged", class: "tools" }),
    element("div", { id: "manage-upload" }),
    element("div", { class: "manage-search" },
      element("label", { for: "manage-search" }, "Search by path"), search),
    element("p", { id: "manage-told", role: "status", class: "hint" }),
    element("ul", { id: "manage-list", class: "documents" }),
    element("div", { id: "manage-more" }),
  );
  let pause = null;
  search.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(list, PAUSE_MS);
  });
  byId("open-manage").addEventListener("click", open);
}

async function open() {
  byId("manage").showModal();
  await refresh();
}

async function refresh() {
  try {
    const state = await readIndex();
    editable = state.editable;
    byId("manage-state").replaceChildren(...stated(state));
    byId("manage-judged").replaceChildren(...judgeLinks(state, (sentence) => {
      byId("manage-told").textContent = sentence;
    }));
    const place = byId("manage-upload");
    if (!editable) place.replaceChildren();
    else if (place.children.length === 0) place.append(uploadArea(afterChange));
  } catch (failure) {
    byId("manage-state").textContent = failure.message;
  }
  await list();
}

function stated({ index, created, documents, passages, model }) {
  const time = element("time", { datetime: created, title: created }, ago(created));
  return [`${counted(documents, "document")}, ${counted(passages, "passage")}; generation `
    + `${index.generation}, made `, time, `; model ${model}`];
}

async function afterChange() {
  changed();
  await refresh();
}

async function list() {
  asked += 1;
  const mine = asked;
  const words = byId("manage-search").value.trim();
  const found = await attempt(() => findDocuments(words));
  if (!found || mine !== asked) return;
  digest = found.index.digest;
  byId("manage-told").textContent = words === "" ? "" : `${counted(found.total, "document")} found`;
  byId("manage-list").replaceChildren(...found.documents.map(row));
  showMore(found, mine);
}

function showMore({ next }, mine) {
  const more = button("Show more", "Show more documents", "more-documents", async () => {
    const page = await attempt(() => moreDocuments(next));
    if (!page || mine !== asked) return;
    const rows = page.documents.map(row);
    byId("manage-list").append(...rows);
    showMore(page, mine);
    (rows[0]?.querySelector("button") ?? byId("manage-search")).focus();
  });
  byId("manage-more").replaceChildren(...(next === null ? [] : [more]));
}

// Out: what was promised, or null when it failed, which is told.
async function attempt(work) {
  try {
    return await work();
  } catch (failure) {
    byId("manage-told").textContent = failure.message;
    return null;
  }
}

function row(found) {
  const made = element("li", { class: "document-row" });
  made.append(...cells(found, made));
  return made;
}

function cells(found, made) {
  const { title, path, media_type: kind, length, date, tags } = found;
  const facts = [path, kind.split("/").at(-1), counted(length, "character"), date, ...tags];
  const place = element("p", { class: "place" });
  facts.filter(Boolean).forEach((fact, number) => {
    place.append(number > 0 ? " · " : "", named(fact));
  });
  const text = element("div", { class: "document-facts", dir: "auto" },
    button(named(title), `Open ${path}`, "document-name", () => {
      byId("manage").close();
      openDocument(found, digest);
    }), place);
  const remove = () => removeRow(found, made);
  return [text, ...(editable ? [button("Delete", `Delete ${path}`, "quiet", remove)] : [])];
}

async function removeRow(found, made) {
  if (!await attempt(() => removeDocument(found.id))) return;
  const undo = button("Undo", `Undo: bring back ${found.path}`, "undo", async () => {
    if (!await attempt(() => restoreDocument(found.id))) return;
    made.replaceChildren(...cells(found, made));
    made.querySelector(".quiet").focus();
    tellChange(`${found.path} is back.`);
  });
  made.replaceChildren(element("p", { class: "document-gone" },
    named(found.title), " was deleted."), undo);
  undo.focus();
  tellChange(`${found.path} was deleted. It can be brought back for now.`);
}

async function tellChange(sentence) {
  byId("manage-told").textContent = sentence;
  changed();
  const state = await attempt(readIndex);
  if (state) byId("manage-state").replaceChildren(...stated(state));
}
