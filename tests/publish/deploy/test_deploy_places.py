from pathlib import Path

import destinations
import pytest
import worktree
from worktree import git

from builder.config import parse
from builder.errors import BriefpressError, DeployError, GitError
from builder.gitremote import Remote
from builder.gitrepo import Repo
from builder.publish.deploy import built, carry, places
from builder.publish.deploy.branch import Branch
from builder.publish.deploy.changes import changes
from builder.publish.deploy.folder import Folder

CONFIG = "site: {{title: A, url: 'https://a.example/'}}\ndeploy: {{{}}}\n"


def asked(root: Path, deploy: str) -> places.Asked:
    return places.Asked(parse(CONFIG.format(deploy).encode(), root), "https://a.example/", {})


def test_what_pages_need_is_put_first_and_what_leads_to_them_last():
    files = ("index.html", "a/b/index.html", "a/index.html", "feed.xml", "assets/a.css", "pic.png")

    found = changes(dict.fromkeys(files, "new"), {}, ())

    assert found.put == (
        "assets/a.css",
        "pic.png",
        "a/b/index.html",
        "a/index.html",
        "index.html",
        "feed.xml",
    )


def test_what_is_unknown_there_is_put_again():
    assert changes({"a": ""}, {"a": ""}, {"a"}).put == ("a",)


def test_a_foreign_file_in_the_way_stops_everything_and_the_same_file_does_not(tmp_path: Path):
    target = tmp_path / "www"
    target.mkdir()
    (target / "index.html").write_bytes(b"theirs")
    one = destinations.site(tmp_path / "site", {"index.html": b"ours", "a.css": b"ours"})

    with pytest.raises(DeployError, match=r"index\.html: stands there"):
        destinations.deploy(one, Folder(target))
    assert destinations.held(target) == {"index.html": b"theirs"}

    (target / "index.html").write_bytes(b"ours")
    destinations.deploy(one, Folder(target))
    assert destinations.held(target) == destinations.held(one.folder)


@pytest.mark.parametrize(("number", "rest"), [(1, []), (10, []), (11, ["1 more file is in the way"])])
def test_files_in_the_way_that_are_not_named_are_counted(number: int, rest: list[str]):
    names = {f"{place}.html": "theirs" for place in range(number)}

    with pytest.raises(DeployError) as caught:
        changes(dict.fromkeys(names, "ours"), names, ())

    assert [fault.message for fault in caught.value.faults if not fault.path] == rest


@pytest.mark.parametrize("site", [{"a/b.html": b""}, {"a": b""}])
def test_a_foreign_file_where_a_folder_is_to_be_or_a_folder_where_a_file_is(tmp_path: Path, site):
    target = tmp_path / "www"
    theirs = target / ("a" if "a/b.html" in site else "a/theirs")
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"theirs")

    with pytest.raises(DeployError, match="stands there"):
        destinations.deploy(destinations.site(tmp_path / "site", site), Folder(target))
    assert theirs.read_bytes() == b"theirs"


def test_a_link_in_the_target_is_never_followed_out_of_it(tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "b.html").write_bytes(b"theirs")
    target = tmp_path / "www"
    target.mkdir()
    (target / "a").symlink_to(outside)

    with pytest.raises(DeployError, match="a: stands there"):
        destinations.deploy(destinations.site(tmp_path / "site", {"a/b.html": b"ours"}), Folder(target))
    assert (outside / "b.html").read_bytes() == b"theirs"


def test_a_site_that_was_copied_by_hand_is_taken_over(tmp_path: Path):
    old = destinations.site(tmp_path / "old", {"index.html": b"old", "gone.html": b"old"})
    old.folder.rename(tmp_path / "www")

    destinations.deploy(
        destinations.site(tmp_path / "site", {"index.html": b"new"}), Folder(tmp_path / "www")
    )

    assert destinations.held(tmp_path / "www") == destinations.held(tmp_path / "site")


def test_a_damaged_record_in_the_target_stops_everything(tmp_path: Path):
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "briefpress-manifest.json").write_bytes(b"{")

    with pytest.raises(DeployError, match="cannot be read"):
        destinations.deploy(destinations.site(tmp_path / "site", {"a": b""}), Folder(tmp_path / "www"))


def test_a_file_that_is_not_as_built_is_not_deployed(tmp_path: Path):
    one = destinations.site(tmp_path / "site", {"a.html": b"built"})
    (one.folder / "a.html").write_bytes(b"changed")

    with pytest.raises(DeployError, match="not as the build wrote it"):
        destinations.deploy(one, Folder(tmp_path / "www"))


@pytest.mark.parametrize("to", ["", "content/here", ".", "..", "site", "site/sub", "static", "s3://a/b"])
def test_a_folder_of_the_newsletter_is_no_target(tmp_path: Path, to: str):
    with pytest.raises(DeployError):
        Folder.open(asked(tmp_path / "n", f"host: folder, to: '{to}'"))


