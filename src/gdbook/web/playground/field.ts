// What a network makes of the plane: its score, and every hidden unit, at the places of a grid.

import type { Run } from "./run";

const FINE = 48; // places along each side for the score
const STRIDE = 2; // of which units are shown at every second

export class Field {
  readonly n = FINE;
  readonly small = FINE / STRIDE;
  readonly scores = new Float64Array(FINE * FINE);
  units: Float64Array[] = []; // inputs first, the score last
  private shown = "";

  /** Look at every place, unless nothing has changed. */
  look(run: Run, key: string): void {
    if (key === this.shown) return;
    this.shown = key;
    const { n, small, scores } = this;
    const [[left, right], [low, high]] = run.points.window;
    const hidden = run.sizes.slice(1, -1).reduce((sum, size) => sum + size, 0);
    const count = 2 + hidden + 1;
    if (this.units.length !== count) {
      this.units = Array.from({ length: count }, () => new Float64Array(small * small));
    }
    run.settle();
    for (let i = 0; i < n; i++) {
      const y = low + ((i + 0.5) / n) * (high - low);
      for (let j = 0; j < n; j++) {
        const x = left + ((j + 0.5) / n) * (right - left);
        const seen = run.at(x, y);
        scores[i * n + j] = seen[hidden]!;
        if (i % STRIDE || j % STRIDE) continue;
        const at = (i / STRIDE) * small + j / STRIDE;
        this.units[0]![at] = x - (left + right) / 2;
        this.units[1]![at] = y - (low + high) / 2;
        for (let k = 0; k <= hidden; k++) this.units[2 + k]![at] = seen[k]!;
      }
    }
  }
}
