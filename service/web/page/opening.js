// What is in the index. In: nothing. Out: the number of documents and the first titles, shown.

import { listDocuments } from "./api.js";
import { byId, element, named } from "./dom.js";
import { counted } from "./wording.js";

const SHOWN = 10;

export async function showFacts() {
  const place = byId("facts");
  try {
    place.replaceChildren(...facts(await listDocuments()));
  } catch (failure) {
    place.replaceChildren(element("p", { class: "notice" }, failure.message));
  }
}

function facts({ documents, total }) {
  if (total === 0) return [element("p", {}, "The index holds no documents yet.")];
  const list = element("ul", { class: "titles" });
  for (const each of documents.slice(0, SHOWN)) {
    list.append(element("li", { dir: "auto", title: each.path }, named(each.title)));
  }
  const more = total - list.children.length;
  const rest = `and ${more.toLocaleString("en")} more`;
  if (more > 0) list.append(element("li", { class: "more" }, rest));
  return [element("p", {}, `${counted(total, "document")} in the index`), list];
}
