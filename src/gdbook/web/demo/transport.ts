// The row that moves through time: buttons, the timeline, the step and the speed.

import { menu } from "./controls";
import { iconButton, make, setIcon } from "./dom";

export interface TransportActs {
  change(wanted: { step?: number; speed?: number }): void;
  playOrPause(): void;
  pause(): void;
  step(n: number): void;
  reset(): void;
}

export class Transport {
  readonly element: HTMLElement;
  private readonly button: HTMLButtonElement;
  private readonly timeline: HTMLInputElement;
  private readonly counter = make("output", { class: "gd-demo-counter" });
  private readonly speed: ReturnType<typeof menu<number>>;

  constructor(steps: number, private readonly speeds: [number, string][], acts: TransportActs) {
    this.button = iconButton("play", "Play", () => acts.playOrPause());
    this.button.classList.add("gd-demo-play");
    this.timeline = make("input", {
      type: "range", min: "0", max: String(steps), step: "1", "aria-label": "Step",
    });
    this.timeline.addEventListener("input", () => {
      const step = Number(this.timeline.value); // pausing makes the timeline show the present one
      acts.pause();
      acts.change({ step });
    });
    this.speed = menu("Speed", speeds, (value) => acts.change({ speed: value }));
    this.element = make(
      "div", { class: "gd-demo-transport" },
      iconButton("reset", "Reset", () => acts.reset()),
      iconButton("back", "One step back", () => acts.step(-1)),
      this.button,
      iconButton("forward", "One step forward", () => acts.step(1)),
      this.timeline, this.counter, this.speed.element,
    );
  }

  show({ step, speed }: { step: number; speed: number }, playing: boolean): void {
    this.counter.textContent = `step ${step}`;
    this.timeline.value = String(step);
    this.timeline.setAttribute("aria-valuetext", `step ${step}`);
    this.speed.show(this.likest(speed));
    setIcon(this.button, playing ? "pause" : "play", playing ? "Pause" : "Play");
  }

  /** Return the speed of the menu by whose name one would call a speed. */
  private likest(speed: number): number {
    const off = (other: number): number => Math.abs(Math.log(other / speed));
    const values = this.speeds.map(([value]) => value);
    return values.reduce((best, next) => (off(next) < off(best) ? next : best));
  }
}
