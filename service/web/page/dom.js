// Builds elements. In: a tag, properties or attributes, children. Out: the element.
// Children that are strings become text nodes, so no text is ever read as markup.

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// In: an id that index.html holds. Out: that element.
export function byId(id) {
  return document.getElementById(id);
}

// In: a label for the eye, a name for assistive technology (or null), what a click does.
// Out: a button; the handler is given the button, to which focus will return.
export function button(text, name, className, onPress) {
  const made = element("button", { type: "button", "aria-label": name, class: className }, text);
  made.addEventListener("click", () => onPress(made));
  return made;
}

const TURNING = /([\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069])/u;

// In: the name of a document. Out: it, set apart from what stands around it; a character that would
// turn the direction of the rest is told (theme.css), and turns nothing.
export function named(name) {
  const parts = name.split(TURNING).filter(Boolean).map((part) => {
    if (!TURNING.test(part)) return part;
    const code = `U+${part.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
    return element("bdi", { class: "turning", "data-code": code }, part);
  });
  // No <bdi>, which dir="auto" around it would not look into.
  return element("span", { class: "apart" }, ...parts);
}
