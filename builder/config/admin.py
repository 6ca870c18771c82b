"""What may be written under `admin` in `config.yaml`."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from builder.config.base import Keys
from builder.config.values import Line, WebAddress, wrong

_Repo = Annotated[
    str, StringConstraints(pattern=r"^(?:[\w.-]+(?:/[\w.-]+)+)?$", max_length=200, strip_whitespace=True)
]
_Branch = Annotated[Line, StringConstraints(pattern=r"^[\w][\w./-]*$", max_length=200)]


class AdminKeys(Keys):
    """The editor in a browser, which `briefpress admin build` writes."""

    cms: Literal["sveltia", "decap"] = Field("sveltia", description="Which one: Sveltia CMS or Decap CMS.")
    backend: Literal["github", "gitlab", "git-gateway", "local"] = Field(
        "github",
        description="Where it reads and commits; local is for work on one's own machine alone.",
    )
    repo: _Repo = Field(
        "", description="The repository, for github and gitlab.", examples=["example/open-web-brief"]
    )
    branch: _Branch = Field("main", description="The branch that it reads and commits to.")
    auth_url: WebAddress = Field(
        "",
        description="Where signing in with GitHub goes, when not to the helper that the CMS has of its own.",
        examples=["https://auth.brief.example"],
    )
    workflow: bool = Field(
        False, description="Whether each change is proposed as a pull request before it is published."
    )
    vendor: bool = Field(
        False, description="Whether the script is kept beside the page, or comes from unpkg.com each time."
    )

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        if self.cms == "sveltia" and self.backend == "git-gateway":
            raise wrong("backend, git-gateway, is none that Sveltia CMS has", "Set cms: decap, or another.")
        return self
