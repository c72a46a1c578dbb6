"""Sphinx configuration: the documentation needs no script and no outside address."""

from importlib.metadata import version as installed

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

project = "winset"
author = "The winset developers"
copyright = "the winset developers"
version = release = installed("winset")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["deflist", "dollarmath"]
myst_heading_anchors = 3
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
suppress_warnings = ["misc.highlighting_failure"]  # examples of faulty YAML are faulty on purpose

html_theme = "furo"
html_title = f"winset {version}"
html_copy_source = False
html_show_sphinx = False
html_math_renderer = "mathml"
templates_path: list[str] = []

autodoc_typehints = "none"  # the numpy docstrings give shapes and units, which say more
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_ivar = True


def inline_math(writer, node):
    """Write a formula within a line as MathML."""
    writer.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def block_math(writer, node):
    """Write a formula on lines of its own as MathML."""
    writer.body.append(f'<div class="math">{tex2mathml(node.astext(), as_block=True)}</div>')
    raise nodes.SkipNode


def setup(app):
    """Let browsers set formulas themselves, instead of a script from elsewhere."""
    app.add_html_math_renderer("mathml", (inline_math, None), (block_math, None))
