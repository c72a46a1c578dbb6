"""Files that are cut off, or have anything in any place, end in a located message or in a case."""

import datetime as dt
import json
import os
import random
import re

import pytest

from winset.casefile import load_text
from winset.errors import WinsetError
from winset.formats import FORMATS, Domain, DomainIssue, Profile, case_text, read, write

DOMAIN = Domain(
    "d",
    (DomainIssue("price", ("10", "20", "3 0")), DomainIssue("when is it", ("now", "no", "true"))),
    (Profile("a", ((0.0, 0.5, 1.0), (1, 2, 3)), 0.25, 0.5),
     Profile("b", ((3.0, 0.5, 1.0), (0, -2, 3)), 0.0, -1.0, 0.9)),
)  # fmt: skip
COUNT = int(os.environ.get("WINSET_BROKEN_FILES", "120"))
SCRAPS = ["", "0", "-1", "1e999", "nan", ".inf", "null", "[]", "{}", "[[", "}", '"', "<", ">", "&",
          "&a;", "\x00", "ä", "\ufeff", "-", ": ", "\n", "\t", "!!python/none", "*a", "true",
          "9" * 400, "index", "value", "issue", "TableFun", "weights", "LambdaFun"]  # fmt: skip


def spoil(text: str, chance: random.Random) -> str:
    """Cut, drop, double or replace something."""
    words = re.split(r"(\W+)", text)
    n = chance.randrange(len(words))
    match chance.randrange(5):
        case 0:
            return text[: chance.randrange(len(text))]
        case 1:
            words[n] = chance.choice(SCRAPS)
        case 2:
            words[n] = chance.choice(words)
        case 3:
            del words[n : n + chance.randrange(1, 6)]
        case _:
            words.insert(n, words[n] + chance.choice(SCRAPS))
    return "".join(words)


def tried(folder, told: list[str]) -> None:
    """Read a folder; whatever is read has to make a case."""
    try:
        domain = read(folder)
        load_text(case_text(domain, dt.date(2025, 1, 1)))
    except WinsetError as error:
        told.append(str(error))


def write_geniusweb(folder) -> None:
    folder.mkdir()
    issues = {issue.name: {"values": list(issue.values)} for issue in DOMAIN.issues}
    (folder / "d.json").write_text(json.dumps({"name": "d", "issuesValues": issues}))
    for p in DOMAIN.profiles:
        rows = zip(DOMAIN.issues, p.worth, strict=True)
        worth = {i.name: dict(zip(i.values, row, strict=True)) for i, row in rows}
        stated = {
            "name": p.name,
            "issueUtilities": {i: {"discreteutils": {"valueUtilities": worth[i]}} for i in worth},
            "issueWeights": dict.fromkeys(issues, 1),
        }
        text = json.dumps({"LinearAdditiveUtilitySpace": stated}, indent=1)
        (folder / f"{p.name}.json").write_text(text)


@pytest.mark.parametrize("to", [*FORMATS, "geniusweb"])
def test_anything_anywhere(tmp_path, to):
    folder, count = tmp_path / "scenario", COUNT
    if to == "geniusweb":
        write_geniusweb(folder)
    else:
        write(DOMAIN, to, folder)
    files = sorted(folder.iterdir())
    whole = {file: file.read_text(encoding="utf-8") for file in files}
    chance, told = random.Random(7), []
    for _ in range(count):
        file = chance.choice(files)
        file.write_text(spoil(whole[file], chance), encoding="utf-8")
        tried(folder, told)
        file.write_text(whole[file], encoding="utf-8")
    assert len(told) > count / 3
    assert all(message.strip() for message in told)
