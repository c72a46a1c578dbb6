import base64
import hashlib
import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from winset.report.assembly import report_of
from winset.report.html import page, render

VOID = {"meta", "link", "br", "img", "source", "hr", "input", "col", "wbr"}
SELF_CLOSED = {"rect"}


class Page(HTMLParser):
    """Reads a page and insists that every element is closed in order."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.headings, self.texts = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.elements.append((tag, attrs))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        assert tag in SELF_CLOSED | VOID
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "title"}.intersection(self.open):
            self.texts.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.texts))

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]


@pytest.fixture(scope="module")
def html(results):
    return page(results)


@pytest.fixture(scope="module")
def read(html):
    return Page(html)


def test_the_page_is_well_formed_and_small(html, read):
    assert html.startswith("<!DOCTYPE html>")
    assert len(html.encode()) < 2_000_000
    assert read.all("html")[0]["lang"] == "en"


def test_one_h1_and_no_level_is_skipped(read):
    assert read.headings.count(1) == 1
    assert read.headings[0] == 1
    assert all(b - a <= 1 for a, b in zip(read.headings, read.headings[1:], strict=False))


def test_nothing_runs_and_nothing_is_fetched(html, read):
    tags = {tag for tag, _ in read.elements}
    assert not tags & {"script", "iframe", "object", "embed", "link", "base", "form", "audio"}
    for tag, attrs in read.elements:
        assert not any(name.startswith("on") or name == "style" for name in attrs), (tag, attrs)
        for name in ("src", "srcset", "href", "action", "xlink:href"):
            if name in attrs:
                assert attrs[name].startswith(("#", "data:image/svg+xml;base64,")), attrs[name]
    assert "http:" not in html
    assert "https:" not in html
    assert "@import" not in html
    assert "url(" not in html.replace("url(#hatch)", "")


def test_the_policy_lets_in_the_one_style_block_and_no_more(html):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    policy = policy.replace("&#39;", "'")
    style = re.search(r"<style>(.*?)</style>", html, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert html.count("<style>") == 1
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )


def test_pictures_say_in_words_what_they_show_and_hold_no_script(read):
    pictures = read.all("img")
    assert pictures
    for attrs in pictures:
        assert len(attrs["alt"]) > 40
    for attrs in pictures + read.all("source"):
        address = attrs.get("src") or attrs["srcset"]
        svg = base64.b64decode(address.partition(",")[2]).decode()
        assert svg.startswith("<svg")
        assert "<script" not in svg
        assert "href" not in svg


def test_drawings_without_words_are_hidden_from_those_who_listen(read):
    assert all(attrs.get("aria-hidden") == "true" for attrs in read.all("svg"))


def test_tables_have_captions_or_headings_and_scopes(read):
    assert all("scope" in attrs for attrs in read.all("th"))
    for attrs in read.elements:
        if attrs[0] == "div" and attrs[1].get("role") == "region":
            assert attrs[1]["aria-label"]
            assert attrs[1]["tabindex"] == "0"


def test_ids_are_unique_and_every_link_has_an_end(read):
    ids = [attrs["id"] for _, attrs in read.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    for _, attrs in read.elements:
        for name in ("href", "aria-labelledby"):
            if name in attrs:
                assert attrs[name].lstrip("#") in ids


def test_the_first_words_say_whose_account_it_is(read):
    head = read.text[: read.text.index("In short") if "In short" in read.text else 900]
    for words in (
        "A newspaper (newspaper, 1 May 2020)",
        "4 May 2020",
        "winset takes no view",
        "no words of their own in it: Southland and Delta",
    ):
        assert words in head


def test_every_statement_stands_there_with_its_source(results, read):
    for statement in results.case.statements():
        assert statement.id in read.text
    assert "paper, 4 (Able)" in read.text
    assert "paper : A newspaper (newspaper, 1 May 2020)" in read.text
    assert "Red line of Southland: never The dam is “large”" in read.text


def test_the_chapters_come_in_order(read):
    titles = (
        "The answer", "What we do not know", "Who is who, and who decides what",
        "Leading packages", "Who gains what", "Those who are not at the table",
        "Small packages that could come first", "Every line and where it comes from", "Annex",
    )  # fmt: skip
    # Not the links of the contents, which come before.
    body = read.text[read.text.index("Shares are shares of") :]
    places = [body.index(title) if title != "The answer" else -1 for title in titles]
    assert places == sorted(places)


HOSTILE = '<script>alert("1")</script></style><b onload=x>&amp; {{7*7}} é'


def test_names_of_a_case_stay_text(compute, case_text):
    quoted = HOSTILE.replace('"', "'")
    text = (
        case_text.replace("Northland", f'"{quoted}"')
        .replace("title: The dam", f'title: "{quoted}"')
        .replace("Talks on a river", f'"{quoted}"')
        .replace("A newspaper", f'"{quoted}"')
        .replace("name: river", f'name: river\nmarking: "{quoted}"')
    )
    html = page(compute(text, draws=20))
    read = Page(html)
    assert "script" not in {tag for tag, _ in read.elements}
    assert "b" not in {tag for tag, _ in read.elements}
    assert html.count("<style>") == html.count("</style>") == 1
    assert quoted in read.text
    assert "49" not in read.text[:400]


def test_a_marking_stands_on_the_page_and_on_every_sheet(compute, case_text):
    text = case_text.replace("name: river", "name: river\nmarking: For the Cabinet only")
    html = page(compute(text, draws=20))
    style = re.search(r"<style>(.*?)</style>", html, re.S)[1]
    assert 'class="marking"' in html
    assert re.search(r'@page \{ @top-center \{ content: "For the Cabinet only"', style)
    assert "@bottom-center" in style


def test_without_a_marking_there_is_none(html):
    assert 'class="marking"' not in html
    assert "@top-center" not in html


def test_a_case_without_a_deal_has_a_page_too(no_deal):
    read = Page(page(no_deal))
    assert "can sign a deal in no reading" in read.text
    assert "What stands in the way" in read.text


def test_a_single_reading_has_a_page_too(compute, case_text):
    read = Page(page(compute(case_text, draws=1)))
    assert "1 readings" not in read.text


def test_dropped_lines_are_named(compute, case_text):
    results = compute(case_text, draws=20, without=["south.no-wall"], fixed={"toll": "no"})
    report = report_of(results)
    read = Page(render(report))
    assert "This is a variant of the case" in read.text
    assert "Dropped (one line): south.no-wall" in read.text
    assert "Toll on ships is “no”" in read.text
    assert "dropped in this run" in read.text


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", ["ink", "soft", "blue", "deep", "orange"])
@pytest.mark.parametrize("paper", ["paper", "wash"])
def test_text_stands_out_from_its_paper(name, paper):
    sheet = files("winset.report").joinpath("templates/report.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", sheet))
    light, dark = luminance(colours[paper]), luminance(colours[name])
    assert (light + 0.05) / (dark + 0.05) >= 4.5
