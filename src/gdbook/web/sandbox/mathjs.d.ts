// The parts of mathjs are plain JavaScript: its types are written for the whole of it.

declare module "mathjs-parts/*";
