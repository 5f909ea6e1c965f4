// Questions to begin with. In: what asking one does. Out: they are shown where nothing was asked.

import { request } from "./api.js";
import { button, byId, element } from "./dom.js";

// In: ask(question). Out: a promise kept when the service's suggestions are shown, if it has any.
export async function showSuggestions(ask) {
  const found = await request("/v1/suggestions").catch(() => ({ questions: [] })); // one can do without
  const rows = found.questions.map(({ question, document }) => {
    const made = button("", null, "suggestion", () => ask(question));
    made.append(element("span", { dir: "auto" }, question),
      element("bdi", { class: "hint" }, document.title));
    return element("li", {}, made);
  });
  byId("suggested").replaceChildren(...rows);
}
