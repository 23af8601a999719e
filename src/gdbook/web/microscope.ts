// The script of pages with a microscope: it defines <gd-microscope>.

import { GdMicroscope } from "./microscope/element";

customElements.define("gd-microscope", GdMicroscope);
