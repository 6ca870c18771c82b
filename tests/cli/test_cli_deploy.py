"""`briefpress deploy`, on whole small newsletters."""

import json
import os
import re
import tomllib
from pathlib import Path

import pytest
import worktree
import worlds
from test_cli_workflows import judged
from worktree import git

from builder import __version__
from builder.cli.console import QUIET, Console
from builder.cli.hosting import PUBLISH
from builder.cli.main import run
from builder.config import load
from builder.errors import DeployError
from builder.publish.deploy.hosts import HOSTS
from builder.publish.deploy.vendors import VENDORS

TO_FOLDER = "deploy:\n  host: folder\n  to: ../www\n"


def brief(*words: str, root: Path) -> int:
    return run(Console(verbosity=QUIET), [*words, "--root", str(root)])


@pytest.fixture
def make(make_site, tmp_path):
    """`make()` is the folder of a newsletter with two public items and a draft."""

    def made(deploy: str = TO_FOLDER) -> Path:
        return make_site(
            f"-- config.yaml --\n{worlds.config()}{deploy}"
            f"-- {worlds.item_file(1)} --\n{worlds.item(1)}"
            f"-- {worlds.item_file(2)} --\n{worlds.item(2)}"
            f"-- {worlds.item_file(3)} --\n{worlds.item(3, status='draft', title='Not yet')}"
        )

    return made


def tree(folder: Path) -> dict[str, bytes]:
    """All files of `folder` but those of the cache."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in paths.items() if not name.startswith(".briefpress/")}


def test_what_was_built_is_deployed_and_nothing_twice(make, capsys):
    root = make()
    assert brief("build", root=root) == 0
    capsys.readouterr()

    assert brief("deploy", "--json", root=root) == 0
    first = json.loads(capsys.readouterr().out)["data"]
    assert brief("deploy", "--json", root=root) == 0
    second = json.loads(capsys.readouterr().out)["data"]

    assert tree(root.parent / "www") == tree(root / "site")
    assert len(first["put"]) == len(tree(root / "site"))
    assert (second["put"], second["unchanged"]) == ([], len(first["put"]))


def test_a_dry_run_tells_the_same_and_does_nothing(make, capsys):
    root = make()
    brief("build", root=root)
    capsys.readouterr()

    assert brief("deploy", "--dry-run", "--json", root=root) == 0
    told = json.loads(capsys.readouterr().out)["data"]

    assert not (root.parent / "www").exists()
    assert brief("deploy", "--json", root=root) == 0
    assert json.loads(capsys.readouterr().out)["data"]["put"] == told["put"]


def refused(root: Path, capsys, *said: str) -> None:
    capsys.readouterr()
    assert brief("deploy", root=root) == 9
    error = capsys.readouterr().err
    assert all(one in error for one in said), error
    assert not (root.parent / "www").exists()


def test_a_site_that_was_not_built_is_not_deployed(make, capsys):
    refused(make(), capsys, "no built site")


def test_a_site_with_drafts_is_not_deployed(make, capsys):
    root = make()
    brief("build", "--drafts", "--out", str(root.parent / "drafts"), root=root)
    (root.parent / "drafts").rename(root / "site")

    refused(
        root, capsys, "not what may be public now", "items/2026-11-01-item-3/index.html: is made by nothing"
    )


def test_a_site_that_is_ahead_of_its_date_is_not_deployed(make, capsys):
    root = make()
    (root / worlds.item_file(2)).write_text(worlds.item(2).replace("date: 2026", "date: 2126", 1))
    brief("build", "--future", root=root)

    refused(root, capsys, "items/2026-11-01-item-2/index.html: is made by nothing that may be public now")


def test_a_site_of_older_content_is_not_deployed(make, capsys):
    root = make()
    brief("build", root=root)
    (root / worlds.item_file(2)).write_text(worlds.item(2, status="rejected"))

    refused(root, capsys, "items/2026-11-01-item-2/index.html: is made by nothing that may be public now")


def test_a_remark_in_the_config_is_no_reason_against_a_site(make):
    root = make()
    brief("build", root=root)
    with (root / "config.yaml").open("a") as config:
        config.write("# a remark\n")

    assert brief("deploy", root=root) == 0
    assert tree(root.parent / "www") == tree(root / "site")


def test_a_site_whose_content_has_a_fault_is_not_deployed(make, capsys):
    root = make()
    brief("build", root=root)
    (root / worlds.item_file(2)).write_text("---\nstatus: [\n")
    brief("build", root=root)

    refused(root, capsys, worlds.item_file(2), "the site lacks what these files hold")


def test_a_site_that_somebody_changed_is_not_deployed(make, capsys):
    root = make()
    brief("build", root=root)
    (root / "site" / "index.html").write_text("changed")
    (root / "site" / "drafts.html").write_text("secret")

    refused(root, capsys, "index.html: is not what the sources make", "drafts.html: is made by nothing")


def test_more_deletions_than_allowed_are_refused_and_named(make, capsys):
    root = make()
    brief("build", root=root)
    brief("deploy", root=root)
    before = tree(root.parent / "www")
    (root / worlds.item_file(2)).unlink()
    brief("build", root=root)
    capsys.readouterr()

    assert brief("deploy", "--max-deletes", "1", root=root) == 9
    assert "2 files would be deleted" in (told := capsys.readouterr().err)
    assert "items/2026-11-01-item-2/index.html" in told
    assert tree(root.parent / "www") == before
    assert brief("deploy", "--max-deletes", "2", root=root) == 0
    assert tree(root.parent / "www") == tree(root / "site")


def test_the_cap_of_the_config_holds(make, capsys):
    root = make(TO_FOLDER + "  max_deletes: 0\n")
    brief("build", root=root)
    brief("deploy", root=root)
    (root / worlds.item_file(2)).unlink()
    brief("build", root=root)

    assert brief("deploy", root=root) == 9


def test_a_branch_of_the_remote_is_pushed_to(make, tmp_path, monkeypatch, capsys):
    root = make("deploy:\n  host: github-pages\n  branch: gh-pages\n")
    (root / ".gitignore").write_text("site/\n.briefpress/\n")
    worktree.make(root, monkeypatch)
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    git(root, "remote", "add", "origin", str(tmp_path / "remote.git"))
    brief("build", root=root)

    assert brief("deploy", root=root) == 0

    git(tmp_path, "clone", "--quiet", "--branch", "gh-pages", "remote.git", "clone")
    assert {k: v for k, v in tree(tmp_path / "clone").items() if not k.startswith(".git/")} == tree(
        root / "site"
    )
    assert git(root, "status", "--porcelain") == ""


@pytest.mark.parametrize("host", ["github-pages", "gitlab-pages", "netlify", "cloudflare-pages", "vercel"])
def test_a_host_that_builds_by_itself_is_told_apart(make, capsys, host):
    root = make(f"deploy:\n  host: {host}\n")
    brief("build", root=root)

    refused(root, capsys, f"{host} builds the site by itself", f"briefpress deploy init {host}")


def test_without_a_host_there_is_nothing_to_deploy_to(make, capsys):
    refused(make(""), capsys, "names no host")


@pytest.fixture
def npx(tmp_path, monkeypatch) -> Path:
    """What a vendor's command line was called with; it takes everything."""
    log = tmp_path / "called"
    tool = tmp_path / "bin" / "npx"
    tool.parent.mkdir()
    tool.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" "$VERCEL_PROJECT_ID" > {log}\necho https://a.pages.dev\n'
    )
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}:{os.environ['PATH']}")
    for vendor in VENDORS.values():
        for name in vendor.secrets:
            monkeypatch.setenv(name, "secret")
    return log


