// The controls around the views: title above, time and the rate below, numbers last.

import { sliderControl } from "../demo/controls";
import { make, textButton } from "../demo/dom";
import { say, sayBriefly } from "../demo/theme";
import { Transport, type TransportActs } from "../demo/transport";
import type { Run } from "./run";
import type { Spec, State } from "./spec";
import { SPEEDS } from "./state";

export interface Acts extends TransportActs {
  retune(rate: number): void;
  showHelp(): void;
}

const NUMBERS = ["loss", "sharpness", "2/rate", "rate × sharpness"];

export class Panel {
  readonly head: HTMLElement;
  readonly transport: Transport;
  readonly sliders: HTMLElement;
  readonly readouts: HTMLElement;
  private readonly rate: ReturnType<typeof sliderControl>;
  private readonly cells = NUMBERS.map(() => make("td"));

  constructor(spec: Spec, acts: Acts) {
    this.head = make("div", { class: "gd-demo-head" }, make("strong", {}, spec.title),
      textButton("Keys", () => acts.showHelp()));
    this.transport = new Transport(spec.steps, SPEEDS, acts);
    this.rate = sliderControl(spec.rate, spec.rate.label, (value) => acts.retune(value));
    this.sliders = make("div", { class: "gd-demo-sliders" }, this.rate.element);
    this.readouts = make("div", { class: "gd-demo-readouts gd-demo-scroll" }, make("table", {},
      make("thead", {}, make("tr", {}, ...NUMBERS.map((word) => make("th", { scope: "col" }, word)))),
      make("tbody", {}, make("tr", {}, ...this.cells))));
  }

  show({ speed }: State, playing: boolean, run: Run): void {
    const { step, losses, sharpness } = run;
    this.transport.show({ step, speed }, playing);
    this.rate.show(run.rate());
    this.rate.mark([[2 / sharpness[0]!, "2/sharpness at the start"]]);
    const sharp = sharpness[step]!;
    const numbers = [say(losses[step]!), say(sharp), sayBriefly(run.edge()), say(run.rate() * sharp)];
    this.cells.forEach((cell, k) => (cell.textContent = numbers[k]!));
  }
}
