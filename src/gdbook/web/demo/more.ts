// What a reader may ask for below a demo: the last steps, the compiled code, copies to take away.

import { make, textButton } from "./dom";
import { lastSteps } from "./readouts";
import type { Kernel, Kernels, Spec } from "./spec";
import type { Walk } from "./walk";

export interface Copies {
  link(): string;
  python(): string;
}

export class More {
  readonly element: HTMLElement;
  private readonly table = folded("The last steps", make("div", { class: "gd-demo-scroll" }));
  private readonly code = folded("See the compiled JavaScript", make("pre", { tabindex: "0" }));
  private readonly done = make("span", { class: "gd-demo-done", role: "status" });

  constructor(
    private readonly spec: Spec, private readonly kernels: Kernels, copies: Copies,
    redraw: () => void,
  ) {
    for (const part of [this.table, this.code]) part.addEventListener("toggle", redraw);
    this.element = make(
      "div", { class: "gd-demo-more" }, this.table, this.code,
      make("div", { class: "gd-demo-copies" },
        copier("Copy link", () => copies.link(), this.done),
        copier("Copy as Python", () => copies.python(), this.done), this.done),
    );
  }

  show(walks: Walk[], step: number): void {
    if (this.table.open) {
      const tables = walks.map((walk) => lastSteps(this.spec, walk, step));
      this.table.lastElementChild!.replaceChildren(...tables);
    }
    if (this.code.open) {
      const texts = walks.map(({ stepName, runner }) =>
        `// One step of ${runner.name}\n${textOf(this.kernels[stepName]!)}`);
      this.code.lastElementChild!.textContent = texts.join("\n\n");
    }
  }
}

function textOf({ kernel, text }: Kernel): string {
  return text ?? String(kernel);
}

/** Return a button that copies a text, and says in another element whether it could. */
export function copier(words: string, text: () => string, done: HTMLElement): HTMLButtonElement {
  return textButton(words, () => {
    navigator.clipboard.writeText(text()).then(
      () => (done.textContent = "Copied."),
      () => (done.textContent = "The browser does not let the page copy."),
    );
  });
}

export function folded(words: string, content: HTMLElement): HTMLDetailsElement {
  return make("details", {}, make("summary", {}, words), content);
}