@pytest.mark.parametrize("host", sorted(VENDORS))
def test_a_vendors_command_line_is_run_in_the_version_that_is_named(make, npx, capsys, host):
    root = make(f"deploy:\n  host: {host}\n  to: my-brief\n")
    brief("build", root=root)
    capsys.readouterr()

    assert brief("deploy", "--dry-run", root=root) == 0
    assert not npx.exists()
    assert brief("deploy", "--json", root=root) == 0

    assert json.loads(capsys.readouterr().out)["data"]["told"] == "https://a.pages.dev"
    called = npx.read_text().splitlines()
    assert called[:2] == ["--yes", VENDORS[host].package]
    assert re.fullmatch(r"[a-z-]+@\d+\.\d+\.\d+", called[1])
    assert str(root / "site") in called
    assert "my-brief" in called


def test_a_vendor_wants_its_secrets(make, npx, monkeypatch, capsys):
    root = make("deploy:\n  host: cloudflare-pages\n  to: my-brief\n")
    brief("build", root=root)
    monkeypatch.delenv("CLOUDFLARE_API_TOKEN")

    refused(root, capsys, "CLOUDFLARE_API_TOKEN not set")


def test_what_a_vendor_says_is_told(make, npx, capsys):
    root = make("deploy:\n  host: vercel\n  to: my-brief\n")
    brief("build", root=root)
    tool = npx.parent / "bin" / "npx"
    tool.write_text("#!/bin/sh\necho no such project >&2\nexit 1\n")

    refused(root, capsys, "no such project")


# -- deploy init


TO = {"cloudflare-pages": "my-brief", "vercel": "my-brief", "s3": "s3://brief.example/", "folder": "../www"}


def begin(root: Path, host: str) -> int:
    return brief("deploy", "init", host, *(["--to", TO[host]] if host in TO else []), root=root)


@pytest.mark.parametrize("host", list(HOSTS))
def test_a_newsletter_is_prepared_for_each_host_and_its_config_names_it(make, host):
    root = make("")

    assert begin(root, host) == 0
    config = load(root).deploy

    assert (config.host, config.to) == (host, TO.get(host, ""))
    before = tree(root)
    assert begin(root, host) == 0
    assert tree(root) == before


