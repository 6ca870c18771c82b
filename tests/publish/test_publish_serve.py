import threading
import urllib.error
import urllib.request

import pytest

from builder.errors import FileError
from builder.publish import serve


@pytest.fixture
def preview(tmp_path):
    (tmp_path / "items").mkdir()
    (tmp_path / "index.html").write_text("<body>Home</body>")
    (tmp_path / "404.html").write_text("<body>Not here</body>")
    (tmp_path / "items" / "index.html").write_text("<body>Items</body>")
    (tmp_path / "feed.xml").write_text("<rss></rss>")
    running = serve.Preview(tmp_path, 0)
    running.start()
    yield running
    running.stop()


def test_pages_carry_the_reload_script_and_other_files_do_not(preview):
    page = urllib.request.urlopen(preview.url + "items/").read().decode()
    feed = urllib.request.urlopen(preview.url + "feed.xml").read().decode()

    assert page.startswith('<body>Items<script src="/.briefpress/reload.js">')
    assert "EventSource" in urllib.request.urlopen(preview.url + ".briefpress/reload.js").read().decode()
    assert feed == "<rss></rss>"


def test_built_file_is_not_changed_by_being_served(preview, tmp_path):
    urllib.request.urlopen(preview.url).read()

    assert (tmp_path / "index.html").read_text() == "<body>Home</body>"


def test_missing_page_is_the_sites_own(preview):
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(preview.url + "nowhere/")

    with caught.value as answer:
        assert answer.code == 404
        assert b"Not here" in answer.read()


def test_server_listens_on_this_machine_only(preview):
    assert preview.url.startswith("http://127.0.0.1:")


def test_taken_port_is_a_clear_error(preview, tmp_path):
    port = int(preview.url.rstrip("/").rpartition(":")[2])

    with pytest.raises(FileError, match=f"port {port}"):
        serve.Preview(tmp_path, port)


def test_open_page_hears_of_a_new_build(preview):
    heard = threading.Event()

    def listen() -> None:
        with urllib.request.urlopen(preview.url.rstrip("/") + serve.RELOAD_PATH) as stream:
            for line in stream:
                if line.startswith(b"data:"):
                    heard.set()
                    return

    page = threading.Thread(target=listen, daemon=True)
    page.start()
    while not heard.wait(0.05) and page.is_alive():
        preview.reloads.announce()

    assert heard.is_set()
    page.join()


def test_failed_rebuild_does_not_reload_the_page():
    reloads = serve.Reloads()
    told = []
    reloads.announce = lambda: told.append("new")
    results = iter([True, False])

    done = list(serve.rebuilt(iter([None, None]), lambda: next(results), reloads))

    assert done == [True, False]
    assert told == ["new"]
