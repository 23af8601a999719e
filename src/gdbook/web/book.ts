// What the book's pages do in the browser. Without it they can all still be read.

import { chooseDepth, chosenDepth, DEPTHS, reaches, type Depth } from "./choice";

const MARGIN = 8; // pixels between a definition and the window's edge

function foldTo(depth: Depth): void {
  for (const part of document.querySelectorAll<HTMLDetailsElement>("details[data-depth]")) {
    const kind = part.dataset["depth"] ?? "";
    if (kind !== "solution") part.open = reaches(depth, kind);
  }
}

function offerDepths(): void {
  for (const choice of document.querySelectorAll<HTMLFieldSetElement>("fieldset.gd-depth")) {
    for (const button of choice.querySelectorAll<HTMLInputElement>("input")) {
      const depth = DEPTHS.find((known) => known === button.value);
      if (depth === undefined) continue;
      button.checked = depth === chosenDepth();
      button.addEventListener("change", () => {
        chooseDepth(depth);
        foldTo(depth);
      });
    }
    choice.hidden = false;
  }
}

/** Definitions show on hover and focus by style alone; here a tap shows one, and Escape hides it. */
function explainTerms(): void {
  const dismissed = "gd-dismissed";
  for (const term of document.querySelectorAll<HTMLElement>(".gd-term")) {
    const restore = (): void => {
      term.classList.remove(dismissed);
      keepInside(term);
    };
    term.addEventListener("pointerenter", restore);
    term.addEventListener("focusin", restore);
    let touched = false;
    term.addEventListener("pointerdown", (event) => {
      // The first touch opens the definition, the second follows the link.
      touched = event.pointerType === "touch" && document.activeElement !== term.querySelector("a");
    });
    term.addEventListener("click", (event) => {
      if (!touched) return;
      event.preventDefault();
      term.querySelector("a")?.focus();
      touched = false;
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const term of document.querySelectorAll(".gd-term:hover, .gd-term:focus-within")) {
      term.classList.add(dismissed);
    }
  });
}

/** Keep a definition inside the window and off its word, however near to an edge that stands. */
function keepInside(term: HTMLElement): void {
  const definition = term.querySelector<HTMLElement>(".gd-definition");
  if (definition === null) return;
  term.classList.remove("gd-flipped");
  definition.style.setProperty("--gd-shift", "0px");
  const { left, right, top } = definition.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const shift = Math.max(0, MARGIN - left) - Math.max(0, right + MARGIN - width);
  definition.style.setProperty("--gd-shift", `${shift}px`);
  const comesFromBelow = getComputedStyle(definition).position === "fixed";
  const word = term.getBoundingClientRect();
  term.classList.toggle("gd-flipped", comesFromBelow ? word.bottom > top : top < 0);
}

/** Until a video is played, its picture is what counts: one button, and no bar across it. */
function offerToPlay(): void {
  for (const video of document.querySelectorAll<HTMLVideoElement>(".gd-screen video")) {
    const button = document.createElement("button");
    button.className = "gd-play";
    button.type = "button";
    button.setAttribute("aria-label", "Play the animation");
    button.addEventListener("click", () => {
      void video.play();
      video.focus();
    });
    video.addEventListener("play", () => {
      button.remove();
      video.controls = true;
    });
    video.controls = false;
    video.after(button);
  }
}

/** Each video is there in light and in dark; the one that the theme hides must not play on. */
function pauseHiddenVideos(): void {
  const pause = (): void => {
    for (const video of document.querySelectorAll("video")) {
      if (video.offsetParent === null) video.pause();
    }
  };
  new MutationObserver(pause).observe(document.body, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", pause);
}

/** What is wider than its box scrolls within it, and the keyboard must get there to do so. */
function reachWideThings(): void {
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
      else target.removeAttribute("tabindex");
    }
  });
  const wide = "article :is(pre, div.math, .table-wrapper)";
  for (const box of document.querySelectorAll(wide)) watch.observe(box);
}

/** Unfold what an address points to, whatever the depth: a link's reader wants to see it. */
function showTarget(): void {
  const target = document.getElementById(location.hash.slice(1));
  let fold = target?.closest("details");
  if (!fold) return;
  for (; fold; fold = fold.parentElement?.closest("details")) fold.open = true;
  target?.scrollIntoView();
}

foldTo(chosenDepth());
showTarget();
addEventListener("hashchange", showTarget);
offerDepths();
explainTerms();
offerToPlay();
pauseHiddenVideos();
reachWideThings();
