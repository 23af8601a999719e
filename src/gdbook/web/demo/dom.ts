// Elements, made in one call each.

type Child = Node | string;

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, string> = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const SHAPES: Record<string, string> = {
  play: "M6 4l14 8-14 8z",
  pause: "M6 4h4v16H6zM14 4h4v16h-4z",
  forward: "M5 4l10 8-10 8zM16 4h3v16h-3z",
  back: "M19 4L9 12l10 8zM5 4h3v16H5z",
  reset: "M12 5V1L6 6l6 5V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z",
};

/** Return a button with a picture, and words for those who do not see it. */
export function iconButton(shape: string, words: string, act: () => void): HTMLButtonElement {
  const button = make("button", { type: "button", class: "gd-demo-button" });
  button.addEventListener("click", act);
  setIcon(button, shape, words);
  return button;
}

export function setIcon(button: HTMLButtonElement, shape: string, words: string): void {
  if (button.dataset["icon"] === shape) return;
  button.dataset["icon"] = shape;
  button.setAttribute("aria-label", words);
  button.title = words;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[shape] ?? "");
  svg.append(path);
  button.replaceChildren(svg);
}

export function textButton(words: string, act: () => void): HTMLButtonElement {
  const button = make("button", { type: "button", class: "gd-demo-text-button" }, words);
  button.addEventListener("click", act);
  return button;
}
