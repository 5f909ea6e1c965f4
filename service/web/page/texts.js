// Texts of documents, in parts. In: a document's id, offsets. Out: parts as the API gives them.

import { request } from "./api.js";

const KEPT = 64;
const kept = new Map();

// In: a document's id, code point offsets, the digest of the index that is asked.
// Out: the body of GET /v1/documents/{id}/text, remembered as long as the digest stays.
export function readPart(id, start, end, digest) {
  const address = `/v1/documents/${encodeURIComponent(id)}/text?start=${start}&end=${end}`;
  const key = `${digest} ${address}`;
  if (!kept.has(key)) {
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value);
    kept.set(key, request(address));
    kept.get(key).catch(() => kept.delete(key));
  }
  return kept.get(key);
}

// In: nothing. Out: nothing; what is read next is asked of the service again.
export function forgetTexts() {
  kept.clear();
}

// In: a citation's id. Out: the body of GET /v1/citations/{id}.
export function readCitation(id) {
  return request(`/v1/citations/${encodeURIComponent(id)}`);
}
