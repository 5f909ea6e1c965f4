// What people said of answers, and how good they were measured to be. In: the state of the index.
// Out: a link to the evaluation report, and a button that saves feedback as a question set.

import { answered } from "./api.js";
import { button, element } from "./dom.js";

const FILE = "feedback-questions.jsonl";
const NONE = "No feedback tells what is right yet: mark passages that answer, or call answers right.";

// In: the body of GET /v1/index, tell(sentence). Out: elements, none where there is nothing to show.
export function judgeLinks({ editable, report }, tell) {
  const made = [];
  if (report) {
    made.push(element("a", { href: report, target: "_blank", rel: "noopener", class: "judged" },
      "Evaluation report"));
  }
  if (editable) {
    made.push(button("Save feedback", "Save feedback as a question set", "quiet", async () => {
      try {
        tell(await save());
      } catch (failure) {
        tell(failure.message);
      }
    }));
  }
  return made;
}

// Out: a promise of what became of it, in a sentence.
async function save() {
  const response = await answered("/v1/feedback/questions");
  const lines = await response.text();
  if (lines === "") return NONE;
  const address = URL.createObjectURL(new Blob([lines], { type: "application/jsonl" }));
  element("a", { href: address, download: FILE }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  const count = lines.trimEnd().split("\n").length;
  return `Saved ${FILE}: ${count} question${count === 1 ? "" : "s"} for citewell eval.`;
}
