// What a reader sees of the basins besides their colours: a switch, what each colour means, and
// which part of the starts ends there. It computes in slices, and only where it can be seen.

import { Basins, GONE, letter, NONE, toneOf, type Picture } from "./basins";
import { make } from "./dom";
import { little } from "./page";
import type { Kernels, Pair, Runner, Scene, Spec, State } from "./spec";
import { say, type Theme } from "./theme";

const SLICE = 3; // milliseconds of a frame

export interface LegendActs {
  change(wanted: Partial<State>): void;
  /** Draw the map again: there is more to see. */
  redraw(): void;
  say(words: string): void;
}

interface Entry {
  swatch: HTMLElement;
  share: HTMLElement;
  words: string;
}

export class Legend {
  readonly element: HTMLElement;
  private readonly basins: Basins;
  private readonly box = make("input", { type: "checkbox" });
  private readonly lead = make("p", {});
  private readonly list = make("ul", {});
  private entries = new Map<number, Entry>();
  private listed: Pair[] | null = null; // the minima that the entries are of
  private wanted: [State, Scene, Runner] | null = null; // what is to be seen, if anything is
  private frame = 0;
  private ripe = false; // there is something new to paint, which takes a frame of its own
  private asked = false; // by the reader: of the first picture nobody need hear

  constructor(kernels: Kernels, private readonly spec: Spec, private readonly acts: LegendActs) {
    this.basins = new Basins(kernels, spec);
    this.box.addEventListener("change", () => acts.change({ basins: this.box.checked }));
    const label = make("label", {}, this.box, "Basins of attraction");
    this.element = make("div", { class: "gd-demo-basins" }, label, this.lead, this.list);
  }

  /** What there is to paint, if anything is to be. */
  get picture(): Picture | null {
    return this.wanted !== null && this.basins.version > 0 ? this.basins : null;
  }

  /** Follow the state; where the map is in sight, compute what is missing. */
  follow(state: State, scene: Scene, runner: Runner | undefined, inSight: boolean): void {
    const seen = state.basins === true && state.view === "map" && runner !== undefined;
    this.wanted = seen ? [state, scene, runner] : null;
    this.box.checked = state.basins === true;
    this.element.hidden = state.view !== "map";
    this.lead.hidden = this.list.hidden = !seen;
    if (seen && inSight) this.schedule();
    else this.rest();
  }

  /** Name the colours, and the shares as far as they are known. */
  show(theme: Theme): void {
    if (this.wanted === null) return;
    const [, scene, runner] = this.wanted;
    const { grid, steps } = this.spec.basins!;
    this.lead.textContent = `Where ${steps} steps of ${runner.name} lead from ${grid} × ${grid} starts:`;
    if (this.listed !== scene.minima) this.build(scene.minima);
    for (const [home, { swatch, share }] of this.entries) {
      swatch.style.background = `rgb(${toneOf(theme, home, 0).join(" ")})`;
      share.textContent = this.basins.version > 0 ? percent(this.basins.share(home)) : "…";
    }
  }

  private build(minima: Pair[]): void {
    const places = minima.map((place, i): [number, string] =>
      [i, `${letter(i)} (${place.map(say).join(", ")})`]);
    const others: [number, string][] = [[NONE, "at none"], [GONE, "diverged"]];
    this.entries = new Map([...places, ...others].map(([home, words]) => [home, entry(words)]));
    const items = [...this.entries.values()].map(({ swatch, words, share }) =>
      make("li", {}, swatch, `${words}: `, share));
    this.list.replaceChildren(...items);
    this.listed = minima;
  }

  private schedule(): void {
    const [state, , runner] = this.wanted!;
    if (this.frame === 0 && (this.ripe || !this.basins.has(state, runner))) {
      this.frame = requestAnimationFrame(() => this.slice());
    }
  }

  private rest(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  /** Compute or paint for a part of a frame. */
  private slice(): void {
    this.frame = 0;
    if (this.wanted === null) return;
    if (this.ripe) this.publish();
    else this.compute(...this.wanted);
    this.schedule();
  }

  /** Compute; those who want little motion see only what is done. */
  private compute(state: State, scene: Scene, runner: Runner): void {
    const { basins } = this;
    if (basins.follow(state, scene, runner)) this.asked = basins.version > 0;
    this.ripe = basins.work(SLICE) && (basins.done || !little.matches);
  }

  private publish(): void {
    this.ripe = false;
    this.basins.publish();
    this.acts.redraw();
    if (this.basins.done && this.asked) this.acts.say(this.summary());
  }

  private summary(): string {
    const shares = [...this.entries.values()].map(({ words, share }) => `${words}: ${share.textContent}`);
    return `${this.lead.textContent} ${shares.join("; ")}.`;
  }
}

function entry(words: string): Entry {
  const swatch = make("span", { class: "gd-demo-swatch", "aria-hidden": "true" });
  return { swatch, share: make("span", { class: "gd-demo-share" }), words };
}

function percent(share: number): string {
  const whole = Math.round(100 * share);
  return whole === 0 && share > 0 ? "<1%" : `${whole}%`;
}
