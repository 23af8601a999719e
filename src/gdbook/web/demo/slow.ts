// What those elements have in common whose walks take longer than a frame: they catch up.

import { Player, type Described, type Timed } from "./player";

/** Steps that were taken, and a way to take more. */
export interface Steps {
  readonly step: number;
  /** Walk to a step, for at most so many milliseconds; say whether it is reached. */
  reach(step: number, slice: number): boolean;
}

export abstract class SlowPlayer<S extends Described, T extends Timed> extends Player<S, T> {
  protected override readonly longest = 100;
  /** Milliseconds that a frame may spend on steps. */
  protected abstract readonly slice: number;
  private catching = 0; // the frame that goes on walking to the present step
  private waiting: (() => void)[] = []; // for the present step to be reached

  /** The walk of the present state; null while there is none. */
  protected abstract get walk(): Steps | null;
  /** Draw the walk as far as it has come. */
  protected abstract picture(): void;

  /** Kept once the present step is reached. */
  override get settled(): Promise<void> {
    return new Promise((resolve) => {
      if (this.walk?.step === this.present.step) resolve();
      else this.waiting.push(resolve);
    });
  }

  protected draw(): void {
    const there = this.catchUp();
    this.picture();
    if (!there) return;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  /** Walk to the present step, a slice in each frame; say whether it is reached. */
  private catchUp(): boolean {
    const { walk } = this;
    if (walk === null) return false;
    if (walk.reach(this.present.step, this.slice)) {
      this.present.step = walk.step; // a walk that has diverged goes no further
      return true;
    }
    if (this.catching === 0) {
      this.catching = requestAnimationFrame(() => {
        this.catching = 0;
        this.draw();
      });
    }
    return false;
  }
}
