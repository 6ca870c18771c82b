"""What may be written under `deploy` in `config.yaml`. Secrets come from the environment."""

from typing import Annotated

from pydantic import AfterValidator, Field

from builder.config.base import Keys
from builder.config.values import Line, ServiceAddress, Slug, wrong

_BRANCH_REFUSES = frozenset(" ~^:?*[\\")


def _branch(value: str) -> str:
    # The rules of `git check-ref-format`, as far as a name that people choose can break them.
    parts = value.split("/")
    if (
        _BRANCH_REFUSES.intersection(value)
        or ".." in value
        or "@{" in value
        or value.startswith("-")
        or any(not part or part.startswith(".") or part.endswith((".", ".lock")) for part in parts)
    ):
        raise wrong("is no name of a branch", "Write it as gh-pages.")
    return value


def _no_option(value: str) -> str:
    # It is handed to git, or to a host's command line, which would take it for an option.
    if value.startswith("-"):
        raise wrong("begins with a hyphen, as options do", "Write a folder as ./-name.")
    return value


_Branch = Annotated[str, Field(max_length=200), AfterValidator(lambda value: value and _branch(value))]


class DeployKeys(Keys):
    """Where the site is put for readers, and how it gets there."""

    host: Slug = Field(
        "",
        validate_default=False,
        description="Who serves the site: github-pages, gitlab-pages, netlify, cloudflare-pages, vercel, s3, "
        "folder, or the name of a plug-in. The build writes what that host asks for.",
        examples=["github-pages"],
    )
    to: Annotated[Line, Field(max_length=1000), AfterValidator(_no_option)] = Field(
        "",
        description="A folder, s3://bucket/prefix, or the project at Netlify, Cloudflare or Vercel.",
        examples=["/var/www/brief", "s3://brief.example/"],
    )
    branch: _Branch = Field(
        "", description="The branch that the host serves, pushed by git.", examples=["gh-pages"]
    )
    remote: Annotated[Line, Field(max_length=1000), AfterValidator(_no_option)] = Field(
        "origin", description="The git remote that has that branch, by its name or address."
    )
    endpoint: ServiceAddress = Field(
        "",
        validate_default=False,
        description="Where storage that speaks S3 is, when it is not Amazon's.",
        examples=["https://storage.example.org/"],
    )
    max_deletes: int = Field(
        50, ge=0, le=1_000_000, description="With more files to delete than so many, nothing is deployed."
    )
    options: dict[Annotated[str, Field(max_length=100)], Annotated[Line, Field(max_length=1000)]] = Field(
        {}, max_length=100, description="What a plug-in that deploys wants to be told."
    )
