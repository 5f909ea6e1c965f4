// Conversations in this browser's IndexedDB, and nowhere else. In: records. Out: records, or a
// NotKept whose message tells the reader what is wrong and what to do.

const DATABASE = "citewell";
const VERSION = 1; // of the stores, not of the records (record.js)
const STORE = "conversations";
const SENTENCES = {
  QuotaExceededError: "This browser's storage is full, so this conversation is not kept. "
    + "Delete others, or export this one.",
  VersionError: "A newer version of this page keeps conversations here. Load the page again.",
};
const UNAVAILABLE = "This browser lets the page keep nothing: conversations are gone when it is "
  + "closed or loaded again. Export what you need.";

export class NotKept extends Error {}

let opened = null;

// In: nothing. Out: a promise of everything that is stored, as it is stored.
export function readAll() {
  return within("readonly", (store) => store.getAll());
}

// In: an id. Out: a promise of what is stored under it, or undefined.
export function readOne(id) {
  return within("readonly", (store) => store.get(id));
}

// In: a record. Out: a promise that is kept when it is stored in place of the one of its id.
export function write(record) {
  return within("readwrite", (store) => store.put(record));
}

export function erase(id) {
  return within("readwrite", (store) => store.delete(id));
}

async function within(mode, act) {
  try {
    opened ??= open();
    const transaction = (await opened).transaction(STORE, mode);
    const request = act(transaction.objectStore(STORE));
    await ended(transaction);
    return request.result;
  } catch (cause) {
    opened = null;
    throw new NotKept(SENTENCES[cause?.name] ?? UNAVAILABLE, { cause });
  }
}

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, VERSION);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = () => { opened = null; };
      // Another tab has a newer version of the page: make way for it.
      database.onversionchange = () => {
        database.close();
        opened = null;
      };
      resolve(database);
    };
  });
}

function ended(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}
