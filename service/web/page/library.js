// The documents of the index over HTTP. In: what is looked for, ids. Out: the API's JSON.

import { request } from "./api.js";

const AT_ONCE = 50;

// In: what paths are to contain, in either case. Out: a page of GET /v1/documents.
export function findDocuments(words) {
  const query = new URLSearchParams({ limit: AT_ONCE });
  if (words !== "") query.set("path", `*${pattern(words)}*`);
  return request(`/v1/documents?${query}`);
}

// In: the `next` of a page. Out: the page that follows.
export function moreDocuments(next) {
  return request(next);
}

export function readIndex() {
  return request("/v1/index");
}

export function removeDocument(id) {
  return request(`/v1/documents/${encodeURIComponent(id)}`, { method: "DELETE" });
}

export function restoreDocument(id) {
  return request(`/v1/documents/${encodeURIComponent(id)}/restore`, { method: "POST" });
}

// In patterns case counts, and these characters mean something.
function pattern(words) {
  return Array.from(words, (each) => {
    if ("*?[".includes(each)) return `[${each}]`;
    const cases = [...new Set([each.toLowerCase(), each.toUpperCase()])];
    return cases.length === 2 && cases.every((one) => [...one].length === 1)
      ? `[${cases.join("")}]` : each;
  }).join("");
}