@pytest.mark.parametrize("host", ["github-pages", "s3"])  # vercel and cloudflare-pages have that of s3
def test_github_takes_each_workflow_and_an_auditor_finds_nothing(make, host):
    root = make("")
    begin(root, host)

    judged("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(root / PUBLISH))
    judged("zizmor", "--offline", "--no-progress", "--persona=pedantic", str(root))
    text = (root / PUBLISH).read_text()
    assert re.findall(r"uses: \S+@(?![0-9a-f]{40} # v)", text) == []
    assert list((root / ".github/workflows").iterdir()) == [root / PUBLISH]


@pytest.mark.parametrize("host", sorted(VENDORS.keys() - {"netlify"}))
def test_the_workflow_hands_over_what_the_vendor_wants(make, host):
    root = make("")
    begin(root, host)

    assert set(VENDORS[host].secrets) == set(re.findall(r"secrets\.(\w+)", (root / PUBLISH).read_text()))


def test_netlify_and_gitlab_are_told_to_build(make):
    root = make("")
    begin(root, "netlify")
    told = tomllib.loads((root / "netlify.toml").read_text())

    assert told["build"]["publish"] == "site"
    assert "briefpress build --production" in told["build"]["command"]
    assert (root / "requirements.txt").read_text().splitlines()[-1] == f"briefpress=={__version__}"
    other = make("")
    (other / "config.yaml").write_text(worlds.config())
    begin(other, "gitlab-pages")
    judged(
        "check-jsonschema",
        "--builtin-schema",
        "vendor.gitlab-ci",
        "--data-transform=gitlab-ci",
        str(other / ".gitlab-ci.yml"),
    )


def test_nothing_is_written_over_and_another_host_is_not_taken_away(make, capsys):
    root = make("deploy:\n  host: netlify\n")
    (root / "netlify.toml").write_text("mine\n")

    assert begin(root, "netlify") == 0
    assert (root / "netlify.toml").read_text() == "mine\n"
    assert "netlify.toml: is there already" in capsys.readouterr().err
    before = tree(root)
    assert begin(root, "s3") == 3
    assert "deploy.host is netlify" in capsys.readouterr().err
    assert tree(root) == before


def test_a_config_that_takes_no_line_more_is_left_alone(make, capsys):
    root = make("deploy: {branch: pages}\n")
    before = tree(root)

    assert begin(root, "netlify") == 3
    assert "host: netlify" in capsys.readouterr().err
    assert tree(root) == before


def test_a_host_that_needs_a_target_asks_for_it(make, capsys):
    assert brief("deploy", "init", "s3", root=make("")) == 2
    assert "--to" in capsys.readouterr().err


# -- deploy check


@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("github-pages", "https://someone.github.io/repo/"),
        ("netlify", "https://brief.org/"),
        ("vercel", "https://brief.org/"),
    ],
)
def test_what_is_built_is_in_order_at_the_root_and_below_a_path(make, capsys, host, base):
    root = make(f"deploy: {{host: {host}}}\n")
    brief("build", "--base-url", base, root=root)
    capsys.readouterr()

    assert brief("deploy", "check", "--base-url", base, "--json", root=root) == 0
    told = json.loads(capsys.readouterr().out)["data"]

    assert told["errors"] == 0
    assert told["pages"] > 10
    assert told["links"] > 100


def test_a_broken_link_of_an_editor_is_told_and_fails(make, capsys):
    root = make()
    (root / worlds.item_file(2)).write_text(worlds.item(2, text="See [this](/nowhere/)."))
    brief("build", root=root)
    capsys.readouterr()

    assert brief("deploy", "check", root=root) == 1
    assert "items/2026-11-01-item-2/index.html: ../../nowhere/ leads to nothing" in capsys.readouterr().err


def test_a_schedule_that_has_stopped_is_told(make, monkeypatch, capsys):
    root = make()
    workflow = root / ".github/workflows/briefpress-pull.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text('on:\n  schedule:\n    - cron: "17 5 * * 1-5"\n')
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2020-01-01T00:00:00Z")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2020-01-01T00:00:00Z")
    worktree.make(root, monkeypatch)
    brief("build", root=root)
    capsys.readouterr()

    assert run(Console(), ["deploy", "check", "--root", str(root)]) == 0
    said = capsys.readouterr().err
    assert "the schedule has stopped on 2020-03-01" in said
    assert "2 warnings" in said and "all in order" not in said


def test_an_editor_for_ones_own_machine_is_not_deployed(make, tmp_path, capsys):
    root = make(f"{TO_FOLDER}admin: {{backend: local}}\n")
    assert brief("admin", "build", root=root) == 0
    assert brief("build", root=root) == 0
    capsys.readouterr()

    assert brief("deploy", root=root) == DeployError.exit_code
    told = capsys.readouterr().err
    assert "admin/index.html" in told
    assert "admin.backend: local" in told
    assert not (tmp_path / "www").exists()
    assert brief("deploy", "check", root=root) == 1
    assert "admin/index.html" in capsys.readouterr().err

    config = root / "config.yaml"
    config.write_text(config.read_text().replace("backend: local", "backend: github, repo: you/brief"))
    assert brief("admin", "build", root=root) == 0
    assert brief("build", root=root) == 0
    assert brief("deploy", root=root) == 0
