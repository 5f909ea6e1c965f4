// Speaks HTTP with the service. In: questions and ids. Out: the API's JSON, or a Failure.

import { askForKey, keyHeaders } from "./key.js";

const PATIENCE_MS = 120_000;

// What went wrong, in a sentence that can be shown; the status, where there was an answer.
export class Failure extends Error {
  constructor(sentence, status = null) {
    super(sentence);
    this.status = status;
  }
}

// In: a question, the response to the one before or null. Out: the body of POST /v1/ask.
export function ask(question, before) {
  return post("/v1/ask", { question, top_k: 5, ...(before && { previous: previous(before) }) });
}

// In: a response. Out: what a question after it may lean on.
function previous({ question, answer, passages }) {
  const cited = passages.filter(({ rank }) => answer.citations.includes(rank));
  return { question, citations: cited.map(({ id }) => id) };
}

// In: the body of POST /v1/feedback. Out: its receipt.
export function giveFeedback(said) {
  return post("/v1/feedback", said);
}

// In: nothing. Out: the body of GET /v1/documents.
export function listDocuments() {
  return request("/v1/documents");
}

function post(path, content) {
  return request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(content),
  });
}

// In: a path of the service, what fetch takes. Out: the JSON it answers, or a Failure.
export async function request(path, options = {}) {
  const key = keyHeaders();
  const headers = { ...options.headers, ...key };
  const response = await send(path, { ...options, headers });
  const body = await response.json().catch(() => null);
  if (response.status === 401) {
    await askForKey(key);
    return request(path, options);
  }
  if (!response.ok) throw new Failure(problem(response, body), response.status);
  if (body === null) throw new Failure("The service sent something that is not JSON.");
  return body;
}

async function send(path, options) {
  try {
    return await fetch(path, { ...options, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (cause) {
    if (cause.name === "TimeoutError") throw new Failure("The service took too long to answer.");
    throw new Failure("The service cannot be reached. Check that it is running, then try again.");
  }
}

// In: a failed response and its body, RFC 9457 or not. Out: a sentence.
function problem(response, body) {
  const parts = [body?.title, body?.detail].filter((part) => typeof part === "string" && part);
  if (parts.length > 0) return parts.join(": ");
  return `The service answered with an error (HTTP ${response.status}).`;
}
