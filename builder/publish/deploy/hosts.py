"""What is known of each host: what it serves by, and where it stops. Pure.

Every number is the host's own, as its documentation had it in November 2026:

- GitHub Pages: a site of at most 1 GB, deployed within 10 minutes; 100 GB a month and 10 builds an hour are
  soft, and the builds do not count for workflows. <https://docs.github.com/pages/getting-started-with-github-pages/github-pages-limits>
- GitLab Pages: 1 GB and 200,000 files on GitLab.com. <https://docs.gitlab.com/user/gitlab_com/#gitlab-pages>
  1,000 redirects and 64 KB of them. <https://docs.gitlab.com/user/project/pages/redirects/>
- Cloudflare Pages: 20,000 files (100,000 where one pays), 25 MiB each; 100 rules of headers with lines of
  2,000 characters; 2,000 static redirects of 1,000 characters.
  <https://developers.cloudflare.com/pages/platform/limits/>
- Netlify: no number of files is told, 54,000 in one folder; from 10,000 redirects on it asks for wildcards.
  <https://docs.netlify.com/manage/routing/redirects/overview/>
- Vercel: 2,048 routes (headers and redirects), 4,096 characters each. <https://vercel.com/docs/limits>
- Amazon S3: keys of 1,024 bytes. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>
"""

from collections.abc import Mapping
from dataclasses import dataclass

_GB = 10**9
_MIB = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What a host does with a folder of files, and its limits; 0 where it has, or tells, none."""

    name: str
    title: str
    """As people know it."""
    files: int = 0
    """In one site."""
    site_bytes: int = 0
    file_bytes: int = 0
    path_bytes: int = 0
    """Of the longest path."""
    redirects: int = 0
    redirects_bytes: int = 0
    """Of the file that lists them."""
    header_rules: int = 0
    header_chars: int = 0
    """Of one line of a header."""
    below: bool = False
    """Whether it serves sites below a path (`/repo/`) of a shared address."""
    shared: str = ""
    """The domain under which it gives an address to everyone, such as `github.io`."""


_ALL = (
    Host(name="github-pages", title="GitHub Pages", site_bytes=_GB, below=True, shared="github.io"),
    Host(
        name="gitlab-pages",
        title="GitLab Pages",
        files=200_000,
        site_bytes=_GB,
        redirects=1000,
        redirects_bytes=64_000,
        below=True,
        shared="gitlab.io",
    ),
    Host(name="netlify", title="Netlify", redirects=10_000, shared="netlify.app"),
    Host(
        name="cloudflare-pages",
        title="Cloudflare Pages",
        files=20_000,
        file_bytes=25 * _MIB,
        redirects=2000,
        header_rules=100,
        header_chars=2000,
        shared="pages.dev",
    ),
    Host(name="vercel", title="Vercel", redirects=2000, shared="vercel.app"),
    Host(name="s3", title="S3", path_bytes=1024, below=True),
    Host(name="folder", title="a folder", below=True),
)
HOSTS: Mapping[str, Host] = {host.name: host for host in _ALL}
"""By the name that `deploy.host` has for them."""
