// Asks the service. In: a question. Out: the answer as it comes about, then the whole response.

import { Failure, answered, jsonOf, problem } from "./api.js";
import { eventsOf } from "./events.js";

const PASSAGES = 5;
const BROKEN = "The answer broke off before its end. Ask again.";

// In: a question, the response before it or null, a signal that stops it, told(kind, value) that
// is called with the passages and each part. Out: a promise of the response, or a Failure.
export async function askStreamed(question, before, signal, told) {
  const response = await answered("/v1/ask", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify({
      question, top_k: PASSAGES, ...(before && { previous: previous(before) }),
    }),
    signal,
  });
  if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
    return jsonOf(response);
  }
  return lastOf(response.body, told).catch((cause) => {
    if (cause instanceof Failure || signal.aborted) throw cause;
    throw new Failure(BROKEN);
  });
}

async function lastOf(body, told) {
  for await (const { kind, data } of eventsOf(body)) {
    const value = JSON.parse(data);
    if (kind === "done") return value;
    if (kind === "error") throw new Failure(problem(value, value.status), value.status);
    told(kind, value);
  }
  throw new Failure(BROKEN);
}

// In: a response. Out: what a question after it may lean on.
function previous({ question, answer, passages }) {
  const cited = passages.filter(({ rank }) => answer.citations.includes(rank));
  return { question, citations: cited.map(({ id }) => id) };
}
