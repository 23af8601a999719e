// The reader's choice of depth, kept in their own browser and nowhere else.

export const DEPTHS = ["intuition", "mathematics", "code"] as const;
export type Depth = (typeof DEPTHS)[number];

const KEY = "gdbook-depth";
const DEEPEST: Depth = "code";

/** Return the depth chosen before; everything, where there is none or storage is closed to us. */
export function chosenDepth(): Depth {
  try {
    return DEPTHS.find((depth) => depth === localStorage.getItem(KEY)) ?? DEEPEST;
  } catch {
    return DEEPEST;
  }
}

/** Remember a depth, and make the page's style sheet follow it. */
export function chooseDepth(depth: Depth): void {
  showDepth(depth);
  try {
    localStorage.setItem(KEY, depth);
  } catch {
    // Private windows may refuse; the choice then lasts as long as the page.
  }
}

/** Make the page's style sheet follow a depth. */
export function showDepth(depth: Depth): void {
  document.documentElement.dataset["depth"] = depth;
}

/** Say whether a reader of this depth wants to see parts of that kind. */
export function reaches(depth: Depth, part: string): boolean {
  const wanted = DEPTHS.findIndex((known) => known === part);
  return wanted <= DEPTHS.indexOf(depth);
}
