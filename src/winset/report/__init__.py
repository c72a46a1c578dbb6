"""Views of results: HTML and text. They compute nothing."""
