"""Case files: YAML to case and back, located errors, the packaged library by name."""

from winset.casefile.load import (
    load,
    load_text,
    load_text_with_warnings,
    load_with_warnings,
    packaged,
    read_bytes,
)
from winset.casefile.save import save

__all__ = [
    "load",
    "load_text",
    "load_text_with_warnings",
    "load_with_warnings",
    "packaged",
    "read_bytes",
    "save",
]