def test_a_folder_beside_what_is_ours_is_a_target(tmp_path: Path):
    assert Folder.open(asked(tmp_path / "n", "host: folder, to: docs")).name.endswith("/n/docs")


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    root = tmp_path / "tree"
    root.mkdir()
    (root / "a.md").write_text("a\n")
    found = worktree.make(root, monkeypatch)
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    git(root, "remote", "add", "origin", str(tmp_path / "remote.git"))
    return found


def test_a_deployment_by_git_leaves_work_tree_index_and_branches_alone(tmp_path: Path, repo: Repo):
    (repo.root / "staged.md").write_text("staged\n")
    git(repo.root, "add", "staged.md")
    (repo.root / "a.md").write_text("changed\n")
    before = git(repo.root, "status", "--porcelain"), git(repo.root, "branch", "--list")

    destinations.deploy(
        destinations.site(tmp_path / "site", {"a.html": b"a"}), Branch(repo, "origin", "pages")
    )

    assert (git(repo.root, "status", "--porcelain"), git(repo.root, "branch", "--list")) == before
    assert git(tmp_path / "remote.git", "rev-list", "--count", "pages").strip() == "1"
    assert git(tmp_path / "remote.git", "show", "pages:a.html") == "a"


def test_a_second_deployment_follows_the_first_and_one_without_changes_makes_no_commit(
    tmp_path: Path, repo: Repo
):
    for text in (b"one", b"two", b"two"):
        one = destinations.site(tmp_path / "site", {"a.html": text})
        destinations.deploy(one, Branch(repo, "origin", "pages"))

    assert git(tmp_path / "remote.git", "rev-list", "--count", "pages").strip() == "2"


def test_a_branch_that_moved_meanwhile_is_not_pushed_over(tmp_path: Path, repo: Repo):
    late = Branch(repo, "origin", "pages")
    destinations.deploy(
        destinations.site(tmp_path / "site", {"a.html": b"first"}), Branch(repo, "origin", "pages")
    )

    with pytest.raises(DeployError, match="push to the branch pages of origin was refused"):
        destinations.deploy(destinations.site(tmp_path / "site", {"a.html": b"late"}), late)
    assert git(tmp_path / "remote.git", "show", "pages:a.html") == "first"


def test_hooks_of_a_push_run(tmp_path: Path, repo: Repo):
    hook = repo.root / ".git" / "hooks" / "pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho no such day >&2\nexit 1\n")
    hook.chmod(0o755)

    with pytest.raises(DeployError, match="no such day"):
        destinations.deploy(
            destinations.site(tmp_path / "site", {"a.html": b""}), Branch(repo, "origin", "pages")
        )


def test_a_remote_that_cannot_be_reached_is_named(tmp_path: Path, repo: Repo):
    (tmp_path / "remote.git").rename(tmp_path / "moved.git")

    with pytest.raises(GitError, match="ls-remote refused"):
        Branch(repo, "origin", "pages")


@pytest.mark.parametrize(
    ("deploy", "said"),
    [
        ("host: github-pages", "to which branch"),
        ("host: github-pages, branch: main", "the newsletter itself is on"),
        ("host: github-pages, branch: pages, remote: upstream", "no git remote upstream"),
    ],
)
def test_a_branch_that_cannot_be_is_refused(repo: Repo, deploy: str, said: str):
    with pytest.raises(DeployError, match=said):
        Branch.open(asked(repo.root, deploy))


@pytest.mark.parametrize("name", ["a..b", "-a", "a b", "a.lock", "/a", "a//b", "@{", ".a"])
def test_no_name_of_a_branch_is_no_branch(tmp_path: Path, name: str):
    with pytest.raises(BriefpressError, match="no name of a branch"):
        asked(tmp_path, f"host: github-pages, branch: '{name}'")


def test_a_build_that_was_cut_short_is_no_site(tmp_path: Path):
    one = destinations.site(tmp_path / "site", {"a.html": b"a"})
    manifest = one.folder / "briefpress-manifest.json"
    digest = one.digests["a.html"]
    manifest.write_text(manifest.read_text().replace(f'"digest":"{digest}"', '"digest":""'))

    with pytest.raises(DeployError, match="did not end"):
        built.read(one.folder)
    assert carry.UNDER_WAY not in one.digests


@pytest.mark.parametrize("key", ["remote", "to"])
def test_what_git_would_take_for_an_option_is_refused(tmp_path: Path, key: str):
    with pytest.raises(BriefpressError, match=rf"deploy\.{key}: begins with a hyphen"):
        asked(tmp_path, f"host: github-pages, branch: pages, {key}: '--upload-pack=touch pwned'")


def test_git_takes_no_remote_for_an_option(tmp_path: Path, repo: Repo):
    remote = f"--upload-pack=touch {tmp_path}/pwned"

    with pytest.raises(GitError):
        Remote(repo, remote).fetched("pages")
    with pytest.raises(GitError):
        Remote(repo, f"--receive-pack=touch {tmp_path}/pwned").push(repo.branch())
    with pytest.raises(GitError):
        Remote(repo, f"--receive-pack=touch {tmp_path}/pwned").push_commit(repo.head(), "pages", expected="")

    assert repo.remote("--all") == ""
    assert not (tmp_path / "pwned").exists()


