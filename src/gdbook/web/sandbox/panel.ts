// What a reader types into a sandbox: the formula, the window and the start; each says beside
// itself what is wrong with it.

import { menu } from "../demo/controls";
import { make, textButton } from "../demo/dom";
import { zoomed } from "../demo/keys";
import type { Example, Pair, Spec, State } from "../demo/spec";
import { domain, initial } from "../demo/state";
import type { Formula, Trouble } from "./formula";

const PATIENCE = 700; // milliseconds after which a half-typed formula counts as wrong
const CONTEXT = 24; // characters shown on each side of what is wrong

export interface SandboxActs {
  pause(): void;
  change(wanted: Partial<State>): void;
}

export class SandboxPanel {
  readonly element: HTMLElement;
  private readonly formula: HTMLInputElement;
  private readonly error: HTMLElement;
  private readonly slopes = make("p", { class: "gd-sandbox-slopes" });
  private readonly shows: ((state: State) => void)[] = [];
  private shown: State | null = null;
  private waiting = 0;

  constructor(
    private readonly spec: Spec,
    private readonly read: (text: string) => Formula | Trouble,
    private readonly acts: SandboxActs,
  ) {
    const id = `demo-${spec.id}-error`;
    this.error = make("p", { class: "gd-sandbox-error", id, role: "alert" });
    this.formula = make("input", {
      type: "text", spellcheck: "false", autocapitalize: "off", autocomplete: "off",
      autocorrect: "off", enterkeyhint: "done", "aria-describedby": id,
    });
    this.formula.addEventListener("input", () => this.typed(PATIENCE));
    this.formula.addEventListener("change", () => this.typed(0));
    const label = make("label", { class: "gd-sandbox-formula" },
      make("span", {}, "f(x, y) ="), this.formula);
    this.element = make(
      "div", { class: "gd-sandbox" }, label, this.error, this.slopes,
      make("div", { class: "gd-sandbox-places" }, this.examples(), this.start(), this.window()),
    );
  }

  show(state: State, slopes: Formula["slopes"]): void {
    const { expression } = state;
    if (this.shown?.expression !== expression) {
      if (this.formula.value.trim() !== expression) this.formula.value = expression ?? "";
      this.complain(null);
      this.slopes.replaceChildren(...["x", "y"].map((name, i) => make(
        "span", {}, `∂f/∂${name} = `, slopes[i] ? make("code", {}, slopes[i]) : "too long to be read",
      )));
    }
    this.shown = state;
    for (const show of this.shows) show(state);
  }

  private typed(patience: number): void {
    const text = this.formula.value.trim();
    const found = this.read(text);
    window.clearTimeout(this.waiting);
    if (!("words" in found)) {
      this.complain(null);
      if (text === this.shown?.expression) return;
      this.acts.pause();
      this.acts.change({ expression: text, step: 0 });
    } else if (patience > 0 && this.error.textContent === "") {
      this.waiting = window.setTimeout(() => this.complain(found), patience);
    } else {
      this.complain(found);
    }
  }

  /** Say what is wrong with the formula, and show where. */
  private complain(trouble: Trouble | null): void {
    window.clearTimeout(this.waiting);
    this.formula.setAttribute("aria-invalid", String(trouble !== null));
    this.error.replaceChildren();
    if (trouble === null) return;
    const text = this.formula.value.trim();
    const { from, to, words } = trouble;
    this.error.append(words);
    if (from === 0 && to >= text.length) return;
    const before = text.slice(Math.max(0, from - CONTEXT), from);
    const here = text.slice(from, Math.min(to, from + CONTEXT)) || " ";
    const where = make("code", {}, from > CONTEXT ? "…" : "", before, make("mark", {}, here),
      text.slice(to, to + CONTEXT), to + CONTEXT < text.length ? "…" : "");
    this.error.append(` Character ${from + 1}: `, where);
  }

  private examples(): HTMLElement {
    const examples = this.spec.sandbox!;
    const options = examples.map(({ name }, i): [number, string] => [i, name]);
    const choice = menu("Example", [...options, [-1, "your own"]], (i) => {
      const example = examples[i];
      if (example === undefined) this.formula.focus();
      else this.choose(example);
    });
    this.shows.push(({ expression }) =>
      choice.show(examples.findIndex((example) => example.expression === expression)));
    return choice.element;
  }

  private choose({ expression, domain, start, rates }: Example): void {
    this.acts.pause();
    const usual = initial(this.spec).rates;
    this.acts.change({ expression, domain, start, step: 0, rates: { ...usual, ...rates } });
  }

  private window(): HTMLElement {
    const note = make("span", { class: "gd-sandbox-error", role: "alert" });
    const entries = (["x from", "to", "y from", "to"] as const).map((words, k) => {
      const [axis, end] = [Math.floor(k / 2), k % 2];
      return this.number(words, `${"xy"[axis]} ${end ? "to" : "from"}`,
        (state) => state.domain![axis]![end]!, (value) => {
          const [x, y] = this.shown!.domain!;
          const wanted: [Pair, Pair] = [[...x], [...y]];
          wanted[axis]![end] = value;
          const found = domain(wanted);
          if (found) this.acts.change({ domain: found });
          return found !== undefined;
        }, (words) => (note.textContent = words),
        "The window wants its first number below its second, both within a million.");
    });
    const zoom = (factor: number) => (): void =>
      this.acts.change({ domain: zoomed(this.shown!.domain!, factor) });
    const closer = textButton("+", zoom(0.8));
    closer.setAttribute("aria-label", "Zoom in");
    const farther = textButton("−", zoom(1.25));
    farther.setAttribute("aria-label", "Zoom out");
    return make("div", { class: "gd-sandbox-place", role: "group", "aria-label": "Window" },
      make("span", { class: "gd-sandbox-name" }, "Window"), ...entries, farther, closer, note);
  }

  private start(): HTMLElement {
    const note = make("span", { class: "gd-sandbox-error", role: "alert" });
    const entries = (["x", "y"] as const).map((name, axis) =>
      this.number(name, `start ${name}`, ({ start }) => start[axis]!, (value) => {
        const start: Pair = [...this.shown!.start];
        start[axis] = value;
        this.acts.pause();
        this.acts.change({ start, step: 0 });
        return true;
      }, (words) => (note.textContent = words), "The start wants numbers."));
    return make("div", { class: "gd-sandbox-place", role: "group", "aria-label": "Start" },
      make("span", { class: "gd-sandbox-name" }, "Start"), ...entries, note);
  }

  /** Make a field for one number; `act` says whether it can be had. */
  private number(
    words: string, title: string, from: (state: State) => number, act: (value: number) => boolean,
    say: (words: string) => void, complaint: string,
  ): HTMLElement {
    const input = make("input", {
      type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": title, size: "5",
    });
    let last = NaN;
    input.addEventListener("change", () => {
      const text = input.value.trim().replaceAll(/[−–]/g, "-");
      const value = text === "" ? NaN : Number(text);
      const fine = Number.isFinite(value) && Math.abs(value) <= 1e12 && act(value);
      input.setAttribute("aria-invalid", String(!fine));
      say(fine ? "" : complaint);
      last = fine ? value : NaN;
    });
    this.shows.push((state) => {
      const value = from(state);
      if (value === last && input.value !== "") return; // as the reader wrote it
      if (document.activeElement === input && input.getAttribute("aria-invalid") === "true") return;
      last = value;
      input.value = String(value).replace("-", "−");
      input.setAttribute("aria-invalid", "false");
    });
    return make("label", { class: "gd-sandbox-number" }, make("span", {}, words), input);
  }
}

