"""A body in the view that was chosen, or in the nearest one it has."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from helpers.ids import ACCOUNT, ORDER, SHAPES
from helpers.verdicts import MARKETPLACE_CLAIM, jwt, marketplace_claims
from hookscope.deliveries import Headers
from hookscope.ui.inspector.body_view import BYTES, TEXT, TREE, BodyView
from hookscope.ui.inspector.content import body_of
from hookscope.ui.inspector.copying import Entry
from hookscope.ui.inspector.pairs import VALUE, PairsView
from hookscope.ui.inspector.token_body import ABOUT
from hookscope.ui.parts.cell_delegate import ExtrasRole
from hookscope.ui.parts.strip import Strip

JSON: Headers = (("Content-Type", "application/json"),)
PLAIN: Headers = (("Content-Type", "text/plain"),)
FORM: Headers = (("Content-Type", "application/x-www-form-urlencoded"),)


@pytest.fixture
def view(qtbot: QtBot) -> BodyView:
    found = BodyView("Body")
    qtbot.addWidget(found)
    found.resize(600, 300)
    found.show()
    return found


def sentences(view: BodyView) -> list[str]:
    return [strip.label.raw_text() for strip in view.findChildren(Strip) if not strip.isHidden()]


@pytest.mark.parametrize(
    ("headers", "raw", "raw_first", "shown"),
    [
        (JSON, b'{"a": 1}', False, TREE),
        (FORM, b"a=1", False, TREE),
        (PLAIN, b"hello", False, TEXT),
        (JSON, b"{", False, TEXT),
        (PLAIN, b"\x00\x01", False, BYTES),
        ((), b"GET / garbage", True, BYTES),
    ],
)
def test_a_body_without_a_tree_is_shown_as_it_can_be(
    view: BodyView, headers: Headers, raw: bytes, raw_first: bool, shown: str
) -> None:
    view.show_body(body_of(headers, raw), raw_first=raw_first)
    assert view.view == shown
    visible = [page for page in (view.tree, view.form, view.text, view.bytes) if page.isVisible()]
    assert len(visible) == 1


def test_the_chosen_view_holds_for_the_next_body(view: BodyView) -> None:
    view.set_view(BYTES)
    view.show_body(body_of(JSON, b'{"a": 1}'))
    assert view.view == BYTES
    assert view.bytes.selected() == b"{"
    view.set_view(TEXT)
    assert view.text.lines.toPlainText() == '{"a": 1}'
    view.show_body(body_of(JSON, b"[2]"))
    assert view.text.lines.toPlainText() == "[2]"
    view.set_view(TREE)
    assert view.tree.isVisible()


def test_form_fields(view: BodyView) -> None:
    headers = (("Content-Type", "multipart/form-data; boundary=B"),)
    head = b"--B\r\nContent-Disposition: form-data; name="
    photo = head + b'"photo"; filename="cat.png"\r\nContent-Type: image/png\r\n\r\n\x00\x00\r\n'
    view.show_body(body_of(headers, photo + head + b'"x"\r\n\r\n\x00\r\n--B--'))
    model = view.form.pairs
    assert model.heading(0) == "Form fields"
    shown = [(model.index(row, 0).data(), model.index(row, 1).data()) for row in (1, 2)]
    assert shown == [("photo", "cat.png · image/png · 2 B"), ("x", "1 B")]


def test_empty_body(view: BodyView) -> None:
    for chosen in (TREE, TEXT, BYTES):
        view.set_view(chosen)
        view.show_body(body_of(JSON, b""))
        assert view.empty.isVisible()
        assert view.empty.text() == "The body is empty."


def test_notes_go_with_their_body(view: BodyView, qtbot: QtBot) -> None:
    view.show_body(body_of(JSON, b"{"))
    qtbot.waitUntil(lambda: len(sentences(view)) == 1)
    assert sentences(view)[0].startswith("The body is not JSON. Line 1, column 2")
    view.show_body(body_of(JSON, b"{}"))
    assert sentences(view) == []


@pytest.mark.parametrize("chosen", [TREE, TEXT, BYTES])
def test_find(view: BodyView, qtbot: QtBot, chosen: str) -> None:
    view.set_view(chosen)
    view.show_body(body_of(JSON, b'{"a": "needle", "b": "needle"}'))
    view.find_bar.open()
    qtbot.keyClicks(view.find_bar.field, "needle")
    qtbot.keyClick(view.find_bar.field, Qt.Key.Key_Return)
    assert view.find_bar.result.raw_text() == ""
    qtbot.keyClicks(view.find_bar.field, "s")
    qtbot.keyClick(view.find_bar.field, Qt.Key.Key_Return)
    assert view.find_bar.result.raw_text() == "Not found"


def test_esc_puts_the_search_away(view: BodyView, qtbot: QtBot) -> None:
    view.show_body(body_of(JSON, b"{}"))
    shown = []
    view.find_bar.open()
    shown.append(view.find_bar.isVisible())
    qtbot.keyClick(view.find_bar.field, Qt.Key.Key_Escape)
    shown.append(view.find_bar.isVisible())
    assert shown == [True, False]


def test_what_comes_of_a_body_before_is_forgotten(view: BodyView) -> None:
    view.set_view(TEXT)
    view.show_body(body_of(PLAIN, b"x" * 1_000_000))
    loading = [view.text.loading]
    view.set_view(TREE)
    view.show_body(body_of(JSON, b"{}"))
    loading.append(view.text.loading)
    assert loading == [True, False]
    assert view.text.lines.toPlainText() == ""


def test_a_token_shows_what_it_holds(view: BodyView, qtbot: QtBot) -> None:
    view.show_body(body_of(PLAIN, jwt(marketplace_claims(1_795_435_200)), MARKETPLACE_CLAIM))
    assert view.view == TREE
    qtbot.waitUntil(lambda: sentences(view) == [ABOUT])
    assert view.tree.json.index(0, 0).data() == MARKETPLACE_CLAIM
    assert view.tree.isExpanded(view.tree.json.index(0, 0))
    assert view.tree.header().sectionSize(0) >= view.tree.sizeHintForColumn(0)
    beside = [view.beside.pairs.index(row, 0).data() for row in range(view.beside.pairs.rowCount())]
    assert beside == [None, "iss", "iat", "exp", None, "alg", "typ"]
    assert view.beside.isVisible()
    assert 280 <= view.beside.width() <= 420


def test_the_bytes_of_a_token_stay_as_they_were_sent(view: BodyView) -> None:
    token = jwt({"data": {"a": 1}})
    view.show_body(body_of(PLAIN, token))
    view.set_view(TEXT)
    assert view.text.lines.toPlainText().replace("\n", "").encode() == token
    assert not view.beside.isVisible()
    view.set_view(BYTES)
    view.bytes.select(0, len(token))
    assert view.bytes.selected() == token
    view.set_view(TREE)
    view.show_body(body_of(JSON, b"{}"))
    assert not view.beside.isVisible()
    assert sentences(view) == []


def test_a_hostile_token_is_shown_plainly(view: BodyView) -> None:
    hostile = "<b>\u202e\x00" + "x" * 100_000
    view.show_body(body_of(PLAIN, jwt({hostile: {hostile: hostile}, "iss": hostile})))
    assert view.tree.json.index(0, 0).data().startswith("<b>‹U+202E›‹U+0000›xx")
    assert view.beside.pairs.index(1, 1).data().startswith("<b>‹U+202E›‹U+0000›xx")
    assert view.beside.width() <= 420
    view.grab()


def asked_of(view: BodyView) -> tuple[list[tuple[str, str]], list[str]]:
    """What the view asks for from now on: records, and texts to filter by."""
    records: list[tuple[str, str]] = []
    filters: list[str] = []
    view.look_up_requested.connect(lambda id, type: records.append((id, type)))
    view.filter_requested.connect(filters.append)
    return records, filters


def choose_all(entries: list[Entry]) -> None:
    for _, call in entries:
        call()


def test_ids_lead_to_their_records_from_every_view(view: BodyView) -> None:
    view.set_types_of(SHAPES.types_of)
    records, filters = asked_of(view)
    view.show_body(body_of(JSON, f'{{"a": "{ORDER}"}}'.encode()))
    choose_all(view.tree.entries(view.tree.json.index(0, 0)))
    view.set_view(TEXT)
    assert view.text.lines.find_next(ORDER)
    menu = view.text.lines.menu(view.text.lines.textCursor())
    menu.actions()[0].trigger()
    menu.deleteLater()
    view.set_view(TREE)
    view.show_body(body_of(FORM, f"account={ACCOUNT}".encode()))
    choose_all(view.form.entries(view.form.pairs.index(1, VALUE)))
    assert records == [(ORDER, "order")] * 2 + [(ACCOUNT, "account")]
    assert filters == [ORDER]


def test_claims_beside_a_token_lead_to_their_records_too(view: BodyView) -> None:
    view.set_types_of(SHAPES.types_of)
    records, _ = asked_of(view)
    view.show_body(body_of(PLAIN, jwt({"sub": ACCOUNT, "data": {"order": ORDER}})))
    choose_all(view.beside.entries(view.beside.pairs.index(1, VALUE)))
    choose_all(view.tree.entries(view.tree.json.at("data.order")))
    assert records == [(ACCOUNT, "account"), (ORDER, "order")]


def words(view: BodyView) -> list[str]:
    cells = [view.tree.json.index(0, VALUE)]
    pairs: list[PairsView] = [view.form, view.beside]
    cells += [each.pairs.index(1, VALUE) for each in pairs if each.pairs.rowCount()]
    return [extras.remark for cell in cells if (extras := cell.data(ExtrasRole))]


def test_only_what_was_sent_has_words_beside_it(view: BodyView, qtbot: QtBot) -> None:
    sent = BodyView("Body", sent=True)
    qtbot.addWidget(sent)
    for each in (view, sent):
        each.show_body(body_of(FORM, b"a="))
        each.show_body(body_of(PLAIN, jwt({"sub": "", "data": {"order": ""}})))
        each.tree.set_value((("a", ""),))
    assert words(view) == ["", "", ""]
    assert words(sent) == ["empty", "empty", "empty"]


def test_a_path_is_shown_in_the_tree(view: BodyView) -> None:
    view.show_body(body_of(JSON, b'{"a": {"b c": [1, 2]}}'))
    view.set_view(TEXT)
    assert view.select_path('a."b c"[1]')
    assert (view.view, view.tree.currentIndex().siblingAtColumn(1).data()) == (TREE, "2")
    assert not view.select_path("a.x")
    view.show_place("a")
    assert view.tree.currentIndex().data() == "a"
    view.show_body(body_of(PLAIN, b"hello"))
    assert not view.select_path("a")
