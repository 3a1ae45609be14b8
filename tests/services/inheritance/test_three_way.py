"""Merging two changes of one text: nothing anyone wrote is lost, and nobody's order matters."""

import json
import os
import subprocess
import sys
from collections import Counter
from random import Random

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from services.inheritance.fragments import Fragment, atoms, fragments, joined
from services.inheritance.three_way import Agreed, Conflict, TextMerge, Versions, merge_sequences, merge_texts

letters = st.lists(st.sampled_from("abcdefgh"), max_size=9)
words = st.text(alphabet="abcäß<& ", min_size=1, max_size=12).filter(lambda text: text.strip() == text and text)
# Where items are taken for versions of others: nowhere, everywhere, or in some places.
versions = st.sampled_from(
    [
        None,
        lambda before, after: list(range(len(before))),
        lambda before, after: [
            at for at, (a, b) in enumerate(zip(before, after, strict=True)) if (ord(a) + ord(b)) % 3
        ],
    ]
)
kinds = st.sampled_from(["p", "h3", "ul", "ol"])


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


texts = st.lists(st.builds(Fragment, kinds, words.map(escaped)), max_size=6).map(joined)


def said(parts: list[Agreed[str] | Conflict[str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for part in parts:
        if isinstance(part, Agreed):
            found.update(part.items)
        else:
            found.update(part.theirs)
            found.update(part.ours)
    return found


@given(base=letters, theirs=letters, ours=letters, where=versions)
def test_nothing_that_anyone_wrote_is_lost(
    base: list[str], theirs: list[str], ours: list[str], where: Versions[str] | None
) -> None:
    found = said(merge_sequences(base, theirs, ours, where))
    for side in (theirs, ours):
        written = Counter(side) - Counter(base)
        assert not written - found


@given(base=letters, theirs=letters, ours=letters, where=versions)
def test_nothing_appears_that_nobody_wrote(
    base: list[str], theirs: list[str], ours: list[str], where: Versions[str] | None
) -> None:
    assert not said(merge_sequences(base, theirs, ours, where)) - (Counter(theirs) + Counter(ours))


@given(base=letters, theirs=letters, ours=letters, where=versions)
def test_swapping_the_sides_swaps_the_sides_of_the_conflicts(
    base: list[str], theirs: list[str], ours: list[str], where: Versions[str] | None
) -> None:
    swapped = [
        part if isinstance(part, Agreed) else Conflict(part.base, part.ours, part.theirs)
        for part in merge_sequences(base, ours, theirs, where)
    ]
    assert swapped == merge_sequences(base, theirs, ours, where)


@given(base=texts, change=texts)
def test_who_changed_nothing_gets_the_change(base: str, change: str) -> None:
    for merged in (merge_texts(base, change, base), merge_texts(base, base, change), merge_texts(base, change, change)):
        assert not merged.has_conflicts
        assert merged.html == joined(fragments(change))


def test_equal_inputs_give_equal_outputs_in_every_process() -> None:
    """Sets and dictionaries of words come in another order in each process; what is merged must not."""
    chance = Random(5)

    def text() -> str:
        return "".join(
            f"<p>{' '.join(chance.choices('abcdefgh', k=4))}</p>" for _paragraph in range(chance.randint(0, 5))
        )

    cases = json.dumps([[text(), text(), text()] for _case in range(150)])
    script = (
        "import json, sys\n"
        "from services.inheritance.three_way import merge_texts\n"
        "print([repr(merge_texts(*case)) for case in json.load(sys.stdin)])"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", script],
            input=cases,
            capture_output=True,
            text=True,
            check=True,
            cwd=settings.BASE_DIR,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(settings.BASE_DIR)},
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(found) == 1
    assert "Conflict" in found.pop()


@given(base=texts, theirs=texts, ours=texts)
def test_no_new_paragraph_is_lost(base: str, theirs: str, ours: str) -> None:
    """Merging word by word may join a paragraph of both; each of the words is still there."""
    merged = Counter(atom for part in fragments(merge_texts(base, theirs, ours).html) for atom in atoms(part.html))
    known = Counter(atom for part in fragments(base) for atom in atoms(part.html))
    for side in (theirs, ours):
        written = Counter(atom for part in fragments(side) for atom in atoms(part.html) if atom.strip())
        assert not written - known - merged


@given(text=texts)
def test_taken_apart_and_put_together_it_is_the_same(text: str) -> None:
    assert joined(fragments(text)) == text


def test_changes_in_different_places_need_nobody() -> None:
    base = "<p>Bringen Sie ein Foto mit.</p><p>Die Gebühr zahlen Sie bar.</p>"
    theirs = "<p>Bringen Sie ein digitales Foto mit.</p><p>Die Gebühr zahlen Sie bar.</p>"
    ours = "<p>Bringen Sie ein Foto mit.</p><p>Die Gebühr zahlen Sie mit Karte.</p>"
    merged = merge_texts(base, theirs, ours)
    assert not merged.has_conflicts
    assert merged.html == "<p>Bringen Sie ein digitales Foto mit.</p><p>Die Gebühr zahlen Sie mit Karte.</p>"


def test_other_words_of_one_paragraph_need_nobody() -> None:
    merged = merge_texts(
        "<p>Kommen Sie mit dem alten Ausweis ins Rathaus, Zimmer 3.</p>",
        "<p>Kommen Sie mit dem alten Ausweis oder Pass ins Rathaus, Zimmer 3.</p>",
        "<p>Kommen Sie mit dem alten Ausweis ins Rathaus, Zimmer 12.</p>",
    )
    assert not merged.has_conflicts
    assert merged.html == "<p>Kommen Sie mit dem alten Ausweis oder Pass ins Rathaus, Zimmer 12.</p>"


def test_the_same_words_changed_twice_are_left_to_a_person() -> None:
    merged = merge_texts("<p>Zahlen Sie bar.</p>", "<p>Zahlen Sie mit Karte.</p>", "<p>Zahlen Sie am Automaten.</p>")
    assert merged.has_conflicts
    assert merged == TextMerge(
        (
            Conflict(
                (Fragment("p", "Zahlen Sie bar."),),
                (Fragment("p", "Zahlen Sie mit Karte."),),
                (Fragment("p", "Zahlen Sie am Automaten."),),
            ),
        )
    )
    assert "Karte" in merged.html
    assert "Automaten" in merged.html


def test_struck_out_here_and_changed_there_is_left_to_a_person() -> None:
    assert merge_texts("<p>a</p><p>b</p>", "<p>a</p>", "<p>a</p><p>b neu</p>").has_conflicts


def test_points_of_a_list_are_merged_one_by_one() -> None:
    merged = merge_texts(
        "<ul><li>Foto</li><li>Ausweis</li></ul>",
        "<ul><li>Foto</li><li>Ausweis</li><li>Urkunde</li></ul>",
        "<ul><li>Foto, auch vom Automaten im Rathaus</li><li>Ausweis</li></ul>",
    )
    assert merged.html == "<ul><li>Foto, auch vom Automaten im Rathaus</li><li>Ausweis</li><li>Urkunde</li></ul>"


def test_who_rewrote_neighbouring_points_meets_the_change_of_one_of_them_alone() -> None:
    base = "<ol><li>Stellen Sie den Antrag.</li><li>Legen Sie Nachweise bei.</li><li>Holen Sie die Karte.</li></ol>"
    theirs = base.replace("Legen Sie Nachweise", "Legen Sie alle Nachweise")
    ours = base.replace("den Antrag", "den Antrag online").replace("bei.", "bitte bei.").replace("Karte", "Karte ab")
    merged = merge_texts(base, theirs, ours)
    assert not merged.has_conflicts
    assert merged.html == ours.replace("Legen Sie Nachweise", "Legen Sie alle Nachweise")
    clash = merge_texts(base, theirs, ours.replace("Nachweise", "Ihre Nachweise"))
    (conflict,) = [part for part in clash.parts if isinstance(part, Conflict)]
    assert joined(conflict.base) == "<ol><li>Legen Sie Nachweise bei.</li></ol>"


def test_other_paragraphs_in_the_place_of_several_are_no_versions_of_them() -> None:
    base = "<p>Bringen Sie ein Foto mit.</p><p>Zahlen Sie am Automaten.</p>"
    theirs = base.replace("Foto", "neues Foto")
    ours = "<p>Alles geht nur nach Anmeldung.</p><p>Rufen Sie uns vorher an.</p>"
    (conflict,) = merge_texts(base, theirs, ours).parts
    assert isinstance(conflict, Conflict)
    assert joined(conflict.ours) == ours


FEES = "<p>Kinder zahlen 10 Euro im Jahr.</p><p>Erwachsene zahlen 20 Euro im Jahr.</p>"


@pytest.mark.parametrize(
    "ours",
    [
        "<p>Erwachsene zahlen nur 20 Euro im Jahr.</p><p>Kinder zahlen nur 10 Euro im Jahr.</p>",
        "<p>Senioren zahlen 15 Euro im Jahr.</p><p>Kinder zahlen 10 Euro pro Jahr.</p>",
    ],
)
def test_sentences_of_one_pattern_that_were_moved_about_are_left_to_a_person(ours: str) -> None:
    theirs = FEES.replace("10 Euro im Jahr", "10 Euro im Monat")
    assert merge_texts(FEES, theirs, ours).has_conflicts
    assert merge_texts(FEES, ours, theirs).has_conflicts


def test_another_sentence_in_the_place_of_one_is_never_mixed_with_it() -> None:
    base = "<p>Zahlen Sie bitte im Voraus.</p><p>Bringen Sie ein Foto mit.</p>"
    theirs = base.replace("ein Foto", "ein neues Foto")
    ours = "<p>Zahlen Sie bitte immer im Voraus.</p><p>Rufen Sie uns vorher an.</p>"
    merged = merge_texts(base, theirs, ours)
    (conflict,) = [part for part in merged.parts if isinstance(part, Conflict)]
    assert joined(conflict.ours) == "<p>Rufen Sie uns vorher an.</p>"
    assert joined(conflict.theirs) == "<p>Bringen Sie ein neues Foto mit.</p>"


def test_the_keys_of_the_editor_are_no_change() -> None:
    assert fragments('<p data-block-key="abcde">Text</p>') == fragments("<p>Text</p>")


def test_links_are_never_cut() -> None:
    link = '<a href="https://example.org/a b">zum Antrag hier</a>'
    assert atoms(f"Hier geht es {link} weiter") == ["Hier", " ", "geht", " ", "es", " ", link, " ", "weiter"]


@pytest.mark.parametrize(
    "html",
    [
        "Text ohne Absatz",
        '<p class="x">mit Klasse</p>',
        "<ul>lose<li>Punkt</li></ul>",
        "<embed/>",
        "<p>offen",
        "<ul><li>a<ul><li>b</li></ul></li></ul>",
        "",
        "<!-- nichts -->",
    ],
)
def test_any_text_survives(html: str) -> None:
    once = joined(fragments(html))
    assert joined(fragments(once)) == once
    assert merge_texts(html, html, html).html == once
