// Server-sent events as the HTML standard reads them. In: a stream of bytes. Out: each event.

const BREAK = /\r\n|\r(?!$)|\n/u; // a CR at the end may be half of a CRLF: wait for what follows

// In: the body of a response. Out: {kind, data} of each event that was ended by an empty line.
export async function* eventsOf(body) {
  let lines = [];
  for await (const line of linesOf(body)) {
    if (line !== "") {
      lines.push(line);
      continue;
    }
    const made = event(lines);
    lines = [];
    if (made.data !== "") yield made;
  }
}

async function* linesOf(body) {
  let rest = "";
  for await (const text of textsOf(body)) {
    const parts = (rest + text).split(BREAK);
    rest = parts.pop();
    yield* parts;
  }
  if (rest.endsWith("\r")) yield rest.slice(0, -1);
}

// Not `for await (… of body)`: Safari's streams are not iterable.
async function* textsOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function event(lines) {
  const values = { event: "message", data: [] };
  for (const line of lines) {
    const [name, value] = field(line);
    if (name === "data") values.data.push(value);
    if (name === "event") values.event = value;
  }
  return { kind: values.event, data: values.data.join("\n") };
}

function field(line) {
  const colon = line.indexOf(":");
  if (colon < 0) return [line, ""];
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /u, "")];
}
