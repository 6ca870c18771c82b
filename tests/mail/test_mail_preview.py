"""The preview: both frames, both schemes, the plain text, and what is wrong where there is no letter."""

from urllib.request import urlopen

import newsroom
import pytest

from builder.errors import ContentError, FileError
from builder.mail.preview import Preview, failed, pages


def test_each_scheme_is_shown_on_any_machine():
    shown = pages(newsroom.compose())

    assert "prefers-color-scheme" not in shown["/letter/light"] + shown["/letter/dark"]
    assert "@media all{.ground{background-color:#141518" in shown["/letter/dark"]
    assert "@media not all{.ground" in shown["/letter/light"]
    assert shown["/"].count("<iframe") == 3
    assert "3. Story number 3" in shown["/text/dark"]


def test_words_of_people_are_text_in_the_frames_too():
    edition = newsroom.edition(("P", (1,)), title="<script>alert(1)</script>", preheader="</p><img src=x>")
    shown = pages(newsroom.compose(edition))

    assert "<script>alert" not in shown["/"]
    assert "<img src=x>" not in shown["/"]


def test_it_is_served_on_this_machine_and_made_anew_at_each_look():
    letters = iter(["one", "two"])
    preview = Preview(lambda: {"/": next(letters)}, 0)
    preview.start()
    try:
        assert preview.url.startswith("http://127.0.0.1:")
        assert [urlopen(preview.url).read() for _ in range(2)] == [b"one", b"two"]
        with pytest.raises(FileError, match="cannot be used"):
            Preview(dict, int(preview.url.rpartition(":")[2].strip("/")))
    finally:
        preview.stop()


def test_a_fault_is_shown_in_place_of_the_letter():
    shown = failed(ContentError("there is no edition 9", "The latest are 1."))

    assert "there is no edition 9" in shown["/"]
