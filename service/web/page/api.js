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
  return jsonOf(await answered(path, options));
}

// In: a response. Out: a promise of its JSON, or a Failure.
export function jsonOf(response) {
  return response.json().catch(() => {
    throw new Failure("The service sent something that is not JSON.");
  });
}

// In: a path of the service, what fetch takes. Out: a response that is no error, or a Failure;
// what the signal of the options throws where it stops the request.
export async function answered(path, options = {}) {
  const key = keyHeaders();
  const headers = { ...options.headers, ...key };
  const response = await send(path, { ...options, headers });
  if (response.status === 401) {
    await Promise.race([askForKey(key), aborted(options.signal)]);
    return answered(path, options);
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => null);
  throw new Failure(problem(body, response.status), response.status);
}

// In: a signal or none. Out: a promise that is broken when the signal tells to stop.
function aborted(signal) {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

async function send(path, options) {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, patience]) : patience;
  try {
    return await fetch(path, { ...options, signal });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    if (cause.name === "TimeoutError") throw new Failure("The service took too long to answer.");
    throw new Failure("The service cannot be reached. Check that it is running, then try again.");
  }
}

// In: the body of a failed response, RFC 9457 or not, its status. Out: a sentence.
export function problem(body, status) {
  const parts = [body?.title, body?.detail].filter((part) => typeof part === "string" && part);
  if (parts.length > 0) return parts.join(": ");
  return `The service answered with an error (HTTP ${status}).`;
}
