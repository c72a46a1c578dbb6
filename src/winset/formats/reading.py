"""Which format a path holds, and which of its files is what."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from winset.errors import AskError
from winset.formats.domain import Domain
from winset.formats.genius import read_genius
from winset.formats.negmas import kind_of, read_negmas
from winset.formats.trees import xml_tree, yaml_tree

__all__ = ["read"]

LEVELS = 11
_INFO = ("_info", "_stats", "stats", "info")  # files that NegMAS keeps beside a scenario


def read(path: Path, *, levels: int = LEVELS) -> Domain:
    """Read a scenario: a folder, or the file of its domain with the profiles beside it.

    Parameters
    ----------
    levels
        Values that stand for a real issue.

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
    files = sorted(f for f in folder.iterdir() if f.is_file() and not f.name.startswith("."))
    for suffixes in ((".xml",), (".yml", ".yaml"), (".json",)):
        chosen = [f for f in files if f.suffix.lower() in suffixes]
        if path.is_file() and path not in chosen:
            continue
        found = (_genius if suffixes == (".xml",) else _negmas)(chosen, levels)
        if found:
            return replace(found, name=folder.name or found.name)
    raise AskError(f"{path} holds no scenario: a Genius domain with profiles, or a NegMAS folder")


def _genius(files: list[Path], levels: int) -> Domain | None:
    tags = {file: xml_tree(file).tag for file in files if not file.name.endswith("pareto.xml")}
    domains = [file for file, tag in tags.items() if tag == "negotiation_template"]
    profiles = [file for file, tag in tags.items() if tag == "utility_space"]
    return read_genius(_only(domains), _some(profiles), levels) if domains else None


def _negmas(files: list[Path], levels: int) -> Domain | None:
    kinds = {f: kind_of(yaml_tree(f)).lower() for f in files if f.stem not in _INFO}
    domains = [file for file, kind in kinds.items() if "outcomespace" in kind]
    profiles = [file for file, kind in kinds.items() if "fun" in kind]
    return read_negmas(_only(domains), _some(profiles), levels) if domains else None


def _only(domains: list[Path]) -> Path:
    if len(domains) > 1:
        raise AskError(f"there are several domains: {', '.join(f.name for f in domains)}")
    return domains[0]


def _some(profiles: list[Path]) -> list[Path]:
    if not profiles:
        raise AskError("the folder has a domain, but no profile of a party")
    return profiles
