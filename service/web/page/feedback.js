// What the reader says of an answer. In: a response of the API. Out: a row of buttons for the
// answer and a button for each passage. Nothing is sent before "Send feedback" is pressed.

import { giveFeedback } from "./api.js";
import { button, element } from "./dom.js";

const FOUND = [["Yes", "right"], ["No", "wrong"], ["Not in the documents", "unanswerable"]];
const NOT_FOUND = [["Yes", "unanswerable"], ["No", "wrong"]];
const SEND = "Send feedback";

// In: a response. Out: {row, marker}: the row, and marker(passage) for the passage's button.
export function feedback(response) {
  const found = response.answer.verdict === "answered";
  const marked = new Set();
  const toggles = [];
  let verdict = null;
  let changes = 0;
  const told = element("p", { role: "status", class: "hint" });
  const send = button(SEND, null, "send", () => submit());
  send.hidden = true;

  function toggle(text, name, isOn, onPress) {
    const made = button(text, name, "toggle", () => {
      onPress();
      refresh();
    });
    toggles.push(() => made.setAttribute("aria-pressed", `${isOn()}`));
    toggles.at(-1)();
    return made;
  }

  function refresh() {
    changes += 1;
    for (const show of toggles) show();
    told.textContent = "";
    send.hidden = verdict === null && marked.size === 0;
    send.textContent = SEND;
    send.removeAttribute("aria-disabled");
  }

  function choose(chosen) {
    verdict = verdict === chosen ? null : chosen;
    if (verdict === "unanswerable") marked.clear();
  }

  function mark(passage) {
    if (!marked.delete(passage)) marked.add(passage);
    if (verdict === "unanswerable") verdict = null;
    if (!found && marked.size > 0) verdict = "wrong";
  }

  async function submit() {
    if (send.hasAttribute("aria-disabled")) return;
    if (verdict === null) {
      told.textContent = "Say too whether the answer was right.";
      return;
    }
    send.setAttribute("aria-disabled", "true");
    const before = changes;
    try {
      await giveFeedback(body(response, verdict, marked));
      if (changes === before) send.textContent = "Sent";
      told.textContent = "Thank you. Your feedback is kept with the index.";
    } catch (failure) {
      send.removeAttribute("aria-disabled");
      told.textContent = failure.message;
    }
  }

  const verdicts = (found ? FOUND : NOT_FOUND).map(([text, value]) =>
    toggle(text, null, () => verdict === value, () => choose(value)));
  const row = element("div", { class: "feedback", role: "group", "aria-live": "off",
    "aria-label": "Feedback on this answer" }, "Was this right?", ...verdicts, send, told);
  const marker = (passage) => toggle("This answers it",
    `This answers it: passage ${passage.rank}, ${passage.document.title}`,
    () => marked.has(passage), () => mark(passage));
  return { row, marker };
}

// What is right is what the answer quotes; what was marked answers in any case.
function body({ id, question, answer, passages }, verdict, marked) {
  const place = (passage, { start, end }) =>
    ({ document: passage.document.id, sha256: passage.document.sha256, start, end });
  const quoted = verdict === "right" ? answer.quotes : [];
  const quotes = quoted.map((quote) =>
    place(passages.find(({ rank }) => rank === quote.citation), quote));
  const marks = [...marked].map((passage) => place(passage, passage));
  return { question, verdict, answer_id: id, passages: [...quotes, ...marks] };
}
