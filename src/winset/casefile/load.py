"""Loading case files, from a path, a text or the packaged library."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from winset.case import Case
from winset.casefile.build import build
from winset.casefile.nearest import nearest
from winset.casefile.nodes import LARGEST_FILE, Document, read
from winset.casefile.schema import shape
from winset.errors import CaseError, Fault, gathered


def load(name: str | Path) -> Case:
    """Load a case from a file or, by name, from the packaged library.

    Parameters
    ----------
    name
        Path of a case file, or name of a packaged case such as ``riyadh-2025``.

    Raises
    ------
    CaseError
        With every fault of the file, each at its line.
    """
    return load_with_warnings(name)[0]


def load_with_warnings(name: str | Path) -> tuple[Case, tuple[Fault, ...]]:
    """Load a case as :func:`load` does; give the warnings too."""
    data, file = read_bytes(name)
    return _case(read(data, file))


def load_text(text: str, file: str = "case.yaml") -> Case:
    """Load a case from its text; ``file`` names it in messages."""
    return load_text_with_warnings(text, file)[0]


def load_text_with_warnings(text: str, file: str = "case.yaml") -> tuple[Case, tuple[Fault, ...]]:
    """Load a case from its text; give the warnings too."""
    return _case(read(text.encode("utf-8", "surrogatepass"), file))


def read_bytes(name: str | Path) -> tuple[bytes, str]:
    """Read a case file's bytes, by path or packaged name; give its name for messages too."""
    path = Path(name)
    if not path.is_file():
        packaged = resources.files("winset.cases").joinpath(f"{name}.yaml")
        if _plain(str(name)) and packaged.is_file():
            return packaged.read_bytes(), f"{name}.yaml"
        raise CaseError((_absent(str(name)),))
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1), str(name)
    except OSError as error:
        raise CaseError((Fault(str(name), 0, 0, f"cannot be read ({error.strerror})"),)) from None


def packaged() -> tuple[tuple[str, str], ...]:
    """List the packaged cases as (name, title), sorted by name."""
    names = sorted(
        item.name.removesuffix(".yaml")
        for item in resources.files("winset.cases").iterdir()
        if item.name.endswith(".yaml")
    )
    return tuple((name, load(name).title) for name in names)


def _plain(name: str) -> bool:
    return bool(name) and all(c.isalnum() or c in "-_" for c in name)


def _absent(name: str) -> Fault:
    names = [
        item.name.removesuffix(".yaml")
        for item in resources.files("winset.cases").iterdir()
        if item.name.endswith(".yaml")
    ]
    better = nearest(name, names)
    right = f"did you mean `{better}`?" if better else "see `winset cases` for the packaged ones"
    return Fault(name, 0, 0, "no such file, and no packaged case of that name", right)


def _case(document: Document) -> tuple[Case, tuple[Fault, ...]]:
    case = None
    if document.root is not None:
        shaped = shape(document)
        case = build(document, shaped) if shaped else None
    errors = gathered(f for f in document.faults if f.severity == "error")
    if errors or case is None:
        raise CaseError(errors)
    return case, gathered(f for f in document.faults if f.severity == "warning")
