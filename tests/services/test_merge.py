"""Merging shared and local text: a local word is never lost, everything else follows the reference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.merge import MergedService, merge, merge_text
from services.models import LocalServicePage, LocalTextModule, ServicePage
from services.modes import ModuleMode
from services.text_modules import TEXT_MODULES

# Wagtail looks up the content type of every new page object.
pytestmark = pytest.mark.django_db

words = st.text(alphabet="abcdefghij äöü", min_size=1, max_size=20).filter(str.strip)
codes = st.sampled_from([module.code for module in TEXT_MODULES])
local_parts = st.lists(st.tuples(codes, st.sampled_from(ModuleMode.values), words), max_size=8)
references = st.dictionaries(st.sampled_from([module.field for module in TEXT_MODULES]), words)


def local_page(parts: list[tuple[str, str, str]], **fields: object) -> LocalServicePage:
    page = LocalServicePage(title="Örtlich", **fields)
    page.text_modules = [LocalTextModule(code=code, mode=mode, text=text) for code, mode, text in parts]
    return page


def everything(merged: MergedService) -> str:
    texts = [text.text for text in merged.texts]
    if merged.documents_text:
        texts.append(merged.documents_text.text)
    return "\n".join([merged.summary, *texts])


@given(reference=references, parts=local_parts)
def test_no_local_word_is_lost(reference: dict[str, str], parts: list[tuple[str, str, str]]) -> None:
    shown = everything(merge(ServicePage(title="Leistung", **reference), local_page(parts)))
    last_replacement = {code: text for code, mode, text in parts if mode == ModuleMode.REPLACE}
    for code, mode, text in parts:
        if mode != ModuleMode.REPLACE or last_replacement[code] == text:
            assert text in shown


@given(reference=references, parts=local_parts)
def test_what_is_not_local_follows_the_reference(reference: dict[str, str], parts: list[tuple[str, str, str]]) -> None:
    service = ServicePage(title="Leistung", **reference)
    touched = {code for code, _mode, _text in parts}
    alone = {text.code: text for text in merge(service, None).texts}
    merged = {text.code: text for text in merge(service, local_page(parts)).texts}
    untouched = set(alone) - touched
    assert all(merged[code] == alone[code] for code in untouched)
    assert not any(merged[code].is_local for code in untouched)


@given(reference=references, parts=local_parts)
def test_equal_inputs_give_equal_outputs(reference: dict[str, str], parts: list[tuple[str, str, str]]) -> None:
    def once() -> MergedService:
        return merge(ServicePage(title="Leistung", **reference), local_page(parts))

    assert once() == once()


@given(reference=words, before=words, after=words, replacement=words)
def test_the_order_of_the_parts(reference: str, before: str, after: str, replacement: str) -> None:
    around = [LocalTextModule(mode="after", text=after), LocalTextModule(mode="before", text=before)]
    assert merge_text(reference, around) == "\n".join([before, reference, after])
    assert merge_text(reference, [*around, LocalTextModule(mode="replace", text=replacement)]) == "\n".join(
        [before, replacement, after]
    )


def test_a_plain_reference_text_stays_plain_beside_a_rich_local_one() -> None:
    service = ServicePage(title="Leistung", short_text="Für Kinder < 6 & Eltern")
    assert merge(service, None).summary == "Für Kinder < 6 & Eltern"
    assert not merge(service, None).summary_is_rich
    merged = merge(service, local_page([("05", "after", "<p>Nur vormittags.</p>")]))
    assert merged.summary_is_rich
    assert "Für Kinder &lt; 6 &amp; Eltern" in merged.summary
    assert merged.summary.endswith("<p>Nur vormittags.</p>")


def test_a_deleted_reference_leaves_the_local_text() -> None:
    merged = merge(None, local_page([("06", "after", "<p>Bei uns.</p>")], processing_time="zwei Wochen"))
    assert (merged.title, merged.processing_time) == ("Örtlich", "zwei Wochen")
    assert [text.text for text in merged.texts] == ["<p>Bei uns.</p>"]
    assert merge(None, None) == MergedService(title="")


def cost(condition: str, *, confirmed: bool = True) -> tuple[str, dict[str, object]]:
    return ("cost", {"type": "free", "condition": condition, "confirmed": confirmed})


def conditions(merged: MergedService) -> list[str]:
    return [value["condition"] for value in merged.costs]


def test_structured_facts_are_inherited_added_or_replaced() -> None:
    service = ServicePage(title="Leistung", costs=[cost("überall")])
    for mode, expected in (("inherit", ["überall"]), ("add", ["überall", "hier"]), ("replace", ["hier"])):
        assert conditions(merge(service, local_page([], costs_mode=mode, costs=[cost("hier")]))) == expected


def test_facts_that_nobody_has_checked_are_never_shown() -> None:
    service = ServicePage(
        title="Leistung",
        costs=[cost("geprüft"), cost("aus dem Gedächtnis", confirmed=False)],
        deadlines=[("deadline", {"text": "sofort", "confirmed": False})],
        legal_bases=[("legal_basis", {"law": "Prüfgesetz", "confirmed": False})],
    )
    merged = merge(service, local_page([], costs_mode="add", costs=[cost("auch nicht", confirmed=False)]))
    assert conditions(merged) == ["geprüft"]
    assert merged.deadlines == merged.legal_bases == []
