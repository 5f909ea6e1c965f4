// What is read out, once. In: sentences, answers. Out: they stand in the one live region for it.
//
// The log itself is not live: its parts would be read out as they come, and again when they settle.

import { byId } from "./dom.js";
import { confidence } from "./wording.js";

// In: a sentence. Out: it is read out when what is being read is over.
export function announce(sentence) {
  byId("announced").textContent = sentence;
}

// In: an answer. Out: it is read out as it stands, with how sure it is.
export function announceAnswer(answer) {
  if (answer.verdict !== "answered") {
    announce(`The documents do not answer this. ${answer.absence?.explanation ?? ""}`.trim());
    return;
  }
  const parts = answer.composed ? answer.sentences : answer.quotes;
  const text = parts.map((part) => part.text).join(" … ");
  const notice = answer.notice ? ` ${answer.notice}` : "";
  announce(`Answer: ${text}${notice} Confidence: ${confidence(answer.confidence)}.`);
}
