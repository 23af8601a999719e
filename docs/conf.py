"""Sphinx's settings for the book."""

from importlib import metadata
from urllib.parse import urlsplit

from gdbook.palette import DARK, LIGHT, Theme

project = "gdbook"
author = "the gdbook authors"
copyright = "2026, the gdbook authors; text CC BY 4.0, code MIT"

extensions = [
    *("myst_nb", "sphinxcontrib.bibtex", "sphinx_copybutton", "notfound.extension"),
    *("sphinx_sitemap", "gdbook.book"),
]
exclude_patterns = ["_build"]
nitpicky = True
# What signatures name of other libraries; nothing is fetched to find out where it is explained.
nitpick_ignore = [
    ("py:class", name)
    for name in (
        *("Callable", "Iterable", "Mapping", "Sequence"),
        *("jax.Array", "jax.Device", "np.ndarray", "ArrayLike"),
        *("Axes", "Canvas", "LinearSegmentedColormap"),
        "kernels.Kernels",
    )
]

REPOSITORY = "https://github.com/gdbook/gdbook"
gdbook_source = REPOSITORY + "/blob/main/{file}#L{line}"
gdbook_description = (
    "A book on gradient descent in which text, figures, numbers and demos come from the same code."
)
gdbook_parts = {
    "downhill": "Part 1 · Downhill",
    "noise": "Part 2 · Noise",
    "terrain": "Part 3 · Terrain",
    "memory": "Part 4 · Memory",
    "adapting": "Part 5 · Adapting",
    "schedules": "Part 6 · Schedules",
    "networks": "Part 7 · Networks",
    "practice": "Part 8 · Practice",
    "limits": "Part 9 · Limits",
    "one-loop": "Part 10 · One loop trains everything",
    "reference": "Reference",
}

myst_enable_extensions = ["attrs_inline", "colon_fence", "dollarmath", "smartquotes"]
myst_heading_anchors = 3
nb_execution_timeout = 300
nb_output_stderr = "error"  # a page that complains is not finished
nb_merge_streams = True
nb_render_markdown_format = "myst"  # tables that a cell writes are tables
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"

autodoc_member_order = "bysource"
napoleon_custom_sections = ["Source"]
napoleon_use_ivar = True
napoleon_attr_annotations = False  # the docstrings say shapes and units
napoleon_use_rtype = False
toc_object_entries_show_parents = "hide"
copybutton_prompt_text = r">>> |\.\.\. "
copybutton_prompt_is_regexp = True

bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "gdbook"
bibtex_cite_id = "cite-{key}"
bibtex_reference_style = "author_year"

katex_prerender = True
katex_css_path = "katex.css"  # bundled with the fonts, from the npm package

html_theme = "furo"
html_domain_indices = False  # the API pages list the modules
html_title = "gdbook"
html_baseurl = "https://gdbook.github.io/gdbook/"
html_static_path = []
html_extra_path = ["robots.txt"]
notfound_urls_prefix = urlsplit(html_baseurl).path  # a page that is met at any address
sitemap_url_scheme = "{link}"
sitemap_excludes = ["404.html", "search.html", "genindex.html"]
html_favicon = "_static/favicon.svg"
templates_path = ["_templates"]
html_copy_source = False
html_show_sourcelink = False

version = metadata.version("gdbook")
epub_identifier = html_baseurl
epub_scheme = "URL"
epub_description = gdbook_description
epub_show_urls = "no"
epub_exclude_files = ["404.xhtml"]


def _variables(theme: Theme) -> dict[str, str]:
    """Name the palette's colours as the theme's and the book's CSS variables."""
    furo = {
        "color-background-primary": theme.background,
        "color-background-secondary": theme.raised,
        "color-background-border": theme.line,
        "color-foreground-primary": theme.text,
        "color-foreground-secondary": theme.muted,
        "color-foreground-muted": theme.muted,
        "color-brand-primary": theme.accent,
        "color-brand-content": theme.accent,
        "color-brand-visited": theme.accent,
        "color-code-background": theme.raised,
    }
    return furo | {
        "gd-good": theme.good,
        "gd-bad": theme.bad,
        "gd-line": theme.line,
        "gd-raised": theme.raised,
        "gd-muted": theme.muted,
        "gd-terrain": " ".join(theme.terrain),
        "gd-basins": " ".join(theme.basins),
        "gd-nowhere": theme.nowhere,
        "gd-theme": theme.name,
    }


html_theme_options = {
    "light_css_variables": _variables(LIGHT),
    "dark_css_variables": _variables(DARK),
    "source_repository": REPOSITORY,
    "source_branch": "main",
    "source_directory": "docs/",
}