def test_a_link_in_the_place_of_a_file_of_ours_is_replaced_itself(tmp_path: Path):
    target, mine = tmp_path / "www", tmp_path / "www" / "mine.html"
    files = {"index.html": b"ours", "about/index.html": b"ours"}
    destinations.deploy(destinations.site(tmp_path / "site", files), Folder(target))
    mine.write_bytes(b"MINE")
    for path, to in (("index.html", "mine.html"), ("about/index.html", "../mine.html")):
        (target / path).unlink()
        (target / path).symlink_to(to)

    destinations.deploy(destinations.site(tmp_path / "site", {"index.html": b"new"}), Folder(target))

    assert mine.read_bytes() == b"MINE"
    assert not (target / "index.html").is_symlink()
    assert (target / "index.html").read_bytes() == b"new"
    assert not (target / "about").exists()


def test_a_folder_of_ours_that_became_a_link_is_refused(tmp_path: Path):
    target = tmp_path / "www"
    destinations.deploy(destinations.site(tmp_path / "site", {"a/b.html": b"ours"}), Folder(target))
    (target / "a").rename(target / "c")
    (target / "a").symlink_to("c")

    place = Folder(target)
    for act in (lambda: place.put("a/b.html", b"x"), lambda: place.remove("a/b.html")):
        with pytest.raises(DeployError, match="reached by a link"):
            act()

    assert (target / "c" / "b.html").read_bytes() == b"ours"


@pytest.mark.parametrize("inner", ["", "/a/b", "/.git"])
def test_an_empty_folder_in_the_place_of_a_page_is_seen_beforehand(tmp_path: Path, inner: str):
    target = tmp_path / "www"
    Path(f"{target}/index.html{inner}").mkdir(parents=True)

    with pytest.raises(DeployError, match=r"index\.html/.*: stands there"):
        destinations.deploy(
            destinations.site(tmp_path / "site", {"a.css": b"", "index.html": b""}), Folder(target)
        )

    assert [path.name for path in target.iterdir()] == ["index.html"]


def test_an_empty_folder_beside_or_where_a_folder_is_to_be_is_no_obstacle(tmp_path: Path):
    target = tmp_path / "www"
    for name in ("a/b", "mine"):
        (target / name).mkdir(parents=True)

    destinations.deploy(destinations.site(tmp_path / "site", {"a/b/c": b""}), Folder(target))

    assert (target / "a/b/c").is_file()
    assert (target / "mine").is_dir()


def test_a_put_that_fails_leaves_no_half_file(tmp_path: Path):
    (tmp_path / "www" / "a").mkdir(parents=True)

    with pytest.raises(BriefpressError):
        Folder(tmp_path / "www").put("a", b"data")

    assert [path.name for path in (tmp_path / "www").iterdir()] == ["a"]


def test_few_files_in_the_way_are_not_counted():
    with pytest.raises(DeployError) as told:
        changes({"a": "new"}, {"a": "theirs"}, ())

    assert [fault.path for fault in told.value.faults] == ["a"]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"url": "https://c.example/"}, {"url": "https://d.example/"}),
        ({"id": "c", "url": "https://c.example/"}, {"id": "d", "url": "https://c.example/"}),
        ({"id": "c", "url": "https://c.example/"}, {"url": "https://d.example/"}),
    ],
)
@pytest.mark.parametrize("record", ["briefpress-manifest.json", carry.UNDER_WAY])
def test_the_site_of_another_newsletter_is_left_alone(tmp_path: Path, theirs, ours, record):
    place = Folder(tmp_path / "www")
    one = destinations.site(tmp_path / "c", {"index.html": b"c"}, **theirs)
    if record == carry.UNDER_WAY:
        next(carry.carry_out(one, place, carry.look(one, place)))
    else:
        destinations.deploy(one, place)
    before = destinations.held(tmp_path / "www")

    with pytest.raises(DeployError, match="of another newsletter"):
        destinations.deploy(destinations.site(tmp_path / "d", {"index.html": b"d"}, **ours), place)

    assert destinations.held(tmp_path / "www") == before


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ({"id": "c", "url": "https://c.example/"}, {"id": "c", "url": "https://d.example/"}),
        ({"url": "https://c.example/"}, {"id": "c", "url": "https://c.example/"}),
        ({}, {"id": "c", "url": "https://c.example/"}),
    ],
)
def test_a_newsletter_may_move_or_be_given_an_id(tmp_path: Path, was, now):
    place = Folder(tmp_path / "www")
    destinations.deploy(destinations.site(tmp_path / "was", {"index.html": b"was"}, **was), place)

    destinations.deploy(destinations.site(tmp_path / "now", {"index.html": b"now"}, **now), place)

    assert (tmp_path / "www" / "index.html").read_bytes() == b"now"
