// Small things that the browser remembers: for this tab, or for this browser. In: names, texts.
// Out: texts. Where the browser keeps nothing they are remembered until the page is left.

export const forTab = memory(() => sessionStorage);
export const forBrowser = memory(() => localStorage);

function memory(storage) {
  const meanwhile = new Map();
  return {
    read(name) {
      try {
        return storage().getItem(name) ?? meanwhile.get(name) ?? null;
      } catch {
        return meanwhile.get(name) ?? null;
      }
    },
    // A text, or null to forget it.
    write(name, text) {
      meanwhile.delete(name);
      try {
        if (text === null) storage().removeItem(name);
        else storage().setItem(name, text);
      } catch {
        if (text !== null) meanwhile.set(name, text);
      }
    },
  };
}
