// The stage: the ground from above or in three dimensions, whichever the reader chose.

import { MapView } from "./map";
import { make } from "./dom";
import { reader } from "./page";
import type { Pair, Stage, State } from "./spec";
import type { SurfaceView } from "./surface";
import type { Theme } from "./theme";
import type { Scene2D } from "./view";

export interface StageActs {
  moveStart(place: Pair, done: boolean): void;
  turn(camera: State["camera"]): void;
  /** Called when the 3D view has come, late; or cannot come at all. */
  arrived(): void;
  refused(): void;
}

export class StageView {
  readonly element = make("div", { class: "gd-demo-stage" });
  private map: MapView | null = null;
  private surface: SurfaceView | null = null;
  private fetching = false;

  /** Show a poster's pictures where nothing is drawn yet. */
  constructor(private readonly acts: StageActs, poster: Iterable<Element>) {
    this.element.append(...poster);
  }

  /** Draw one of the two views; that in three dimensions is fetched for a reader who sees it. */
  draw(state: State, scene: Scene2D, theme: Theme, inSight: boolean): void {
    if (state.view === "map") {
      this.above().draw(scene, theme);
    } else if (this.surface !== null) {
      this.put(this.surface.canvas, this.surface.labels);
      this.surface.draw(scene, theme);
    } else if (inSight) {
      void this.fetch();
    }
  }

  /** Say which view's canvas something happened on. */
  viewOf(target: EventTarget | null): Stage | null {
    if (target === null) return null;
    if (target === this.map?.canvas) return "map";
    return target === this.surface?.canvas ? "surface" : null;
  }

  look(camera: State["camera"]): void {
    this.surface?.look(camera);
  }

  private above(): MapView {
    if (this.map === null) {
      this.map = new MapView((place, done) => this.acts.moveStart(place, done));
      describe(this.map.canvas, "Map of the loss: arrow keys move the start, Space plays");
    }
    this.put(this.map.canvas);
    return this.map;
  }

  private put(canvas: HTMLCanvasElement, ...others: Element[]): void {
    if (this.element.firstChild === canvas) return;
    const played = this.element.contains(document.activeElement);
    this.element.replaceChildren(canvas, ...others);
    if (played) canvas.focus({ preventScroll: true }); // whoever plays by keys can go on
  }

  private async fetch(): Promise<void> {
    if (this.fetching) return;
    this.fetching = true;
    await reader;
    try {
      const { SurfaceView } = await import("./surface");
      this.surface = new SurfaceView(
        (place, done) => this.acts.moveStart(place, done), (camera) => this.acts.turn(camera),
      );
      describe(this.surface.canvas,
        "The loss in three dimensions: arrow keys turn it, plus and minus zoom, Space plays");
    } catch {
      this.fetching = false; // asked again, it is tried again
      this.acts.refused();
      return;
    }
    this.acts.arrived();
  }
}

function describe(canvas: HTMLCanvasElement, words: string): void {
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", words);
}
