// What all elements that play have in common: a state in the address, time, sight, keys and words.

import { make } from "./dom";
import { onKey } from "./keys";
import type { Link } from "./link";
import { fetchModule } from "./modules";
import { copier } from "./more";
import { Address, Clock, onNear, onSight, onTheme, openedAnew } from "./page";

/** What the page says of any of them. */
export interface Described {
  id: string;
  title: string;
}

/** What the state of any of them has. */
export interface Timed {
  step: number;
  speed: number; // steps a second
}

export abstract class Player<S extends Described, T extends Timed> extends HTMLElement {
  /** What it is called where a link is damaged. */
  protected abstract readonly word: string;
  protected readonly longest: number = 1000; // milliseconds between two frames that are made up for
  protected spec!: S;
  protected present!: T;
  protected address!: Address;
  protected help!: HTMLDialogElement;
  protected readonly said = make("p", { class: "gd-demo-says" });
  protected readonly spoken = make("p", { class: "gd-demo-unseen", role: "status" });
  protected readonly warning = make("p", { class: "gd-demo-warning", role: "alert" });
  protected playing = false;
  protected inSight = false;
  private readonly clock = new Clock();
  private readonly beginning: Promise<void>;
  private begun!: () => void;
  private started = false;
  private asked = openedAnew(); // for the address: else the browser finds the place again by itself
  private frame = 0;

  constructor() {
    super();
    this.beginning = new Promise((resolve) => (this.begun = resolve));
  }

  /** Fetch what is needed, decide on the first state, and enter the page. */
  protected abstract begin(): Promise<void>;
  /** Fill the element, with ``help`` among its parts. */
  protected abstract build(): void;
  protected abstract draw(): void;
  /** What an address asks for; null if it speaks of something else. */
  protected abstract link(hash: string): Link<T> | null;
  protected abstract hash(): string;
  /** Take the steps that are due, or as many of them as there is time for. */
  protected abstract advance(due: number, now: number): void;
  protected abstract get atEnd(): boolean;
  /** Take over what is wanted, repaired where it is out of range. */
  abstract change(wanted: Partial<T>): void;
  abstract reset(): void;
  /** The Python cell that computes the same. */
  abstract python(): string;

  // --- what a page may ask for -------------------------------------------------------------

  /** Kept once it can be played; it begins when it comes near to sight, or when this is asked. */
  get ready(): Promise<void> {
    this.start();
    return this.beginning;
  }

  /** All that decides what is seen; what is set is repaired where it is out of range. */
  get state(): T {
    return structuredClone(this.present);
  }

  set state(wanted: Partial<T>) {
    this.change(wanted);
  }

  /** Kept once the present step is reached. */
  get settled(): Promise<void> {
    return Promise.resolve();
  }

  step(n = 1): void {
    this.pause();
    this.change({ step: Math.max(0, this.present.step + n) } as Partial<T>);
    void this.settled.then(() => this.speak());
  }

  play(): void {
    if (this.playing) return;
    if (this.atEnd) this.change({ step: 0 } as Partial<T>);
    this.playing = true;
    this.clock.start();
    this.frame = requestAnimationFrame((now) => this.tick(now));
    this.draw();
  }

  pause(): void {
    if (!this.playing) return;
    this.playing = false;
    cancelAnimationFrame(this.frame);
    this.changed();
    this.speak();
  }

  playOrPause(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  showHelp(): void {
    this.help.showModal();
  }

  // --- beginning ---------------------------------------------------------------------------

  connectedCallback(): void {
    if (this.spec !== undefined) return;
    const text = this.querySelector('script[type="application/json"]')?.textContent ?? "";
    this.spec = JSON.parse(text) as S;
    this.address = new Address(this.spec.id, () => this.hash());
    onNear(this, () => this.start());
    const addressed = (): void => {
      if (location.hash.split(";")[0] === `#demo-${this.spec.id}`) this.start();
    };
    addEventListener("hashchange", () => {
      this.asked = true;
      addressed();
    });
    addressed();
  }

  private start(): void {
    if (this.started) return;
    this.started = true;
    void this.begin();
  }

  disconnectedCallback(): void {
    this.pause();
  }

  /** Fetch the module that the page names. */
  protected fetchKernels(): Promise<unknown> {
    return fetchModule(new URL(this.getAttribute("kernels") ?? "", document.baseURI).href);
  }

  /** Take its place in the page, in the state that it has got from a link or not. */
  protected enter(link: Link<T> | null): void {
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", this.spec.title);
    this.build();
    this.classList.add("gd-demo-live");
    this.changed();
    this.watch();
    if (link !== null && this.asked) this.scrollIntoView();
    this.notice(link?.sound ?? true);
    this.begun();
  }

  /** Take part in the page: sight, size, theme, address and keys. */
  private watch(): void {
    onSight(this, (inSight) => {
      this.inSight = inSight;
      this.draw();
      if (!inSight) this.pause();
    });
    new ResizeObserver(() => this.redraw()).observe(this);
    addEventListener("resize", () => this.redraw()); // who zooms changes how dense the pixels are
    onTheme(() => this.redraw());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.pause();
    });
    addEventListener("hashchange", (event) => {
      const link = this.link(new URL(event.newURL).hash); // the address itself may have moved on
      if (link === null) return;
      this.pause();
      this.notice(link.sound);
      this.become(link.state);
      this.scrollIntoView();
    });
    this.addEventListener("keydown", (event) => {
      if (this.inSight) this.key(event); // out of sight the page's keys are the page's
    });
  }

  /** Draw what is in sight anew; else it is drawn when it comes into sight. */
  protected redraw(): void {
    if (this.inSight) this.draw();
  }

  /** Return the buttons that copy what is seen, as a link or as Python. */
  protected copies(): HTMLElement {
    const done = make("span", { class: "gd-demo-done", role: "status" });
    return make("div", { class: "gd-demo-copies" },
      copier("Copy link", () => this.address.link, done),
      copier("Copy as Python", () => this.python(), done), done);
  }

  // --- changing ----------------------------------------------------------------------------

  /** Go to a whole state. */
  protected become(state: T): void {
    this.change(state);
  }

  protected changed(): void {
    this.draw();
    this.address.follow(this.playing);
  }

  /** What the keys do that work anywhere in the element. */
  protected keys(): Record<string, () => void> {
    return {
      " ": () => this.playOrPause(), ".": () => this.step(1), ",": () => this.step(-1),
      r: () => this.reset(), "?": () => this.showHelp(),
    };
  }

  protected key(event: KeyboardEvent): void {
    onKey(event, this.help, this.keys());
  }

  private tick(now: number): void {
    if (!this.playing) return;
    const due = this.clock.due(now, this.present.speed, this.longest);
    if (due > 0) this.advance(due, now);
    if (this.atEnd) return this.pause();
    this.frame = requestAnimationFrame((then) => this.tick(then));
  }

  // --- telling -----------------------------------------------------------------------------

  /** Say so where a link asked for what cannot be. */
  private notice(sound: boolean): void {
    this.warn(sound ? "" : `This link is damaged: the ${this.word} stands at its beginning.`);
  }

  protected warn(words: string): void {
    this.warning.textContent = words;
  }

  protected say(words: string): void {
    this.spoken.textContent = words;
  }

  protected speak(): void {
    this.say(this.said.textContent ?? "");
  }
}
