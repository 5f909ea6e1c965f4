// Where files are dropped or chosen. In: what is done when documents have come. Out: an element
// with progress, a receipt in words, and each file that was refused.

import { button, element } from "./dom.js";
import { sendFiles } from "./uploading.js";
import { counted, percent } from "./wording.js";

const KINDS = ".txt,.text,.md,.markdown,.html,.htm,.xhtml,.pdf,.docx,.epub,.csv,.tsv,.jsonl,.ndjson";

export function uploadArea(onDone) {
  const chosen = element("input", { type: "file", multiple: "", accept: KINDS, id: "files",
    class: "files" });
  const bar = element("progress", { max: "1", "aria-label": "Upload" });
  const told = element("p", { role: "status", class: "hint" });
  const refused = element("ul", { class: "refused" });
  let stop = null;
  const stopping = button("Stop", "Stop the upload", "quiet", () => stop?.abort());
  const state = element("div", { class: "upload-state" }, bar, stopping);
  const area = element("div", { class: "drop" },
    element("p", {}, "Drop files here, or ",
      element("label", { for: "files", class: "choose" }, "choose files"), chosen),
    state, told, refused);
  state.hidden = true;

  async function upload(files) {
    if (files.length === 0 || stop) return;
    stop = new AbortController();
    state.hidden = false;
    refused.replaceChildren();
    const of = counted(files.length, "file");
    show(0, of);
    try {
      tell(await sendFiles(files, (share) => show(share, of), stop.signal));
      onDone();
    } catch (failure) {
      told.textContent = failure.message;
      list((failure.refused ?? []).map(({ detail }) => detail));
    } finally {
      stop = null;
      state.hidden = true;
    }
  }

  function show(share, of) {
    if (share < 1) {
      bar.value = share;
      told.textContent = `Sending ${of}: ${percent(share)}`;
    } else {
      bar.removeAttribute("value");
      told.textContent = `Reading and indexing ${of} …`;
    }
  }

  function tell({ added, changed, unchanged, refused: left }) {
    const parts = [[added.length, "added"], [changed.length, "replaced"],
      [unchanged, "there already"], [left.length, "refused"]];
    const words = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
    told.textContent = `${words.join(", ")}.`;
    list(left.map(({ path, reason }) => `${path}: ${reason}`));
  }

  function list(sentences) {
    refused.replaceChildren(...sentences.map((each) => element("li", { dir: "auto" }, each)));
  }

  chosen.addEventListener("change", () => {
    upload([...chosen.files]);
    chosen.value = "";
  });
  takeDrops(area, upload, (sentence) => { told.textContent = sentence; });
  return area;
}

function takeDrops(area, upload, tell) {
  const over = (is) => area.classList.toggle("over", is);
  for (const name of ["dragenter", "dragover"]) {
    area.addEventListener(name, (event) => {
      event.preventDefault();
      over(true);
    });
  }
  area.addEventListener("dragleave", () => over(false));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.());
    if (entries.some((entry) => entry?.isDirectory)) {
      tell("A folder cannot be dropped here. Drop its files, or index it with citewell index.");
    } else {
      upload([...event.dataTransfer.files]);
    }
  });
}
