// Where the boxes stand: time runs to the right where there is room, and down on a phone.

import type { Spec } from "./spec";

export interface Box {
  x: number; // of its middle
  y: number;
  width: number;
  height: number;
}

export interface Plan {
  boxes: Box[];
  width: number;
  height: number;
  across: boolean;
}

const NARROWEST = 80; // pixels from one column to the next, where they stand side by side
const ROW = 70;
const STEP = 78; // from one column to the next, where they stand one below the other
const LANE = 62; // from one row to the next, there

export function placed({ nodes }: Spec, room: number): Plan {
  const columns = 1 + Math.max(...nodes.map(({ column }) => column));
  const rows = 1 + Math.max(...nodes.map(({ row }) => row));
  const across = room / columns >= NARROWEST;
  const width = across ? room : Math.max(room, rows * LANE);
  const height = across ? rows * ROW : columns * STEP;
  const [right, down] = [width / (across ? columns : rows), height / (across ? rows : columns)];
  const size = { width: Math.min(70, right - (across ? 34 : 8)), height: across ? 58 : 54 };
  const boxes = nodes.map(({ column, row }) => ({
    x: right * (0.5 + (across ? column : row)), y: down * (0.5 + (across ? row : column)), ...size,
  }));
  return { boxes, width, height, across };
}
