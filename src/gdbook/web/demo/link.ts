// How a state travels in an address, "#demo-id;step=14;…", and how it is read again.

/** What an address asks for, and whether all of it can be. */
export interface Link<T> {
  state: T;
  sound: boolean;
}

/** How an element reads its addresses. */
export interface Reading<T> {
  id: string;
  first: T; // the state of an address that asks for nothing
  longest: number; // letters of an address that may be sound
  /** Return what a word's text means, or undefined if the word is not known. */
  read(key: string, text: string): unknown;
  /** Return a state in which all is in its range: what does not fit is left as it was. */
  repair(wanted: Partial<T>): T;
}

/** Return the words of an address with their texts; null if it does not speak of this element. */
export function wordsOf(id: string, hash: string): [string, string][] | null {
  const [name, ...words] = hash.split(";");
  if (name !== `#demo-${id}` || words.length === 0) return null;
  return words.map((word) => {
    const cut = word.indexOf("=");
    return [word.slice(0, cut), word.slice(cut + 1)];
  });
}

/** Read an address: the beginning, and not sound, where it is nonsense; null if it is not ours. */
export function readLink<T extends object>(hash: string, reading: Reading<T>): Link<T> | null {
  const words = wordsOf(reading.id, hash);
  if (words === null) return null;
  const wanted: Partial<T> = {};
  let sound = hash.length < reading.longest;
  for (const [key, text] of sound ? words : []) {
    const value = reading.read(key, text);
    if (value === undefined) sound = false;
    else wanted[key as keyof T] = value as T[keyof T];
  }
  const state = reading.repair(wanted);
  sound &&= Object.entries(wanted).every(
    ([key, value]) => String(state[key as keyof T]) === String(value));
  return { state: sound ? state : reading.first, sound };
}

/** Return the number that a text is, or NaN. */
export function numberOf(text: string): number {
  return text.trim() === "" ? NaN : Number(text);
}

export function isNumber(value: unknown): value is number {
  return typeof value === "number" && !Number.isNaN(value);
}

export function within(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
