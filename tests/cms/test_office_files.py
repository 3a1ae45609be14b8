"""Documents that are broken in some way are refused; none of them makes the check stumble."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.office_files import is_what_it_says
from tests.files import OPEN_TEXT, PDF, WORD

_GOOD = {"odt": OPEN_TEXT, "docx": WORD, "pdf": PDF}
# Where an archive says of its first part that it is encrypted, how it is packed, and what its sum is: once before the
# part, once in the list at the end.
_FLAGS, _PACKING, _SUM = 6, 8, 14
_LISTED = 2


def changed(content: bytes, offset: int, value: int) -> bytes:
    """The archive with one byte of the description of its first part changed, at both places."""
    listed = content.index(b"PK\x01\x02") + _LISTED
    made = bytearray(content)
    made[offset] = made[listed + offset] = value
    return bytes(made)


@pytest.mark.parametrize("kind", _GOOD)
def test_a_whole_document_is_what_it_says(kind: str) -> None:
    assert is_what_it_says(BytesIO(_GOOD[kind]), kind)


@pytest.mark.parametrize(("offset", "value"), [(_FLAGS, 1), (_PACKING, 99), (_PACKING, 8), (_PACKING, 14), (_SUM, 0)])
def test_an_open_document_whose_kind_cannot_be_read_is_refused(offset: int, value: int) -> None:
    assert not is_what_it_says(BytesIO(changed(OPEN_TEXT, offset, value)), "odt")


@given(st.sampled_from(sorted(_GOOD)), st.data())
def test_no_damage_makes_the_check_fail(kind: str, data: st.DataObject) -> None:
    content = bytearray(_GOOD[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    file = BytesIO(bytes(content[:cut]))
    assert is_what_it_says(file, kind) in (True, False)
    assert file.tell() == 0
