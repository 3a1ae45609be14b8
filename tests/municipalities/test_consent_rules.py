"""When the municipalities have consented: every rule's table, and what holds for all rules whoever answers when."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from municipalities.consent.rules import Tally, decide, explain
from municipalities.models import ConsentAnswer, ConsentRule

AGREE, OBJECT, ABSTAIN, SILENT = (*ConsentAnswer, None)
UNANIMOUS, MAJORITY, SILENCE = ConsentRule
answers = st.lists(st.sampled_from([AGREE, OBJECT, ABSTAIN, SILENT]), max_size=12)
rules = st.sampled_from(list(ConsentRule))


def tally(given: list[ConsentAnswer | None]) -> Tally:
    return Tally(given.count(AGREE), given.count(OBJECT), given.count(ABSTAIN), given.count(SILENT))


def run(rule: str, final: list[ConsentAnswer | None], order: list[int]) -> bool | None:
    """The municipalities answer one after the other, until the decision falls or the date comes."""
    now: list[ConsentAnswer | None] = [SILENT] * len(final)
    for index in order:
        now[index] = final[index]
        result = decide(rule, tally(now), is_over=False)
        if result is not None:
            return result
    return decide(rule, tally(now), is_over=True)


# agree, object, abstain, silent; before the date; at the date
TABLE = {
    UNANIMOUS: [
        ((3, 0, 0, 0), True, True),
        ((2, 0, 1, 0), True, True),
        ((2, 0, 0, 1), None, False),
        ((2, 1, 0, 0), False, False),
        ((0, 1, 0, 2), False, False),
        ((0, 0, 3, 0), False, False),
        ((0, 0, 0, 3), None, False),
        ((0, 0, 0, 0), False, False),
    ],
    MAJORITY: [
        ((3, 0, 0, 0), True, True),
        ((2, 0, 0, 1), True, True),
        ((2, 0, 0, 2), None, True),
        ((1, 0, 2, 0), True, True),
        ((1, 0, 0, 9), None, True),
        ((1, 1, 1, 0), False, False),
        ((1, 1, 0, 1), None, False),
        ((0, 2, 0, 2), False, False),
        ((1, 2, 0, 1), False, False),
        ((0, 0, 3, 0), False, False),
        ((0, 0, 0, 3), None, False),
        ((0, 0, 0, 0), False, False),
    ],
    SILENCE: [
        ((0, 0, 0, 3), None, True),
        ((1, 0, 1, 1), None, True),
        ((1, 0, 2, 0), True, True),
        ((0, 0, 3, 0), True, True),
        ((9, 1, 0, 0), False, False),
        ((0, 1, 0, 9), False, False),
        ((0, 0, 0, 0), False, False),
    ],
}


@pytest.mark.parametrize(("rule", "case"), [(rule, case) for rule, cases in TABLE.items() for case in cases])
def test_each_rule(rule: ConsentRule, case: tuple[tuple[int, int, int, int], bool | None, bool]) -> None:
    counts, before, at_the_date = case
    assert decide(rule, Tally(*counts), is_over=False) is before
    assert decide(rule, Tally(*counts), is_over=True) is at_the_date
    assert explain(rule, Tally(*counts), at_the_date)


@given(rules, answers)
def test_at_the_date_there_is_always_a_result(rule: str, given: list[ConsentAnswer | None]) -> None:
    assert decide(rule, tally(given), is_over=True) in (True, False)


@given(rules, answers, st.data())
def test_the_order_of_the_answers_does_not_matter(
    rule: str, final: list[ConsentAnswer | None], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(final))))
    assert run(rule, final, list(order)) is decide(rule, tally(final), is_over=True)


@given(rules, answers)
def test_an_early_decision_holds_whatever_else_is_answered(rule: str, given: list[ConsentAnswer | None]) -> None:
    now = tally(given)
    early = decide(rule, now, is_over=False)
    if early is None or now.asked == 0:
        return
    for agree, object_ in product(range(now.silent + 1), repeat=2):
        if agree + object_ <= now.silent:
            later = Tally(now.agree + agree, now.object + object_, now.abstain, now.silent - agree - object_)
            assert decide(rule, later, is_over=True) is early


@given(rules, answers)
def test_a_decision_waits_only_as_long_as_it_can_be_turned(rule: str, given: list[ConsentAnswer | None]) -> None:
    now = tally(given)
    if decide(rule, now, is_over=False) is not None:
        return
    ends = {
        decide(rule, Tally(now.agree + agree, now.object + now.silent - agree, now.abstain, 0), is_over=True)
        for agree in range(now.silent + 1)
    }
    ends.add(decide(rule, now, is_over=True))
    assert ends == {True, False}


@given(rules, answers, st.booleans(), st.data())
def test_an_objection_more_never_helps(
    rule: str, given: list[ConsentAnswer | None], is_over: bool, data: st.DataObject
) -> None:
    if not given:
        return
    before = decide(rule, tally(given), is_over=is_over)
    worse = list(given)
    worse[data.draw(st.integers(0, len(given) - 1))] = OBJECT
    if before is False:
        assert decide(rule, tally(worse), is_over=is_over) is False
    assert decide(rule, tally([*given, OBJECT]), is_over=is_over) is not True or before is True


@given(rules, answers, st.data())
def test_an_agreement_in_place_of_another_answer_never_harms(
    rule: str, given: list[ConsentAnswer | None], data: st.DataObject
) -> None:
    if not given:
        return
    better = list(given)
    better[data.draw(st.integers(0, len(given) - 1))] = AGREE
    if decide(rule, tally(given), is_over=True):
        assert decide(rule, tally(better), is_over=True)
