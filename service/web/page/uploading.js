// Sending files. In: files, what is told of the progress. Out: the receipt of POST /v1/documents.

import { Failure } from "./api.js";
import { askForKey, keyHeaders } from "./key.js";

// In: files, progress(share of bytes sent, 0..1), a signal that stops it.
// Out: a promise of the receipt. A Failure bears `refused`, [{field, detail}], where files were.
export async function sendFiles(files, progress, signal) {
  const key = keyHeaders();
  const { status, body } = await post(files, key, progress, signal);
  if (status === 401) {
    await askForKey(key);
    return sendFiles(files, progress, signal);
  }
  if (status === 200 || status === 201) return body;
  const failure = new Failure(sentence(status, body), status);
  failure.refused = body?.errors ?? [];
  throw failure;
}

// fetch tells nobody how much of a body was sent; XMLHttpRequest does.
function post(files, headers, progress, signal) {
  const form = new FormData();
  for (const file of files) form.append("file", file, file.webkitRelativePath || file.name);
  return new Promise((resolve, reject) => {
    const sent = new XMLHttpRequest();
    sent.open("POST", "/v1/documents");
    sent.responseType = "json";
    for (const [name, value] of Object.entries(headers)) sent.setRequestHeader(name, value);
    sent.upload.addEventListener("progress", ({ loaded, total }) => progress(loaded / total));
    sent.addEventListener("load", () => resolve({ status: sent.status, body: sent.response }));
    sent.addEventListener("error", () => reject(new Failure(
      "The upload was cut off. Check that the service is running, and that the files are smaller "
      + "than it takes (CITEWELL_UPLOAD_MB).")));
    sent.addEventListener("abort", () => reject(new Failure("The upload was stopped.")));
    signal.addEventListener("abort", () => sent.abort());
    sent.send(form);
  });
}

function sentence(status, body) {
  if (status === 413) return `Too large: ${body?.detail ?? "the service takes less at a time"}.`;
  if (status === 422 && body?.errors?.length) return "None of these files could be taken:";
  return [body?.title, body?.detail].filter(Boolean).join(": ")
    || `The service answered with an error (HTTP ${status}).`;
}
