// What every demo asks of the page around it: a poster's words, sight, theme, address and time.

import { make } from "./dom";

const CALM = 500; // milliseconds between two pictures for those who want little motion
const SETTLED = 400; // milliseconds without a change after which the address follows

const SIGNS = ["pointermove", "pointerdown", "touchstart", "keydown", "wheel", "scroll"];
let woken: () => void;

/** Kept at the first sign of a reader: until then what is heavy is not fetched. */
export const reader = new Promise<void>((resolve) => (woken = resolve));
for (const sign of SIGNS) addEventListener(sign, wake, { capture: true, once: true, passive: true });

/** Take something else for a sign of a reader, a link to a state or a call. */
export function wake(): void {
  woken();
}

/** Whether the page was opened by its address, and not again, or on the way back. */
export function openedAnew(): boolean {
  const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return visit?.type !== "reload" && visit?.type !== "back_forward";
}

/** Leave a poster to paper once a demo has begun; what is written below it stays below the demo. */
export function takePoster(host: HTMLElement): HTMLElement[] {
  const poster = host.querySelector("figure");
  const caption = poster?.querySelector("figcaption");
  poster?.classList.add("gd-demo-paper");
  return caption ? [make("p", { class: "gd-demo-caption" }, ...caption.childNodes)] : [];
}

/** Return a canvas's place in the page, with words for those who do not see it. */
export function plot(canvas: HTMLCanvasElement, words: string, more = ""): HTMLElement {
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", words);
  return make("div", { class: `gd-demo-plot ${more}`.trim() }, canvas);
}

/** Draw again whenever the page's colours change. */
export function onTheme(draw: () => void): void {
  new MutationObserver(draw).observe(document.body, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

/** Hear of it when an element comes into sight or leaves it. */
export function onSight(element: Element, hear: (inSight: boolean) => void): IntersectionObserver {
  const observer = new IntersectionObserver((entries) => hear(entries.at(-1)!.isIntersecting));
  observer.observe(element);
  return observer;
}

/** Hear of it, once, when an element is in sight or less than half a window from it. */
export function onNear(element: Element, hear: () => void): void {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    hear();
  }, { rootMargin: "50% 0px" });
  observer.observe(element);
}

/** The page's address, whose last part follows a demo's state. */
export class Address {
  private timer = 0;

  constructor(private readonly id: string, private readonly hash: () => string) {}

  /** The link that brings a reader to what is seen now. */
  get link(): string {
    return location.href.split("#")[0] + this.hash();
  }

  /** Follow the state once it has settled, but not while it plays. */
  follow(playing: boolean): void {
    window.clearTimeout(this.timer);
    if (!playing) this.timer = window.setTimeout(() => this.write(), SETTLED);
  }

  private write(): void {
    const hash = this.hash();
    const mine = location.hash.split(";")[0] === `#demo-${this.id}`;
    if (!hash.includes(";") && !mine) return; // nothing was changed
    history.replaceState(history.state, "", hash);
  }
}

/** Whether the reader wants little motion. */
export const little = matchMedia("(prefers-reduced-motion: reduce)");

/** Turns the time between two frames into steps. */
export class Clock {
  private last = 0;
  private owed = 0; // parts of a step that time has earned but that were not yet taken

  start(): void {
    this.last = performance.now();
    this.owed = 0;
  }

  /** Return how many steps are due; a longer pause than `longest` milliseconds is not made up. */
  due(now: number, speed: number, longest = 1000): number {
    const calm = little.matches;
    const passed = now - this.last;
    if (calm && passed < CALM) return 0;
    this.last = now;
    this.owed += (Math.min(passed, calm ? 1000 : longest) / 1000) * speed;
    const whole = Math.floor(this.owed);
    this.owed -= whole;
    return whole;
  }
}
