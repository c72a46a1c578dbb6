"""Which format a path holds, and which of its files is what."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from math import isfinite
from pathlib import Path

from winset.errors import AskError, CaseError, WinsetError
from winset.formats.domain import Domain
from winset.formats.files import file_tree
from winset.formats.genius import read_genius
from winset.formats.geniusweb import DOMAIN, PROFILE, read_geniusweb
from winset.formats.negmas import read_negmas
from winset.formats.trees import Mapping, kind_of, xml_tree
from winset.language.terms import FARTHEST

__all__ = ["read"]

LEVELS = 11
_INFO = ("_info", "_stats")  # files that NegMAS keeps beside a scenario
_SHOWN, _MOST_FOLDERS = 8, 500
_Reader = Callable[[Path, Sequence[Path], int], Domain]


def read(
    path: Path,
    *,
    levels: int = LEVELS,
    profiles: Sequence[str] = (),
    as_genius: bool = False,
) -> Domain:
    """Read a scenario: a folder, or the file of its domain with the profiles beside it.

    Parameters
    ----------
    levels
        Values that stand for a real issue.
    profiles
        The files of the parties to read, by name, with or without their ending, or by path; by
        default all there are.
    as_genius
        Of Genius scenarios: divide evaluations by the greatest of their issue, as Genius does when
        it runs and NegMAS does not.

    Raises
    ------
    AskError
        If the path is not there, or holds no scenario.
    CaseError
        If a file is malformed or asks for what is not supported; with its place.
    """
    if levels < 2:
        raise AskError("a real issue needs two levels or more")
    if not path.exists():
        raise AskError(f"{path} is not there")
    folder = path if path.is_dir() else path.parent
    files = _files(folder)
    for suffixes, sort, reader in _FORMATS:
        chosen = [f for f in files if f.suffix.lower() in suffixes]
        if path.is_file() and path not in chosen:
            continue
        domains, found_profiles = sort(chosen)
        if path in domains:
            domains = [path]
        elif path.is_file() and domains:
            what = "a party's profile" if path in found_profiles else "no domain"
            alone = f" (with --profile {path.name} for this party alone)"
            raise AskError(f"{path} is {what}: name its folder, {folder}, or the file of the domain"
                           f" in it{alone if path in found_profiles else ''}")  # fmt: skip
        if domains:
            if as_genius and reader is not read_genius:
                raise AskError(f"{path} is no Genius scenario: evaluations stay as they are")
            used = partial(read_genius, as_genius=True) if as_genius else reader
            found = _fitting(domains, _some(found_profiles, profiles, domains[0]), levels, used)
            name = folder.resolve().name or found.name
            return replace(found, name=name, lost=(*found.lost, *_beyond(found, path)))
    raise AskError(_nothing_in(path))


def _beyond(domain: Domain, path: Path) -> Iterator[str]:
    """Name reservations that a case does not hold.

    Raises
    ------
    AskError
        If a utility is beyond floating-point numbers.
    """
    for profile in domain.profiles:
        low, high = profile.span
        if not (isfinite(low) and isfinite(high)):
            raise AskError(f"{path}: {profile.name} has utilities larger than any number here")
        reserved = low if profile.reservation is None else profile.reservation
        far = (reserved - low) / (high - low) if high > low else 0.0
        if abs(far) > FARTHEST:
            side = "above" if far > 0 else "below"
            yield (f"{profile.name}: its reservation of {reserved:g}; the case has one that is "
                   f"{FARTHEST:,.0f} times its range {side} the worst deal")  # fmt: skip


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(f for f in folder.iterdir() if f.is_file() and not f.name.startswith("."))
    except OSError as error:
        raise AskError(f"{folder} cannot be read: {error.strerror}") from error


def _nothing_in(path: Path) -> str:
    """Say that a path holds no scenario, and where there are some."""
    below = _scenarios_below(path) if path.is_dir() else []
    if not below:
        kinds = "a Genius or GeniusWeb domain with profiles, or a NegMAS folder"
        return f"{path} holds no scenario: {kinds}"
    named = ", ".join(map(str, below[:_SHOWN])) + (", and more" if len(below) > _SHOWN else "")
    return f"{path} holds no scenario itself, but folders in it do: import one of them ({named})"


def _scenarios_below(top: Path) -> list[Path]:
    """Find the first few folders below one that hold a domain."""
    found: list[Path] = []
    for looked_at, (folder, inner, names) in enumerate(os.walk(top)):
        inner.sort()
        if len(found) > _SHOWN or looked_at > _MOST_FOLDERS:
            break
        if looked_at and _holds_domain(Path(folder), names):
            found.append(Path(folder).relative_to(top))
    return found


def _holds_domain(folder: Path, names: Sequence[str]) -> bool:
    files = sorted(folder / name for name in names if not name.startswith("."))
    for suffixes, sort, _ in _FORMATS:
        try:
            if sort([file for file in files if file.suffix.lower() in suffixes])[0]:
                return True
        except (WinsetError, OSError):
            continue
    return False


_Sorted = tuple[list[Path], list[Path]]


def _of_genius(files: list[Path]) -> _Sorted:
    """Sort files into domains and profiles."""
    tags = {file: xml_tree(file).tag for file in files if not file.name.endswith("pareto.xml")}
    return ([file for file, tag in tags.items() if tag == "negotiation_template"],
            [file for file, tag in tags.items() if tag == "utility_space"])  # fmt: skip


def _of_negmas(files: list[Path]) -> _Sorted:
    """Sort files into domains and profiles."""
    kinds = {f: kind_of(file_tree(f)).lower() for f in files if f.stem not in _INFO}
    return ([file for file, kind in kinds.items() if "outcomespace" in kind],
            [file for file, kind in kinds.items() if "fun" in kind])  # fmt: skip


def _of_geniusweb(files: list[Path]) -> _Sorted:
    """Sort files into domains and profiles."""
    trees = {f: file_tree(f) for f in files if not f.name.endswith("specials.json")}
    keys = {f: set(tree) for f, tree in trees.items() if isinstance(tree, Mapping)}
    return [f for f in keys if DOMAIN in keys[f]], [f for f in keys if PROFILE in keys[f]]


# In the order in which NegMAS looks for them.
_FORMATS: tuple[tuple[tuple[str, ...], Callable[[list[Path]], _Sorted], _Reader], ...] = (
    ((".yml", ".yaml"), _of_negmas, read_negmas),
    ((".xml",), _of_genius, read_genius),
    ((".json",), _of_negmas, read_negmas),
    ((".json",), _of_geniusweb, read_geniusweb),
)


def _fitting(domains: list[Path], profiles: list[Path], levels: int, reader: _Reader) -> Domain:
    """Read the one domain; of several, the last one that all profiles fit, as NegMAS does."""
    if len(domains) == 1:
        return reader(domains[0], profiles, levels)
    found: dict[str, Domain] = {}
    for domain in domains:
        try:
            found[domain.name] = reader(domain, profiles, levels)
        except CaseError:
            continue
    if not found:
        raise AskError("the folder has several domains, and no profiles fit one of them: name the "
                       f"file of one ({', '.join(f.name for f in domains)})")  # fmt: skip
    *others, chosen = found
    if all(found[other].issues == found[chosen].issues for other in others):
        return found[chosen]
    left = (
        f"the domain of {' and of '.join(others)}, which the profiles fit too ({chosen} is taken)"
    )
    return replace(found[chosen], lost=(left, *found[chosen].lost))


def _some(there: list[Path], wanted: Sequence[str], domain: Path) -> list[Path]:
    """Choose profiles by the names of their files, in the order asked for."""
    if not there:
        raise AskError(f"{domain.parent} has a domain ({domain.name}), but no profile of a party")
    named = {name: file for file in there for name in (file.stem, file.name)}
    named |= {str(file.resolve()): file for file in there}
    wanted = [name if name in named else str(Path(name).resolve()) for name in wanted]
    missing = [name for name in wanted if name not in named]
    if missing:
        raise AskError(f"no profile in {domain.parent} is called {Path(missing[0]).name}: there are"
                       f" {', '.join(file.stem for file in there)}")  # fmt: skip
    return [named[name] for name in dict.fromkeys(wanted)] or there
